package tests

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/sizing"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
)

// capacity is what a design can carry, by kind. What AWS sizes by itself is infinite.
type capacity map[string]float64

// capacityOf adds up what the components of a production environment are given.
func capacityOf(d *design.Design) capacity {
	c := capacity{}
	for _, i := range d.Instances {
		if i.Region != "" {
			continue // copies for a disaster
		}
		switch i.Component.Type {
		case "service":
			c["tasks of services"] += number(i, "max_tasks")
		case "relational":
			replicas := number(i, "read_replicas")
			// A cache takes reads off the databases, and so counts with them.
			c["processors that answer queries"] += vcpus(i, "instance_class") * (1 + replicas)
			c["storage of databases"] += number(i, "storage_gib")
		case "aurora":
			c["processors that answer queries"] += vcpus(i, "instance_class") * (1 + number(i, "readers"))
			c["storage of databases"] += math.Inf(1)
		case "cache":
			if i.Block == "cache" {
				c["processors that answer queries"] += 2 * vcpus(i, "node_type")
			}
			memory, err := sizing.NodeMemory(words(i, "node_type"))
			if err == nil {
				c["memory of caches"] += memory
			}
		case "table":
			if i.Block == "view" { // instead of a cache; it has no end
				c["memory of caches"] += math.Inf(1)
			}
		case "stream":
			if arg(i, "shard_count") == nil {
				c["shards"] += math.Inf(1)
			} else {
				c["shards"] += number(i, "shard_count")
			}
		}
	}
	return c
}

func number(i *design.Instance, name string) float64 {
	n, _ := arg(i, name).(design.Int)
	return float64(n)
}

func words(i *design.Instance, name string) string {
	text, _ := arg(i, name).(design.Text)
	return string(text)
}

func vcpus(i *design.Instance, name string) float64 {
	class, err := sizing.ClassOf(words(i, name), "")
	if err != nil {
		panic(fmt.Sprintf("%s of %s: %v", name, i.ID, err))
	}
	return class.Sustained()
}

// less are the kinds of capacity that have fallen.
func (c capacity) less(than capacity) []string {
	var kinds []string
	for kind, before := range than {
		if c[kind] < before-1e-9 {
			kinds = append(kinds, fmt.Sprintf("%s from %v to %v", kind, before, c[kind]))
		}
	}
	slices.Sort(kinds)
	return kinds
}

// TestMoreLoadNeverYieldsLess multiplies what a system must carry. It is given more each
// time, or is told that it is too much.
func TestMoreLoadNeverYieldsLess(t *testing.T) {
	b := newBench(t)
	var lock sync.Mutex
	grown := map[string]int{}
	each(t, theSystems(t, 10), func(n int) []string {
		var problems []string
		for _, p := range b.patterns {
			s, diags := system.Parse([]byte(text(n, p)), "system.hcl")
			if diags.HasErrors() {
				return []string{diags.Error()}
			}
			for _, requirement := range []string{"requests_per_second", "peak_factor", "stored", "concurrent_users"} {
				before := capacity{}
				impossible := false
				for _, factor := range []float64{1, 2, 10, 100} {
					d, diags := evaluated(b, *s, p.Name, requirement, factor)
					if diags.HasErrors() {
						impossible = true
						tr := trial{n: n, diags: diags}
						for _, problem := range tr.refusal() {
							problems = append(problems, fmt.Sprintf("%s: %s × %v: %s", p.Name, requirement, factor, problem))
						}
						continue
					}
					// What was too little for a rule, and not too much, may be possible with more.
					if impossible && requirement != "requests_per_second" && len(before) > 0 {
						problems = append(problems, fmt.Sprintf("%s: %s × %v is possible again", p.Name, requirement, factor))
					}
					now := capacityOf(d)
					for _, kind := range now.less(before) {
						problems = append(problems, fmt.Sprintf("%s: less with %s × %v: %s", p.Name, requirement, factor, kind))
					}
					lock.Lock()
					for _, kind := range before.less(now) {
						what, _, _ := strings.Cut(kind, " from ")
						grown[what]++
					}
					lock.Unlock()
					before = now
				}
			}
		}
		return problems
	})
	t.Logf("grown, by kind: %v", grown)
	for _, kind := range []string{"tasks of services", "processors that answer queries", "storage of databases", "memory of caches", "shards"} {
		if grown[kind] == 0 && *only < 0 {
			t.Errorf("%s never grew: too few systems to prove anything", kind)
		}
	}
}

// evaluated is the design of the last environment, as production, for a multiple of a requirement.
func evaluated(b bench, s system.System, pattern, requirement string, factor float64) (*design.Design, hcl.Diagnostics) {
	env := *s.Environments[len(s.Environments)-1]
	def, _ := system.Lookup(requirement)
	env.Preset = "production"
	required := s.For(&env)
	env.Requirements = required.With(requirement, min(def.Max, factor*required.Number(requirement)))
	s.Environments = []*system.Environment{&env}
	for _, p := range b.patterns {
		if p.Name == pattern {
			return design.Evaluate(&s, &env, p, b.library)
		}
	}
	panic("no pattern " + pattern)
}
