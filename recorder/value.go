package recorder

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Unknown stands for a value that is known only after deployment. It occurs only under [Preview].
type Unknown struct{}

// An Asset is a file, a text or an address given as an input. One of its fields is set.
type Asset struct {
	Path, Text, URI string
}

// An Archive is a folder, an archive file or a set of assets given as an input. One of its fields is set.
type Archive struct {
	Path, URI string
	Assets    map[string]any
}

// JSON decodes text that holds a JSON document: a policy, a container definition, a dashboard. It
// returns nil when v is not such a text, and v itself when that is already an object or a list.
func JSON(v any) any {
	switch v := v.(type) {
	case map[string]any, []any:
		return v
	case string:
		var document any
		if json.Unmarshal([]byte(v), &document) == nil {
			return document
		}
	}
	return nil
}

// At returns what stands at a path below v, or nil; see [Resource.Input] for what a path is.
func At(v any, path string) any {
	for _, step := range splitPath(path) {
		if text, ok := v.(string); ok {
			v = JSON(text)
		}
		switch parent := v.(type) {
		case map[string]any:
			v = parent[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(parent) {
				return nil
			}
			v = parent[i]
		default:
			return nil
		}
	}
	return v
}

// splitPath cuts `a.b[0]["c.d"]` into a, b, 0 and c.d.
func splitPath(path string) []string {
	var steps []string
	for path != "" {
		switch path[0] {
		case '.':
			path = path[1:]
		case '[':
			if text, err := strconv.QuotedPrefix(path[1:]); err == nil {
				key, _ := strconv.Unquote(text)
				steps = append(steps, key)
				path = strings.TrimPrefix(path[1+len(text):], "]")
				continue
			}
			index, rest, _ := strings.Cut(path[1:], "]")
			steps, path = append(steps, index), rest
		default:
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			steps, path = append(steps, path[:end]), path[end:]
		}
	}
	return steps
}

// below writes the path of a key of the object at path.
func below(path, key string) string {
	if strings.ContainsAny(key, `.[]"`) || key == "" {
		return path + "[" + strconv.Quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// element writes the path of an element of the list at path.
func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// plain turns a property value into plain Go and hands the path of each secret to secret.
func plain(v resource.PropertyValue, path string, secret func(path string)) any {
	switch {
	case v.IsSecret():
		secret(path)
		return plain(v.SecretValue().Element, path, secret)
	case v.IsOutput():
		out := v.OutputValue()
		if out.Secret {
			secret(path)
		}
		if !out.Known {
			return Unknown{}
		}
		return plain(out.Element, path, secret)
	case v.IsComputed():
		return Unknown{}
	case v.IsArray():
		list := make([]any, len(v.ArrayValue()))
		for i, e := range v.ArrayValue() {
			list[i] = plain(e, element(path, i), secret)
		}
		return list
	case v.IsObject():
		return plainMap(v.ObjectValue(), path, secret)
	case v.IsAsset():
		a := v.AssetValue()
		return Asset{Path: a.Path, Text: a.Text, URI: a.URI}
	case v.IsArchive():
		a := v.ArchiveValue()
		archive := Archive{Path: a.Path, URI: a.URI}
		if a.IsAssets() {
			archive.Assets = map[string]any{}
			for name, member := range a.Assets {
				archive.Assets[name] = plain(resource.NewPropertyValue(member), below(path, name), secret)
			}
		}
		return archive
	case v.IsResourceReference():
		return string(v.ResourceReferenceValue().URN)
	}
	return v.V
}

// plainMap is plain for an object; the keys are visited in order, so that the secrets come sorted.
func plainMap(object resource.PropertyMap, path string, secret func(path string)) map[string]any {
	m := make(map[string]any, len(object))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		m[string(key)] = plain(object[key], below(path, string(key)), secret)
	}
	return m
}
