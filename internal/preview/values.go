package preview

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// How values that JSON has no form for are written, from resource/plugin/rpc.go and resource/sig/sig.go of the
// Pulumi SDK.
const (
	unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

	signature     = "4dabf18193072939515e22adb298388d" // the key of an object that stands for something else
	secretSig     = "1b47061264138c4ac30d75fd1eb44270"
	referenceSig  = "5cf8f73096256a8f31e491e813e4eb8e"
	outputSig     = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
	assetSig      = "c44067f5952c0a294b673a41bacd8c17"
	archiveSig    = "0def7320c3a5731c473e5ecbe6d01bc7"
	masked        = "[secret]"   // what pulumi prints instead of a secret
	defaultsOfAWS = "__defaults" // the bridge's note of which inputs are defaults
)

var unknowns = map[string]bool{
	unknownString:                          true,
	"1c4a061d-8072-4f0a-a4cb-0ff528b18fe7": true, // of a bool
	"3eeb2bf0-c639-47a8-9e75-3b44932eb421": true, // of a number
	"6a19a0b0-7e62-4c92-b797-7f8e31da9cc2": true, // of a list
	"030794c1-ac77-496b-92df-f27374a8bd58": true, // of an asset
	"e48ece36-62e2-4504-bad9-02848725956a": true, // of an archive
	"dd056dcd-154b-4c76-9bd3-c8f88648b5ff": true, // of an object
}

// decoder turns values into those of recordings and notes which are secret.
type decoder struct {
	at      string   // where in the JSON the object stands
	secrets []string // paths in it
	depth   int
}

func (d *decoder) value(v any, path string) (any, error) {
	if d.depth > maxDepth {
		return nil, fmt.Errorf("%s%s nests deeper than %d, the most that is read", d.at, quotePath(path), maxDepth)
	}
	d.depth++
	defer func() { d.depth-- }()
	switch v := v.(type) {
	case string:
		switch {
		case unknowns[v]:
			return recording.Unknown{}, nil
		case v == masked:
			d.secrets = append(d.secrets, path)
			return recording.Unknown{}, nil
		}
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			var err error
			if list[i], err = d.value(element, path+"["+strconv.Itoa(i)+"]"); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		if sig, ok := v[signature].(string); ok {
			return d.special(sig, v, path)
		}
		return d.object(v, path)
	}
	return v, nil
}

// object decodes the members in the order of their names.
func (d *decoder) object(object map[string]any, path string) (map[string]any, error) {
	if object == nil {
		return nil, nil
	}
	decoded := make(map[string]any, len(object))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if key == defaultsOfAWS {
			continue
		}
		value, err := d.value(object[key], below(path, key))
		if err != nil {
			return nil, err
		}
		decoded[key] = value
	}
	return decoded, nil
}

// special decodes an object with a signature.
func (d *decoder) special(sig string, v map[string]any, path string) (any, error) {
	text := func(key string) string { s, _ := v[key].(string); return s }
	switch sig {
	case secretSig:
		d.secrets = append(d.secrets, path)
		return d.secret(v, path)
	case outputSig:
		if secret, _ := v["secret"].(bool); secret {
			d.secrets = append(d.secrets, path)
		}
		if inner, known := v["value"]; known {
			return d.value(inner, path)
		}
		return recording.Unknown{}, nil
	case assetSig:
		return recording.Asset{Path: text("path"), Text: text("text"), URI: text("uri")}, nil
	case archiveSig:
		archive := recording.Archive{Path: text("path"), URI: text("uri")}
		if assets, ok := v["assets"].(map[string]any); ok {
			var err error
			if archive.Assets, err = d.object(assets, path); err != nil {
				return nil, err
			}
		}
		return archive, nil
	case referenceSig:
		return text("urn"), nil
	}
	return nil, fmt.Errorf("%s%s has the signature %s, which stands for no value known here; update scaffold", d.at, quotePath(path), quote(sig))
}

// secret is the value of a secret where it is shown, or else unknown. The plain text is JSON.
func (d *decoder) secret(v map[string]any, path string) (any, error) {
	inner, shown := v["value"]
	if text, ok := v["plaintext"].(string); ok {
		shown = json.Unmarshal([]byte(text), &inner) == nil
	}
	if !shown {
		return recording.Unknown{}, nil
	}
	return d.value(inner, path)
}

// below is the path of a key, as recordings write it.
func below(path, key string) string {
	switch {
	case key == "" || strings.ContainsAny(key, `.[]"`):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

// quotePath is at most the beginning of a path, as it follows another.
func quotePath(path string) string {
	if len(path) > 200 {
		path = path[:200] + "…"
	}
	if strings.HasPrefix(path, "[") {
		return path
	}
	return "." + path
}
