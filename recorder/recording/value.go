package recording

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Unknown stands for a value that is known only after deployment. It occurs only in the recording of a
// preview.
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

// Below writes the path of a key of the object at path.
func Below(path, key string) string {
	if strings.ContainsAny(key, `.[]"`) || key == "" {
		return path + "[" + strconv.Quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// Element writes the path of an element of the list at path.
func Element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
