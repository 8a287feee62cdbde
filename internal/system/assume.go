package system

import (
	"github.com/hashicorp/hcl/v2"
)

// assume fills what was not written, and lists it.
func (d *decoder) assume() {
	s := d.system
	for _, r := range s.Requirements.All() {
		if r.Assumed {
			d.assumed("requirements."+r.Name, r.Text, r.Because)
		}
	}
	if len(s.Services) == 0 && s.Name != "" {
		d.assumeService()
	}
	for _, service := range s.Services {
		d.assumeArguments(service)
	}
	for _, store := range s.Stores {
		if store.Model == "" {
			store.Model = "relational"
			d.assumed("store."+store.Name+".model", quote(store.Model), "A relational store answers queries nobody has thought of yet.")
		}
	}
	if len(s.Environments) == 0 {
		d.assumeEnvironment("dev", "sandbox", "A change needs a place to fail where it costs little.")
		d.assumeEnvironment("prod", "production", "A system is for the people who use it.")
	}
	for _, env := range s.Environments {
		if env.Preset == "" {
			env.Preset = "production"
			d.assumed("environment."+env.Name+".preset", quote(env.Preset), "The safer of the presets costs money where the other costs data.")
		}
	}
}

func (d *decoder) assumed(what, value, because string) {
	d.system.Assumptions = append(d.system.Assumptions, Assumption{What: what, Value: value, Because: because})
}

// assumeService adds the service of a system that declares none: named after the system, with all its stores,
// and reachable if there is a domain to reach it by.
func (d *decoder) assumeService() {
	s := d.system
	service := &Service{Name: s.Name, Range: s.Range, Ranges: map[string]hcl.Range{"name": s.Ranges["name"]}}
	for _, store := range s.Stores {
		service.Stores = append(service.Stores, store.Name)
	}
	s.Services = []*Service{service}
	written := "{}"
	if s.Domain != "" {
		service.Path = "/"
		written = `path = "/"`
	}
	d.assumed("service."+s.Name, written, "A system without a service is taken for one that has every store, and answers every path of its domain if it has one.")
}

func (d *decoder) assumeArguments(service *Service) {
	prefix := "service." + service.Name + "."
	if service.Image == "" {
		service.Image = PlaceholderImage
		d.assumed(prefix+"image", quote(service.Image), "A public web server stands in until there is an image.")
	}
	if service.Port == 0 {
		service.Port = DefaultPort
		d.assumed(prefix+"port", "8080", "A container without root's rights listens above port 1024, by custom at 8080.")
	}
	if service.Health == "" {
		service.Health = "/"
		d.assumed(prefix+"health", quote(service.Health), "A web server that answers at its root is well.")
	}
}

func (d *decoder) assumeEnvironment(name, preset, because string) {
	d.system.Environments = append(d.system.Environments, &Environment{
		Name: name, Preset: preset, Range: d.system.Range, Ranges: map[string]hcl.Range{"name": d.system.Range},
	})
	d.assumed("environment."+name, "preset = "+quote(preset), because)
}
