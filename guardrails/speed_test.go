package guardrails

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/archimperative/scaffold/recorder/recording"
)

// manyResources is a recording of n resources: those of the cases of all rules, in turn, and copies of them under other
// names. So every rule has resources to judge, and those it looks up refer to one another. Only selections of backup plans
// are not copied: a program has a few, however large it is, and a rule goes through them for each data store.
func manyResources(n int) *recording.Recording {
	rec := &recording.Recording{Region: "eu-central-1"}
	for copied := 0; ; copied++ {
		for _, r := range Embedded().rules {
			for i, c := range r.Cases {
				suffix := fmt.Sprintf("%s-%d-%d", r.Name, i, copied)
				var names []string
				for _, res := range c.Recording.Resources {
					names = append(names, res.Name+"-", res.Name+suffix+"-")
				}
				rename := strings.NewReplacer(names...)
				urn := func(s string) string { return s + suffix }
				for _, res := range c.Recording.Resources {
					if len(rec.Resources) == n {
						slices.SortFunc(rec.Resources, func(a, b *recording.Resource) int { return strings.Compare(a.URN, b.URN) })
						return rec
					}
					if copied > 0 && res.Type == "aws:backup/selection:Selection" {
						continue
					}
					other := *res
					other.URN, other.Name, other.ID = urn(res.URN), res.Name+suffix, rename.Replace(res.ID)
					other.Inputs, _ = renamed(res.Inputs, rename).(map[string]any)
					other.Outputs, _ = renamed(res.Outputs, rename).(map[string]any)
					other.Dependencies = nil
					for _, d := range res.Dependencies {
						other.Dependencies = append(other.Dependencies, urn(d))
					}
					other.PropertyDependencies = map[string][]string{}
					for property, list := range res.PropertyDependencies {
						for _, d := range list {
							other.PropertyDependencies[property] = append(other.PropertyDependencies[property], urn(d))
						}
					}
					rec.Resources = append(rec.Resources, &other)
				}
			}
		}
	}
}

func renamed(v any, rename *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return rename.Replace(v)
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = renamed(e, rename)
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for key, e := range v {
			object[key] = renamed(e, rename)
		}
		return object
	}
	return v
}

// The target is that all rules take less than 300 ms for 1,000 resources.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			rec := manyResources(n)
			for b.Loop() {
				if report := Check(rec, Options{}); len(report.Findings) == 0 {
					b.Fatal("no findings")
				}
			}
		})
	}
}

// processorTime is what this process has used so far: unlike the clock, it does not count
// what else the machine does.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// TestCheckIsLinear compares what 2,000 and 10,000 resources take. A rule or lookup that goes through all resources
// for each of them would take 25 times as long, one that does not 5 times; the bound leaves room for a
// loaded machine and a collector that has more to do.
func TestCheckIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	fastest := func(n int) time.Duration {
		rec := manyResources(n)
		best := time.Hour
		for range 3 {
			start := processorTime(t)
			Check(rec, Options{})
			best = min(best, processorTime(t)-start)
		}
		return best
	}
	small, large := fastest(2_000), fastest(10_000)
	t.Logf("2,000 resources: %v, 10,000 resources: %v", small, large)
	if large > 15*small {
		t.Errorf("10,000 resources take %v, %.1f times as long as 2,000, which take %v", large, float64(large)/float64(small), small)
	}
}
