package generate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
)

func whereOf(holds []bool) where {
	var b strings.Builder
	for _, h := range holds {
		if h {
			b.WriteByte('1')
		} else {
			b.WriteByte('0')
		}
	}
	return where(b.String())
}

func present(versions []*design.Instance) where {
	holds := make([]bool, len(versions))
	for env, v := range versions {
		holds[env] = v != nil
	}
	return whereOf(holds)
}

func whereEqual(values []design.Value, v design.Value) where {
	holds := make([]bool, len(values))
	for env, other := range values {
		holds[env] = equal(other, v)
	}
	return whereOf(holds)
}

// same tells whether a value is one in all environments of scope.
func same(values []design.Value, scope where) bool {
	first := -1
	for env := range values {
		if scope[env] == '0' {
			continue
		}
		if first < 0 {
			first = env
		}
		if !equal(values[first], values[env]) {
			return false
		}
	}
	return true
}

// equal compares values of two designs: promises by what they name, since each
// design has instances of its own.
func equal(a, b design.Value) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case design.Promise:
		b, ok := b.(design.Promise)
		return ok && a.Instance.ID == b.Instance.ID && a.Output.Name == b.Output.Name
	case design.List:
		b, ok := b.(design.List)
		return ok && slices.EqualFunc(a, b, equal)
	case design.Template:
		b, ok := b.(design.Template)
		return ok && slices.EqualFunc(a, b, equal)
	case design.Map:
		b, ok := b.(design.Map)
		return ok && slices.EqualFunc(a, b, func(a, b design.Entry) bool { return a.Key == b.Key && equal(a.Value, b.Value) })
	default:
		return reflect.DeepEqual(a, b)
	}
}

func refers(v design.Value) bool {
	found := false
	design.Promises(v, func(design.Promise) { found = true })
	return found
}

// all tells whether every value there is has the type T.
func all[T design.Value](values []design.Value) bool {
	return !slices.ContainsFunc(values, func(v design.Value) bool {
		_, ok := v.(T)
		return v != nil && !ok
	})
}

func firstOf(versions []*design.Instance) *design.Instance {
	for _, v := range versions {
		if v != nil {
			return v
		}
	}
	return nil
}

func firstValue(values []design.Value) design.Value {
	for _, v := range values {
		if v != nil {
			return v
		}
	}
	return nil
}

func valueOf(i *design.Instance, property string) design.Value {
	for _, a := range i.Args {
		if a.Property.Name == property {
			return a.Value
		}
	}
	return nil
}

// propertiesOf are the arguments set in some environment, as written in the blueprint.
func propertiesOf(versions []*design.Instance) []*schema.Property {
	var list []*schema.Property
	for _, i := range versions {
		if i == nil {
			continue
		}
		for _, a := range i.Args {
			if !slices.ContainsFunc(list, func(p *schema.Property) bool { return p.Name == a.Property.Name }) {
				list = append(list, a.Property)
			}
		}
	}
	return list
}

// order puts every instance after those it refers to in any environment.
func order(ids []string, byID map[string][]*design.Instance) ([]string, error) {
	const inProgress, done = 1, 2
	state := map[string]int{}
	sorted := make([]string, 0, len(ids))
	var visit func(id string) error
	visit = func(id string) error {
		switch state[id] {
		case done:
			return nil
		case inProgress:
			return fmt.Errorf("the environments need %q in contradicting orders: what it refers to in one refers to it in another", id)
		}
		state[id] = inProgress
		var err error
		for _, version := range byID[id] {
			if version == nil {
				continue
			}
			for _, a := range version.Args {
				design.Promises(a.Value, func(p design.Promise) {
					if err == nil {
						err = visit(p.Instance.ID)
					}
				})
			}
		}
		state[id] = done
		sorted = append(sorted, id)
		return err
	}
	for _, id := range ids {
		if err := visit(id); err != nil {
			return nil, err
		}
	}
	return sorted, nil
}
