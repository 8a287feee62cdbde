package recorder

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

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
