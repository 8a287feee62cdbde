package system

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/archimperative/scaffold/internal/source"
)

// checkInvariants holds a System without errors to what its documentation says.
func checkInvariants(t *testing.T, s *System) {
	t.Helper()
	assert := func(ok bool, format string, args ...any) {
		t.Helper()
		if !ok {
			t.Errorf(format, args...)
		}
	}
	assert(checkName("system", s.Name, hcl.Range{}) == nil, "the name %q is invalid", s.Name)
	assert(len(s.Services) > 0, "there is no service")
	assert(len(s.Environments) > 0, "there is no environment")
	stores, services, paths := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, store := range s.Stores {
		assert(!stores[store.Name] && slices.Contains(Models, store.Model), "the store %q is unsound", store.Name)
		stores[store.Name] = true
	}
	for _, service := range s.Services {
		assert(!services[service.Name], "the service %q exists twice", service.Name)
		services[service.Name] = true
	}
	for _, service := range s.Services {
		assert(checkName("service", service.Name, hcl.Range{}) == nil, "the name %q is invalid", service.Name)
		assert(checkImage(service.Image, hcl.Range{}) == nil, "the image %q is invalid", service.Image)
		assert(service.Port >= 1 && service.Port <= 65535, "the port %d is invalid", service.Port)
		assert(strings.HasPrefix(service.Health, "/"), "the health path %q is invalid", service.Health)
		assert(service.Path == "" || strings.HasPrefix(service.Path, "/") && !paths[service.Path], "the path %q is unsound", service.Path)
		assert(service.Path == "/" || !strings.HasSuffix(service.Path, "/"), "the path %q ends with a slash", service.Path)
		paths[service.Path] = service.Path != ""
		for _, store := range service.Stores {
			assert(stores[store], "the store %q does not exist", store)
		}
		for _, callee := range service.Calls {
			assert(services[callee] && callee != service.Name, "%q may not call %q", service.Name, callee)
		}
		assert(!service.Range.Empty(), "the service %q has no range", service.Name)
	}
	for _, event := range s.Events {
		assert(checkName("event", event.Name, hcl.Range{}) == nil, "the name %q is invalid", event.Name)
		assert(slices.IsSorted(event.Publishers) && slices.IsSorted(event.Consumers), "the services of %q are not sorted", event.Name)
	}
	domains := map[string]bool{}
	for _, env := range s.Environments {
		assert(slices.Contains(Presets, env.Preset), "the preset %q is unknown", env.Preset)
		assert(env.Domain == "" || checkDomain(env.Domain, hcl.Range{}) == nil && !domains[env.Domain], "the domain %q is unsound", env.Domain)
		domains[env.Domain] = env.Domain != ""
		for _, r := range s.For(env).All() {
			checkRequirementInvariants(t, r)
		}
	}
	for _, a := range s.Assumptions {
		assert(a.What != "" && a.Value != "" && strings.HasSuffix(a.Because, "."), "the assumption %#v is incomplete", a)
	}
	for _, w := range s.Waivers {
		assert(w.Control != "" && w.Reason != "", "the waiver %#v is incomplete", w)
	}
	for _, o := range s.Decide {
		assert(o.Decision != "" && o.Option != "", "the override %#v is incomplete", o)
	}
	for _, v := range s.Assume {
		text, isText := v.Value.(string)
		_, isNumber := v.Value.(float64)
		assert(checkAssumption(v.Name, hcl.Range{}) == nil && (isNumber || isText && text != "") && !v.Range.Empty(), "the value %#v is unsound", v)
	}
}

func checkRequirementInvariants(t *testing.T, r Requirement) {
	t.Helper()
	switch v := r.Value.(type) {
	case float64:
		if v < r.Min || v > r.Max {
			t.Errorf("%s is %v", r.Name, v)
		}
	case string:
		if !slices.Contains(r.OneOf, v) {
			t.Errorf("%s is %q", r.Name, v)
		}
	case []string:
		if r.Name == "regions" && (len(v) == 0 || slices.ContainsFunc(v, func(s string) bool { return !slices.Contains(regions, s) })) {
			t.Errorf("%s is %q", r.Name, v)
		}
	default:
		t.Errorf("%s is a %T", r.Name, v)
	}
	if r.Text == "" || r.Assumed != r.Range.Empty() {
		t.Errorf("%s is incomplete: %#v", r.Name, r)
	}
}

func seed(f *testing.F, add func(src []byte)) {
	for _, folder := range []string{"invalid", "valid"} {
		for _, path := range files(f, folder) {
			add(read(f, path))
		}
	}
	add(Starter("shop", "monolith"))
}

func FuzzParse(f *testing.F) {
	seed(f, func(src []byte) { f.Add(src) })
	f.Fuzz(func(t *testing.T, src []byte) {
		s, diags := Parse(src, "system.hcl")
		if s == nil {
			t.Fatal("no System")
		}
		for _, diag := range diags {
			if diag.Summary == "" || diag.Detail == "" || diag.Subject == nil || diag.Subject.Filename != "system.hcl" {
				t.Errorf("incomplete diagnostic: %#v", diag)
			}
			if end := diag.Subject.End.Byte; end > len(src) || diag.Subject.Start.Byte > end {
				t.Errorf("the range %v lies outside of the file", diag.Subject)
			}
		}
		if !diags.HasErrors() {
			checkInvariants(t, s)
		}
	})
}

func FuzzEdit(f *testing.F) {
	seed(f, func(src []byte) {
		f.Add(src, "requirements.availability=99.99")
		f.Add(src, "service.orders.stores=a,b")
	})
	for _, assignment := range []string{
		"system.owner=team-x", "service.new.image=a/b:1", "store.orders.model=document", "event.order-placed.ordered=true",
		"environment.prod.preset=production", "environment.prod.requirements.rpo=5m", "decide.bus=stream", "assume.request_seconds=0.3", "assume.codec=zstd", "waive.RDS.7.reason=${x}\n\"",
		"requirements.regions=[\"eu-west-1\"]", "system.description=a\nb", "=", "", "requirements.stored=\"1 GiB\" }",
	} {
		for _, path := range files(f, "valid") {
			f.Add(read(f, path), assignment)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte, assignment string) {
		edited, diags := Edit(src, "system.hcl", []string{assignment})
		if diags.HasErrors() {
			if !bytes.Equal(edited, src) {
				t.Errorf("a refused assignment changed the text to %q", edited)
			}
			return
		}
		if _, diags := source.Parse(edited, "system.hcl"); diags.HasErrors() && len(edited) <= source.MaxBytes {
			t.Errorf("the edited text does not parse: %v\n%s", diags, edited)
		}
		Parse(edited, "system.hcl")
		again, diags := Edit(edited, "system.hcl", []string{assignment})
		if diags.HasErrors() || !bytes.Equal(again, edited) {
			t.Errorf("the same assignment again gives %v and\n%s\nnot\n%s", diags, again, edited)
		}
	})
}
