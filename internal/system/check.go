package system

import (
	"sort"

	"github.com/hashicorp/hcl/v2"

	"github.com/archimperative/scaffold/internal/source"
)

// check finds what is wrong between blocks, and derives the events and domains. What it finds counts only if the
// text was sound: otherwise the block that seems missing may be there and not be seen.
func (d *decoder) check() {
	if before := d.diags; !d.sound {
		defer func() { d.diags = before }()
	}
	d.checkServices()
	d.deriveEvents()
	d.deriveDomains()
}

func (d *decoder) checkServices() {
	services := make(map[string]bool, len(d.system.Services))
	serviceNames := make([]string, 0, len(d.system.Services))
	for _, s := range d.system.Services {
		services[s.Name] = true
		serviceNames = append(serviceNames, s.Name)
	}
	used := make(map[string]bool, len(d.system.Stores))
	storeNames := make([]string, 0, len(d.system.Stores))
	for _, s := range d.system.Stores {
		used[s.Name] = false
		storeNames = append(storeNames, s.Name)
	}
	paths := make(map[string]*Service, len(d.system.Services))
	for _, s := range d.system.Services {
		for _, store := range s.Stores {
			if _, ok := used[store]; ok {
				used[store] = true
				continue
			}
			d.report(problem(unknownStore, s.Ranges["stores."+store], "No store %s is declared.%s Declare it:\n\n    store %s { model = \"relational\" }",
				quote(clip(store)), source.Suggest(store, few(storeNames)), quote(clip(store))))
		}
		for _, callee := range s.Calls {
			switch {
			case callee == s.Name:
				d.report(problem(callsItself, s.Ranges["calls."+callee], "A service needs no permission to call itself. Remove it from the list."))
			case !services[callee]:
				d.report(problem(unknownService, s.Ranges["calls."+callee], "No service %s is declared.%s",
					quote(clip(callee)), source.Suggest(callee, few(serviceNames))))
			}
		}
		if s.Path == "" {
			continue
		}
		if other := paths[s.Path]; other != nil {
			d.report(problem(duplicatePath, s.Ranges["path"], "The service %q already answers below this path, at %s. Give each its own.",
				other.Name, place(other.Ranges["path"])))
			continue
		}
		paths[s.Path] = s
	}
	for _, s := range d.system.Stores {
		if !used[s.Name] {
			d.report(warning(unusedStore, s.Range, "No service names this store in its stores, so none may reach it. Name it there, or remove it."))
		}
	}
}

// few limits the names that suggestions are looked for among, so that a file full of mistakes stays cheap.
func few(names []string) []string { return names[:min(len(names), 200)] }

// deriveEvents completes the events: who publishes and consumes each.
func (d *decoder) deriveEvents() {
	for _, s := range d.system.Services {
		for _, name := range s.Publishes {
			e := d.event(name, s.Ranges["publishes."+name])
			e.Publishers = append(e.Publishers, s.Name)
		}
		for _, name := range s.Consumes {
			e := d.event(name, s.Ranges["consumes."+name])
			e.Consumers = append(e.Consumers, s.Name)
		}
	}
	for _, e := range d.system.Events {
		sort.Strings(e.Publishers)
		sort.Strings(e.Consumers)
		switch {
		case len(e.Publishers) == 0 && len(e.Consumers) == 0:
			d.report(warning(unusedEvent, e.Range, "No service publishes or consumes this event. Name it in a service, or remove it."))
		case len(e.Publishers) == 0:
			d.report(warning(unpublishedEvent, e.Range, "The event %s is consumed and no service publishes it: nothing will ever arrive. "+
				"Name it in the publishes of a service.", quote(clip(e.Name))))
		case len(e.Consumers) == 0:
			d.report(warning(unconsumedEvent, e.Range, "The event %s is published and no service consumes it. "+
				"Name it in the consumes of a service, unless its consumers are elsewhere.", quote(clip(e.Name))))
		}
	}
}

// event returns the event called name, which comes into being where it is first named.
func (d *decoder) event(name string, rng hcl.Range) *Event {
	e := d.events[name]
	if e == nil {
		e = &Event{Name: name, Range: rng, Ranges: map[string]hcl.Range{"name": rng}}
		d.events[name] = e
		d.system.Events = append(d.system.Events, e)
	}
	return e
}

// deriveDomains gives each environment the domain it has, and sees that no two share one.
func (d *decoder) deriveDomains() {
	owners := make(map[string]*Environment, len(d.system.Environments))
	for _, e := range d.system.Environments {
		rng, written := e.Ranges["domain"]
		if !written {
			rng = e.Range
		}
		if e.Domain == "" && d.system.Domain != "" {
			e.Domain = d.system.Domain
			if e.Preset != "production" {
				e.Domain = e.Name + "." + d.system.Domain
			}
			if len(e.Domain) > maxDomain && len(d.system.Domain) <= maxDomain {
				d.report(checkDomain(e.Domain, rng))
			}
		}
		if e.Domain == "" {
			continue
		}
		if other := owners[e.Domain]; other != nil {
			d.report(problem(duplicateDomain, rng, "The environment %q at %s has the domain %s as well. Give each its own with the argument \"domain\".",
				other.Name, place(other.Range), quote(e.Domain)))
			continue
		}
		owners[e.Domain] = e
	}
}
