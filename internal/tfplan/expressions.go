package tfplan

import (
	"github.com/archimperative/scaffold/recorder/recording"
)

// expression is what stands for a property in the configuration: what it refers to, or its constant value.
// Pulumi knows which resources a whole property depends on. In a block they are told of the values that are
// unknown, or, where all are known by now, of all texts.
func (c *converter) expression(m *member, v any, references []string) any {
	if !m.block {
		return c.leaf(m.shape, v, references)
	}
	o := c.table.nested(m.shape)
	if o == nil {
		return nil
	}
	return c.blocks(o, v, references, !hasUnknown(v))
}

func (c *converter) leaf(shape string, v any, references []string) any {
	if len(references) > 0 {
		return map[string]any{"references": references}
	}
	value, unknown := c.value(shape, v, "")
	if unknown != nil {
		return map[string]any{}
	}
	return map[string]any{"constant_value": value}
}

// blocks are the expressions in one block or several.
func (c *converter) blocks(o *object, v any, references []string, texts bool) any {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	blocks := make([]any, 0, len(list))
	for _, element := range list {
		properties, _ := element.(map[string]any)
		block := map[string]any{}
		for name, value := range properties {
			m := o.byName[name]
			if m == nil {
				continue
			}
			if nested := c.table.nested(m.shape); nested != nil && m.block {
				block[m.name] = c.blocks(nested, value, references, texts)
				continue
			}
			_, text := value.(string)
			if hasUnknown(value) || text && texts {
				block[m.name] = c.leaf(m.shape, value, references)
			} else {
				block[m.name] = c.leaf(m.shape, value, nil)
			}
		}
		blocks = append(blocks, block)
	}
	return blocks
}

func hasUnknown(v any) bool {
	switch v := v.(type) {
	case recording.Unknown:
		return true
	case []any:
		for _, element := range v {
			if hasUnknown(element) {
				return true
			}
		}
	case map[string]any:
		for _, element := range v {
			if hasUnknown(element) {
				return true
			}
		}
	}
	return false
}
