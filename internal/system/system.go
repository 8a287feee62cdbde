package system

import "github.com/hashicorp/hcl/v2"

// System is what an application team describes in system.hcl. All of it is best effort while the diagnostics
// that came with it hold errors.
type System struct {
	Name        string
	Pattern     string // "" until one is chosen
	Owner       string // "" when not said
	Description string // "" when not said; may hold line breaks
	Domain      string // the DNS name users reach it by, "" without one

	// Requirements are those of the requirements block. An environment may override some: see For.
	Requirements Requirements

	Services     []*Service     // as declared; at least one
	Stores       []*Store       // as declared
	Events       []*Event       // declared ones first, then in the order services name them
	Environments []*Environment // as declared; at least one
	Decide       []Override     // as written
	Assume       []Value        // as written
	Waivers      []Waiver       // as written
	Assumptions  []Assumption   // requirements first, then what else a default filled

	Range  hcl.Range            // the definition of the system block
	Ranges map[string]hcl.Range // of "name" and of each argument written in the system block
}

// Service is something the team runs.
type Service struct {
	Name   string
	Image  string  // a container image reference; default PlaceholderImage
	Port   int     // the TCP port it listens on; default 8080
	Path   string  // it is reachable from the internet below this path; "" when it is not
	Health string  // the HTTP path that answers 200 while it is well; default "/"
	CPU    int     // vCPU units, 1024 a vCPU: 256 … 16384; 0 leaves it to the design
	Memory float64 // GiB; 0 leaves it to the design

	Publishes []string // events
	Consumes  []string // events
	Stores    []string // declared stores
	Calls     []string // other services

	Range hcl.Range // the definition of the block; of the system block when no service is declared
	// Ranges are those of "name" and of the value of each argument written. An element of a list has its own,
	// under argument and element: "stores.orders".
	Ranges map[string]hcl.Range
}

// Store is something that keeps data.
type Store struct {
	Name  string
	Model string // one of Models; default "relational"

	Range  hcl.Range
	Ranges map[string]hcl.Range // of "name" and of each argument written
}

// Event is something that happened, told by the services that publish it to those that consume it.
type Event struct {
	Name       string
	Ordered    bool     // consumers must see it in the order it was published; default false
	Publishers []string // names of services, sorted
	Consumers  []string // names of services, sorted

	Range  hcl.Range            // the definition of its block, or where a service first names it
	Ranges map[string]hcl.Range // of "name" and of each argument written
}

// Environment is one place the system runs in.
type Environment struct {
	Name   string
	Preset string // one of Presets
	// Domain is the DNS name of the system in this environment: its own; otherwise the system's for the preset
	// "production" and environment.system-domain for others; "" when the system has none.
	Domain string
	// Requirements holds the overrides of this environment alone: see System.For.
	Requirements Requirements

	Range  hcl.Range            // the definition of its block; of the system block when none is declared
	Ranges map[string]hcl.Range // of "name" and of each argument written
}

// Override chooses an option of a decision by name.
type Override struct {
	Decision string
	Option   string
	Range    hcl.Range // of the whole argument
}

// Value replaces an assumption of the blueprint by name.
type Value struct {
	Name  string
	Value any       // float64 or string
	Range hcl.Range // of the whole argument
}

// Waiver accepts that a control is not met.
type Waiver struct {
	Control string // such as "RDS.7"
	Reason  string
	Until   string // the last day it holds, as YYYY-MM-DD
	Range   hcl.Range
}

// Assumption is a value that nobody wrote and a default filled.
type Assumption struct {
	What    string // such as "requirements.availability" or "service.orders.image"
	Value   string // as it would be written in system.hcl
	Because string // one sentence
}

// PlaceholderImage is the image of a service that names none: a small web server that listens on port 8080 and
// answers every health check at "/", to be pulled without an account.
const PlaceholderImage = "public.ecr.aws/nginx/nginx-unprivileged:stable"

// Models are the data models a store can have.
var Models = []string{"relational", "key-value", "document", "wide-column", "graph", "object", "cache"}

// Presets are the sets of defaults an environment can ask its components for.
var Presets = []string{"sandbox", "production"}

// For returns the requirements in an environment: those of the system, with the overrides of env. A nil env
// has none.
func (s *System) For(env *Environment) Requirements {
	if env == nil {
		return s.Requirements
	}
	return s.Requirements.overriddenBy(env.Requirements)
}
