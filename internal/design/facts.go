package design

import (
	"slices"

	"github.com/archimperative/scaffold/internal/system"
	"github.com/zclconf/go-cty/cty"
)

// roots are the names that a blueprint's expressions may begin with.
var roots = []string{"system", "requirements", "services", "stores", "events", "environment", "assumption", "local", "decision", "component", "each"}

// facts are what a blueprint can know of a system in one environment: sizes in
// GiB, durations in seconds, "" and empty lists for what is not said.
func facts(s *system.System, env *system.Environment) map[string]cty.Value {
	return map[string]cty.Value{
		"system": cty.ObjectVal(map[string]cty.Value{
			"name": cty.StringVal(s.Name), "pattern": cty.StringVal(s.Pattern), "owner": cty.StringVal(s.Owner),
			"description": cty.StringVal(s.Description), "domain": cty.StringVal(s.Domain),
		}),
		"environment": cty.ObjectVal(map[string]cty.Value{
			"name": cty.StringVal(env.Name), "preset": cty.StringVal(env.Preset), "domain": cty.StringVal(env.Domain),
		}),
		"requirements": requirements(s.For(env)),
		"services":     services(s),
		"stores":       stores(s),
		"events":       events(s),
	}
}

func requirements(r system.Requirements) cty.Value {
	values := map[string]cty.Value{}
	for _, requirement := range r.All() {
		values[requirement.Name] = requirementValue(requirement.Value)
	}
	return cty.ObjectVal(values)
}

// requirementValue is the value of a requirement: a float64, string or []string.
func requirementValue(value any) cty.Value {
	switch v := value.(type) {
	case float64:
		return cty.NumberFloatVal(v)
	case []string:
		return texts(v)
	default:
		return cty.StringVal(v.(string))
	}
}

func services(s *system.System) cty.Value {
	values := map[string]cty.Value{}
	for _, service := range s.Services {
		values[service.Name] = cty.ObjectVal(map[string]cty.Value{
			"name": cty.StringVal(service.Name), "image": cty.StringVal(service.Image),
			"port": cty.NumberIntVal(int64(service.Port)), "path": cty.StringVal(service.Path), "health": cty.StringVal(service.Health),
			"cpu": cty.NumberIntVal(int64(service.CPU)), "memory": cty.NumberFloatVal(service.Memory),
			"publishes": texts(service.Publishes), "consumes": texts(service.Consumes),
			"stores": texts(service.Stores), "calls": texts(service.Calls), "reaches": texts(reaches(s, service)),
		})
	}
	return mapOf(values)
}

// reaches are the services that a service calls, directly or through others: itself
// among them where the calls lead in a circle. They are sorted as declared.
func reaches(s *system.System, from *system.Service) []string {
	found := map[string]bool{}
	var follow func(service *system.Service)
	follow = func(service *system.Service) {
		for _, other := range s.Services {
			if !found[other.Name] && slices.Contains(service.Calls, other.Name) {
				found[other.Name] = true
				follow(other)
			}
		}
	}
	follow(from)
	var names []string
	for _, service := range s.Services {
		if found[service.Name] {
			names = append(names, service.Name)
		}
	}
	return names
}

func stores(s *system.System) cty.Value {
	users := map[string][]string{}
	for _, service := range s.Services {
		for _, store := range service.Stores {
			users[store] = append(users[store], service.Name)
		}
	}
	values := map[string]cty.Value{}
	for _, store := range s.Stores {
		values[store.Name] = cty.ObjectVal(map[string]cty.Value{
			"name": cty.StringVal(store.Name), "model": cty.StringVal(store.Model), "users": texts(users[store.Name]),
		})
	}
	return mapOf(values)
}

func events(s *system.System) cty.Value {
	values := map[string]cty.Value{}
	for _, event := range s.Events {
		values[event.Name] = cty.ObjectVal(map[string]cty.Value{
			"name": cty.StringVal(event.Name), "ordered": cty.BoolVal(event.Ordered),
			"publishers": texts(event.Publishers), "consumers": texts(event.Consumers),
		})
	}
	return mapOf(values)
}

func texts(list []string) cty.Value {
	if len(list) == 0 {
		return cty.ListValEmpty(cty.String)
	}
	values := make([]cty.Value, len(list))
	for i, text := range list {
		values[i] = cty.StringVal(text)
	}
	return cty.ListVal(values)
}

func mapOf(values map[string]cty.Value) cty.Value {
	if len(values) == 0 {
		return cty.EmptyObjectVal
	}
	return cty.MapVal(values)
}

// attributes are the attributes of each root with fixed ones, for Check.
var attributes = func() map[string][]string {
	s := &system.System{Services: []*system.Service{{Name: "x"}}, Stores: []*system.Store{{Name: "x"}}, Events: []*system.Event{{Name: "x"}}}
	names := map[string][]string{}
	for root, value := range facts(s, &system.Environment{}) {
		if value.Type().IsObjectType() {
			for name := range value.Type().AttributeTypes() {
				names[root] = append(names[root], name)
			}
		}
	}
	return names
}()
