package diagram

import (
	"path"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
)

// relation is what it means that one component is given an output of another.
type relation struct {
	argument, output string // of the one, of the other; * stands for any text
	back             bool   // the other does something to the one that has the argument
	verb             string
	traffic          Traffic
	rank             int    // the strongest relation between two nodes is kept
	label            string // shown in the picture, "" where the line says it
}

// hint is the rank of a relation that counts only where nothing stronger says how two nodes talk.
const hint = 1

// relations are the meanings of promises; the first that matches counts. What matches none is no traffic.
var relations = []relation{
	// Permissions say exactly what a program may do.
	{"policies", "writer_policy", false, "reads and writes", Request, 9, ""},
	{"policies", "stream_reader_policy", true, "tells its changes to", Message, 8, "changes"},
	{"policies", "reader_policy", false, "reads", Request, 8, "reads"},
	{"policies", "consumer_policy", true, "is consumed by", Message, 8, ""},
	{"policies", "producer_policy", false, "publishes to", Message, 8, ""},
	{"policies", "start_policy", false, "starts", Request, 8, "starts"},
	{"policies", "invoker_policy", false, "invokes", Request, 8, ""},
	{"policies", "replay_policy", false, "replays", Request, 4, "replays"},
	{"policies", "connect_policy", false, "connects to", Request, 7, ""},
	{"policies", "*_policy", false, "uses", Request, 3, ""},

	// Whoever is in the security group of a component's clients opens connections to it.
	{"security_group_ids", "client_security_group_id", false, "calls", Request, 5, ""},
	{"database_client_security_group_id", "*", false, "pools connections to", Request, 5, ""},
	{"target_*_identifier", "*", false, "pools connections to", Request, 6, ""},
	{"ingress_security_group_ids", "security_group_id", true, "calls", Request, 5, ""},

	// The way of a request.
	{"target_group_arn", "*target_group_arn", true, "leads to", Request, 7, ""},
	{"listener_arn", "listener_arn", false, "leads to", Request, 7, ""},
	{"alb_listener_arn", "listener_arn", false, "leads to", Request, 7, ""},
	{"network_load_balancer_arn", "arn", false, "leads to", Request, 7, ""},
	{"function_arns", "*arn", false, "invokes", Request, 7, ""},
	{"action_arns", "*arn", false, "does its steps with", Request, 7, ""},
	{"compensation_arns", "*arn", false, "undoes its steps with", Request, 6, "undoes"},
	{"origin_domain_name", "*", false, "forwards to", Request, 7, ""},
	{"vpc_origin_arn", "*", false, "forwards to", Request, 7, ""},
	{"failover_origin_domain_name", "*", false, "fails over to", Request, 6, "failover"},
	{"bucket_domain_name", "*", false, "serves the files of", Request, 7, "files"},
	{"bucket_arn", "arn", false, "serves the files of", Request, 7, "files"},
	{"failover_bucket_*", "*", false, "fails over to the files of", Request, 6, "failover"},

	// The way of a message.
	{"topic_arns", "arn", true, "delivers to", Message, 7, ""},
	{"rule_arns", "*", true, "delivers to", Message, 7, ""},
	{"queue_arn", "arn", true, "is consumed by", Message, 8, ""},
	{"stream_arn", "stream_arn", true, "tells its changes to", Message, 8, "changes"},
	{"stream_arn", "*arn", true, "is consumed by", Message, 8, ""},
	{"event_bus_name", "name", true, "delivers to", Message, 7, ""},
	{"target_arns", "*arn", false, "delivers to", Message, 7, ""},
	{"failure_queue_arn", "arn", false, "sends failures to", Message, 6, "failures"},

	// Names and copies.
	{"zone_id", "zone_id", true, "names", Lookup, 3, ""},
	{"alias_domain_name", "*", false, "leads to", Lookup, 4, ""},
	{"primary_domain_name", "*", false, "leads to", Lookup, 4, "primary"},
	{"secondary_domain_name", "*", false, "fails over to", Lookup, 4, "standby"},
	{"source_arn", "*arn", true, "replicates to", Copy, 7, "replicates"},
	{"replica_bucket_arn", "arn", false, "replicates to", Copy, 7, "replicates"},

	// A program that is only told where something is probably asks it.
	{"environment", "*", false, "uses", Request, hint, ""},
}

// relate adds the edges that the arguments of an instance stand for.
func (b *builder) relate(i *design.Instance) {
	to := b.nodes[i.ID]
	if name, ok := argument(i, "domain_name").(design.Text); ok && to != nil && !has(i.Component, "name_servers") && !slices.Contains(b.named[string(name)], to) {
		b.named[string(name)] = append(b.named[string(name)], to)
	}
	for _, a := range i.Args {
		if text, ok := a.Value.(design.Text); ok && to != nil && strings.HasSuffix(a.Property.HCL, "_domain_name") {
			if r := meaning(a.Property.HCL, nil); r != nil && r.traffic == Request {
				b.asking = append(b.asking, asking{from: to, name: string(text), relation: *r})
			}
		}
		routes := requests(i, a)
		design.Promises(a.Value, func(p design.Promise) {
			r := meaning(a.Property.HCL, &p)
			if r == nil {
				return
			}
			if r.traffic == Request && !r.back && to != nil && b.kind(p.Instance.Component).names {
				b.asking = append(b.asking, asking{from: to, to: b.nodes[p.Instance.ID], relation: *r})
				return
			}
			other := b.nodes[p.Instance.ID]
			if b.kind(p.Instance.Component).role == connects {
				// A route is a line between the load balancer it belongs to and the service.
				r.label = condition(p.Instance)
				design.Promises(argument(p.Instance, "listener_arn"), func(front design.Promise) { other = b.nodes[front.Instance.ID] })
			}
			if len(routes) > 0 {
				r.label, routes = routes[0], routes[1:]
			}
			if r.back {
				b.edge(other, to, *r)
			} else {
				b.edge(to, other, *r)
			}
		})
	}
}

// asking is a request to a name: traffic goes not to what answers with names, but to where it leads.
type asking struct {
	from, to *Node  // to is what answers with names, nil if
	name     string // the name was written out
	relation relation
}

// follow adds the edges of requests to names.
func (b *builder) follow() {
	leads := map[*Node][]*Node{}
	for _, e := range b.edges {
		if e.Traffic == Lookup {
			leads[e.From] = append(leads[e.From], e.To)
		}
	}
	for _, a := range b.asking {
		targets := b.named[a.name]
		if a.to != nil {
			targets = []*Node{a.to}
		}
		for _, target := range targets {
			if !b.kind(b.byID[target.ID].Component).names {
				b.edge(a.from, target, a.relation)
				continue
			}
			for _, end := range leads[target] {
				b.edge(a.from, end, a.relation)
			}
		}
	}
}

// meaning is what a promise in an argument stands for, nil if it is no traffic. Without a promise it is what a
// domain name there stands for.
func meaning(argument string, p *design.Promise) *relation {
	for _, r := range relations {
		if !matches(r.argument, argument) || p != nil && !matches(r.output, p.Output.HCL) {
			continue
		}
		if p == nil {
			return &r
		}
		c := p.Instance.Component
		switch {
		case r.output == "client_security_group_id" && has(c, "reader_policy", "writer_policy", "connect_policy"):
			r.verb = "connects to"
		case r.output == "producer_policy" && has(c, "consumer_policy"):
			r.verb = "sends to"
		}
		return &r
	}
	return nil
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}

// requests are the paths for which a gateway invokes each of its functions, where all of both are known.
func requests(i *design.Instance, a *design.Argument) []string {
	functions, _ := a.Value.(design.List)
	routes, _ := argument(i, "routes").(design.List)
	if a.Property.HCL != "function_arns" || len(functions) != len(routes) {
		return nil
	}
	var paths []string
	for n, route := range routes {
		text, ok := route.(design.Text)
		if _, promise := functions[n].(design.Promise); !ok || !promise {
			return nil
		}
		path := string(text)
		if _, after, found := strings.Cut(path, " "); found {
			path = after // the method says little here
		}
		path, _, _ = strings.Cut(path, "/{") // what varies says little, too
		paths = append(paths, strings.TrimPrefix(path, "$default"))
	}
	return paths
}

// condition is which requests a route takes.
func condition(route *design.Instance) string {
	if path, ok := argument(route, "path").(design.Text); ok && path != "" {
		if path == "/" || path == "/*" {
			return "" // all of them
		}
		return string(path)
	}
	var hosts []string
	if list, ok := argument(route, "hosts").(design.List); ok {
		for _, host := range list {
			if text, ok := host.(design.Text); ok {
				hosts = append(hosts, string(text))
			}
		}
	}
	return strings.Join(hosts, ", ")
}
