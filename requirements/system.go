package requirements

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/internal/system"
)

// System is what system.hcl says, and what was decided from it.
type System struct {
	Name         string
	File         string        // that the lines are of; "system.hcl" if empty
	Requirements []Requirement // of all environments
	Services     []Service
	Stores       []Store
	Events       []Event
	Environments []Environment
	Decisions    []Decision
}

// Requirement is the value of one requirement.
type Requirement struct {
	Name  string // as in system.hcl: "availability"
	Value any    // a number, a text ("5m", "120 GiB"), or a []string
	Line  int    // where it stands; 0: nobody wrote it, it was assumed
}

// Environment is one place the system runs in.
type Environment struct {
	Name         string
	Preset       string        // "sandbox" or "production"
	Line         int           // 0: nobody wrote it
	Requirements []Requirement // in place of those of the system
	// Sizes are what was calculated from the requirements: "busy_tasks" and "peak_tasks" are how many tasks
	// a service behind a load balancer needs over a busy hour and at its peak.
	Sizes map[string]float64
}

// Service is something the team runs.
type Service struct {
	Name                        string
	Line                        int    // 0: nobody wrote it
	Image                       string // a container image reference; "" leaves it open
	Path                        string // reachable from the internet below it; "": not reachable
	Publishes, Consumes, Stores []string
}

// Store is something that keeps data.
type Store struct {
	Name  string
	Model string // "relational", "key-value", "document", "wide-column", "graph", "object" or "cache"
	Line  int    // 0: nobody wrote it
}

// Event is something that happened, told by services to others.
type Event struct {
	Name    string
	Ordered bool // consumers must see it in the order it was published
	Line    int  // of its block, or of the service that first names it
}

// Decision is a question of the blueprint and how it was answered.
type Decision struct {
	Name   string
	Option map[string]string // the answer by environment
	Rule   map[string]string // what the rules had answered; only where the team overruled
	About  []string          // the requirements that the answer was made from
	Line   int               // where the team overruled it; 0 if it did not
}

// Compliance is what the system has to comply with in an environment: "gdpr", "hipaa", "pci", "soc2".
// A sandbox holds no data of customers, so nothing is demanded of it.
func (s System) Compliance(environment string) []string {
	env := s.environment(environment)
	if env == nil || env.Preset != "production" {
		return nil
	}
	v, _ := s.requirement(env, "compliance")
	return v.texts
}

// value is a requirement in an environment, ready to be compared.
type value struct {
	source // how messages cite it
	number float64
	text   string
	texts  []string
}

// source is where something that is asked for stands.
type source struct {
	at   string // "system.hcl:18", or "assumed"
	text string // "availability = 99.95"
}

func (s *System) at(line int, text string) source {
	if line == 0 {
		return source{"assumed", text}
	}
	return source{s.line(line), text}
}

func (s *System) line(line int) string {
	file := s.File
	if file == "" {
		file = "system.hcl"
	}
	return file + ":" + strconv.Itoa(line)
}

// environment returns the environment of a name, or nil.
func (s *System) environment(name string) *Environment {
	for i := range s.Environments {
		if s.Environments[i].Name == name {
			return &s.Environments[i]
		}
	}
	return nil
}

// requirement returns the requirement of a name in an environment; false if none is listed.
func (s *System) requirement(env *Environment, name string) (value, bool) {
	for _, list := range [][]Requirement{env.Requirements, s.Requirements} {
		for _, r := range list {
			if r.Name == name {
				return s.value(r), true
			}
		}
	}
	return value{}, false
}

// units are what the texts of requirements are read with, in seconds and GiB.
var units = []func(string) (float64, bool){system.ParseDuration, system.ParseSize}

func (s *System) value(r Requirement) value {
	v := value{source: s.at(r.Line, r.Name+" = "+literal(r.Value))}
	switch given := r.Value.(type) {
	case int:
		v.number = float64(given)
	case float64:
		v.number = given
	case []string:
		v.texts = given
	case string:
		v.text = given
		for _, parse := range units {
			if n, ok := parse(given); ok {
				v.number = n
				break
			}
		}
	}
	return v
}

// literal writes a value as it stands in system.hcl.
func literal(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []string:
		quoted := make([]string, len(v))
		for i, s := range v {
			quoted[i] = strconv.Quote(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	return fmt.Sprint(v)
}

// answer returns how a decision was answered in an environment: the first decision
// that has one of these names, or nil.
func (s *System) answer(env *Environment, names []string) (*Decision, string) {
	for i, d := range s.Decisions {
		if option := d.Option[env.Name]; option != "" && slices.Contains(names, d.Name) {
			return &s.Decisions[i], option
		}
	}
	return nil, ""
}

// overruled reports whether the team has another answer than the rules.
func (d *Decision) overruled(env *Environment) bool {
	return d != nil && d.Line > 0 && d.Rule[env.Name] != "" && d.Rule[env.Name] != d.Option[env.Name]
}

// names are all names that the parts of a program can be named after.
func (s *System) names() []string {
	var all []string
	for _, service := range s.Services {
		all = append(all, service.Name)
	}
	for _, store := range s.Stores {
		all = append(all, store.Name)
	}
	for _, event := range s.Events {
		all = append(all, event.Name)
	}
	return all
}
