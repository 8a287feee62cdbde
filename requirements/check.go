package requirements

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// A check is one way in which a program has to answer to a requirement.
type check struct {
	name        string
	requirement string // "" for what the checks of services, stores and events look at
	production  bool   // only asked of environments with the preset "production"
	// decisions are the names that blueprints give to the decision that answers it. If the team overruled that, the
	// check follows the team.
	decisions []string
	run       func(c *comparison, v value)
}

// checks are all checks, in the order of reports.
var checks = []check{
	{name: "zones", requirement: "availability", decisions: zoneDecisions, run: zones},
	{name: "standby", requirement: "availability", production: true, decisions: []string{"standby", "database_standby", "multi_az"}, run: standby},
	{name: "nat", requirement: "availability", decisions: egressDecisions, run: nat},
	{name: "tasks", requirement: "availability", production: true, decisions: []string{"autoscaling", "scaling", "tasks"}, run: tasks},
	{name: "backups", requirement: "rpo", decisions: []string{"backups", "backup"}, run: backups},
	{name: "copies", requirement: "rpo", production: true, decisions: recoveryDecisions, run: copies},
	{name: "deletion", requirement: "rto", production: true, run: deletion},
	{name: "failover", requirement: "rto", production: true, decisions: recoveryDecisions, run: failover},
	{name: "region", requirement: "regions", run: region},
	{name: "regions", requirement: "regions", production: true, decisions: recoveryDecisions, run: regions},
	{name: "encryption", requirement: "compliance", run: encryption},
	{name: "keys", requirement: "compliance", production: true, decisions: []string{"key", "keys", "key_ownership", "encryption_key", "encryption"}, run: customerKeys},
	{name: "tls", requirement: "compliance", run: tls},
	{name: "retention", requirement: "compliance", production: true, decisions: []string{"log_retention", "logs", "retention"}, run: retention},
	{name: "replicas", requirement: "read_ratio", decisions: replicaDecisions, run: replicas},
	{name: "consistency", requirement: "consistency", run: consistency},
	{name: "storage", requirement: "stored", decisions: []string{"storage"}, run: storage},
	{name: "latency", requirement: "latency_p99", run: latency},
	{name: "capacity", requirement: "requests_per_second", production: true, decisions: []string{"autoscaling", "scaling"}, run: capacity},
	{name: "scaling", requirement: "peak_factor", production: true, decisions: []string{"autoscaling", "scaling"}, run: scaling},
	{name: "services", run: func(c *comparison, _ value) { services(c) }},
	{name: "paths", run: func(c *comparison, _ value) { paths(c) }},
	{name: "stores", run: func(c *comparison, _ value) { stores(c) }},
	{name: "events", run: func(c *comparison, _ value) { events(c) }},
	{name: "order", run: func(c *comparison, _ value) { order(c) }},
}

// Check compares a program, recorded with the configuration of an environment, with
// what the system asks of that environment. An environment that the system does not have is a
// broken result.
func Check(r *recording.Recording, s System, environment string) Report {
	env := s.environment(environment)
	if env == nil {
		known := make([]string, len(s.Environments))
		for i, e := range s.Environments {
			known[i] = e.Name
		}
		return Report{[]Result{{
			Verdict: Broken, Environment: environment, At: s.at(0, "").at, Requirement: fmt.Sprintf("environment %q", environment),
			Message: "the system has no such environment; it has " + strings.Join(known, ", "),
		}}}
	}
	c := &comparison{program: newProgram(r, s.names()), system: &s, env: env}
	for _, check := range checks {
		c.begin(check)
	}
	return Report{sortResults(c.results)}
}

// A comparison is a run of all checks over one program.
type comparison struct {
	*program
	system  *System
	env     *Environment
	check   check
	source  source
	results []Result
}

func (c *comparison) begin(check check) {
	c.check = check
	if check.requirement == "" {
		check.run(c, value{})
		return
	}
	v, ok := c.system.requirement(c.env, check.requirement)
	if !ok {
		c.source = c.system.at(0, check.requirement)
		c.skip("system.hcl is not known to say anything about it")
		return
	}
	c.source = v.source
	if d := c.lifted(); d != nil {
		c.skip("%s: the team decided %s = %q, where the rules had %q: not asked for", c.system.line(d.Line), d.Name, d.Option[c.env.Name], d.Rule[c.env.Name])
		return
	}
	if check.production && c.env.Preset != "production" {
		c.skip("not asked of a %s: %s", c.env.Preset, titles[check.name])
		return
	}
	check.run(c, v)
}

// titles say what a check looks for.
var titles = map[string]string{
	"zones": "several availability zones", "standby": "a standby in another zone", "nat": "a NAT gateway in each zone", "tasks": "two tasks at all times",
	"backups": "backups", "copies": "a copy in a second region", "deletion": "protection from deletion", "failover": "failover to a second region",
	"region": "the region", "regions": "a second region", "encryption": "encryption at rest", "keys": "keys of one's own", "tls": "encryption in transit",
	"retention": "long-lived logs", "replicas": "read replicas", "consistency": "reads from the primary", "storage": "room for twelve months",
	"latency": "an alarm on slow answers", "capacity": "capacity for the peak", "scaling": "scaling with the load", "services": "the service", "paths": "the path", "stores": "the store",
	"events": "delivery of the event", "order": "delivery in order",
}

// lifted returns the decision by which the team gave up what the check asks for: the one that
// is known to answer it or, if nobody knows the decision, one that was made from the same requirement.
func (c *comparison) lifted() *Decision {
	for i := range c.system.Decisions {
		d := &c.system.Decisions[i]
		if !d.overruled(c.env) {
			continue
		}
		if slices.Contains(c.check.decisions, d.Name) {
			// What the answer still promises is compared with it: see zones and replicas.
			if count(d.Option[c.env.Name]) > 0 {
				continue
			}
			return d
		}
		if len(c.check.decisions) > 0 && !knownDecision(d.Name) && slices.Contains(d.About, c.check.requirement) {
			return d
		}
	}
	return nil
}

func knownDecision(name string) bool {
	return slices.ContainsFunc(checks, func(c check) bool { return slices.Contains(c.decisions, name) })
}

// count reads how many a decision takes: "three" and "3" are 3, "none" and all else 0.
func count(option string) int {
	for n, names := range [][]string{{}, {"one", "1", "single"}, {"two", "2"}, {"three", "3"}, {"four", "4"}, {"five", "5"}, {"six", "6"}} {
		if slices.Contains(names, option) {
			return n
		}
	}
	return 0
}

func (c *comparison) add(v Verdict, res *recording.Resource, property, message string) {
	r := Result{
		Verdict: v, Check: c.check.name, Environment: c.env.Name, At: c.source.at, Requirement: c.source.text, Property: property, Message: message,
	}
	if res != nil {
		r.URN, r.Type, r.Name, r.Component, r.Source = res.URN, res.Type, res.Name, c.top[res], res.Source
	}
	c.results = append(c.results, r)
}

// broken notes that a resource, or the program if there is none, does not meet the requirement at hand.
func (c *comparison) broken(res *recording.Resource, property, format string, args ...any) {
	c.add(Broken, res, property, fmt.Sprintf(format, args...))
}

func (c *comparison) met(res *recording.Resource, property, format string, args ...any) {
	c.add(Met, res, property, fmt.Sprintf(format, args...))
}

func (c *comparison) skip(format string, args ...any) {
	c.add(Skipped, nil, "", fmt.Sprintf(format, args...))
}

// require notes whether an input is true. What only a deployment can tell is skipped.
func (c *comparison) require(res *recording.Resource, property, otherwise string) {
	switch v := res.Input(property); {
	case unknown(v):
		c.add(Skipped, res, property, "is not known before deployment")
	case v == true:
		c.met(res, property, "is true")
	case v == nil:
		c.broken(res, property, "is not set; %s", otherwise)
	default:
		c.broken(res, property, "is %v; %s", v, otherwise)
	}
}

// decided cites what was decided about the check at hand, "" if nothing was.
func (c *comparison) decided() (option, cite string, overruled bool) {
	d, option := c.system.answer(c.env, c.check.decisions)
	if d == nil {
		return "", "", false
	}
	if d.overruled(c.env) {
		return option, fmt.Sprintf("as the team decided in %s (%s = %q)", c.system.line(d.Line), d.Name, option), true
	}
	return option, fmt.Sprintf("as was decided from it (%s = %q)", d.Name, option), false
}
