package sizing

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/archimperative/scaffold/internal/source"
)

// Sources of the rules about classes.
const (
	ConnectionsDocs = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections"
	BurstableDocs   = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html"
	ReserveDocs     = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/redis-memory-management.html"
	ClassDocs       = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html"
)

// Class is a size of a database instance, a cache node or a virtual machine.
type Class struct {
	Kind       string // rds, aurora, cache or ec2
	Name       string // db.m7g.large
	Current    bool   // of the families that DatabaseClass and CacheNode choose from
	VCPUs      float64
	MemoryGiB  float64 // of a cache node: its maxmemory
	USDPerHour float64 // in us-east-1: one RDS for PostgreSQL instance, Aurora standard, Valkey, Linux
	AsOf       string
	Confidence string
	Source     string
}

// Classes are all classes that are known, sorted by kind and name.
func Classes() []Class { return slices.Clone(classes()) }

var classes = sync.OnceValue(func() []Class {
	var list []Class
	for _, r := range records(classesCSV) {
		list = append(list, Class{
			r["kind"], r["class"], r["current"] == "yes", number(r["vcpus"]), number(r["memory_gib"]), number(r["usd_per_hour"]),
			r["as_of"], r["confidence"], r["source"],
		})
	}
	return list
})

// kinds of class that a database engine runs on.
var kindOf = map[string]string{"postgres": "rds", "mysql": "rds", "aurora-postgresql": "aurora", "aurora-mysql": "aurora"}

// Engines are the database engines that classes are known for.
var Engines = []string{"aurora-mysql", "aurora-postgresql", "mysql", "postgres"}

func kind(engine string) (string, error) {
	kind, known := kindOf[engine]
	if !known {
		return "", invalid("engine", "%q is not known; use one of %s.%s", engine, strings.Join(Engines, ", "), source.Suggest(engine, Engines))
	}
	return kind, nil
}

// ClassOf finds a class by its name. An engine tells apart the classes of RDS and
// Aurora, which have the same names and other prices; "" is RDS.
func ClassOf(name, engine string) (Class, error) {
	wanted := ""
	if engine != "" {
		var err error
		if wanted, err = kind(engine); err != nil {
			return Class{}, err
		}
	}
	found := Class{}
	var names []string
	for _, c := range classes() {
		if wanted != "" && c.Kind != wanted {
			continue
		}
		// The kinds are sorted, and rds is the last of those that have a name in common.
		if c.Name == name {
			found = c
		}
		names = append(names, c.Name)
	}
	if found.Name == "" {
		of := ""
		if engine != "" {
			of = " of " + engine
		}
		return Class{}, invalid("class", "%q is not in the table of classes%s; write it as db.m7g.large, cache.r7g.large or c7g.large.%s", name, of, source.Suggest(name, slices.Compact(names)))
	}
	return found, nil
}

// baseline is the part of its processors that a burstable class may use all the time
// without spending credits, by size; both T3 and T4g have it (BurstableDocs).
var baseline = map[string]float64{"micro": 0.1, "small": 0.2, "medium": 0.2, "large": 0.3, "xlarge": 0.4, "2xlarge": 0.4}

// Sustained is how many vCPUs the class can use all the time: of a burstable class its
// baseline, of others all.
func (c Class) Sustained() float64 {
	parts := strings.Split(strings.TrimPrefix(strings.TrimPrefix(c.Name, "db."), "cache."), ".")
	if part, burstable := baseline[parts[len(parts)-1]]; burstable && (parts[0] == "t3" || parts[0] == "t4g") {
		return plain(c.VCPUs * part)
	}
	return c.VCPUs
}

// Connections is what max_connections of an engine is on a class by default, by the
// formula of its parameter group on the memory of the class (ConnectionsDocs):
//
//	postgres, aurora-postgresql  LEAST(bytes/9531392, 5000)
//	mysql                        bytes/12582880, at most 100000
//	aurora-mysql                 GREATEST(45·log2(bytes/805306368), 1000·log2(bytes/8187281408)), at most 16000
//
// An instance has somewhat less, since AWS computes it from the memory that the
// operating system leaves; packages components/database warns at 70 % for that.
func Connections(engine, class string) (float64, error) {
	c, err := ClassOf(class, engine)
	if err != nil {
		return 0, err
	}
	return connections(engine, c.MemoryGiB), nil
}

func connections(engine string, gib float64) float64 {
	bytes := gib * (1 << 30)
	switch engine {
	case "mysql":
		return min(math.Floor(bytes/12582880), 100000)
	case "aurora-mysql":
		// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html
		return max(0, math.Floor(min(max(45*math.Log2(bytes/805306368), 1000*math.Log2(bytes/8187281408)), 16000)))
	default:
		return min(math.Floor(bytes/9531392), 5000)
	}
}

// surely is the part of a class's memory that is left to the engine at the least.
const surely = 0.75

// DatabaseClass is the cheapest current class of an engine that offers, all the time,
// at least so many vCPUs, GiB of memory and connections. Current are T4g, M7g and R7g.
// A burstable class (T4g) counts with its baseline: db.t4g.micro sustains 0.2 vCPUs.
// For connections three quarters of the memory are counted, which is what an engine
// has at the least. MySQL is chosen by the prices of PostgreSQL.
func DatabaseClass(engine string, vcpus, memoryGiB, connectionsNeeded float64) (string, error) {
	kind, err := kind(engine)
	if err != nil {
		return "", err
	}
	if err := check(amount{name: "vcpus", value: vcpus}, amount{name: "memory_gib", value: memoryGiB}, amount{name: "connections", value: connectionsNeeded}); err != nil {
		return "", err
	}
	var best, largest Class
	for _, c := range classes() {
		if c.Kind != kind || !c.Current {
			continue
		}
		if c.MemoryGiB > largest.MemoryGiB {
			largest = c
		}
		if c.Sustained() < vcpus || c.MemoryGiB < memoryGiB || connections(engine, c.MemoryGiB*surely) < connectionsNeeded {
			continue
		}
		if best.Name == "" || cheaper(c, best) {
			best = c
		}
	}
	if best.Name != "" {
		return best.Name, nil
	}
	argument, offered := "connections", connections(engine, largest.MemoryGiB*surely)
	switch {
	case vcpus > largest.VCPUs:
		argument = "vcpus"
	case memoryGiB > largest.MemoryGiB:
		argument = "memory_gib"
	}
	return "", invalid(argument, "is more than any class of %s has: the largest, %s, offers %g vCPUs, %g GiB and %g connections. Split the data over several databases, serve reads from replicas, or pool connections",
		engine, largest.Name, largest.VCPUs, largest.MemoryGiB, offered)
}

// cheaper orders classes by price, and those of one price by what they offer.
func cheaper(a, b Class) bool {
	return cmp.Or(cmp.Compare(a.USDPerHour, b.USDPerHour), cmp.Compare(b.MemoryGiB, a.MemoryGiB), cmp.Compare(b.VCPUs, a.VCPUs), cmp.Compare(a.Name, b.Name)) < 0
}

// reserve is the part of a node's memory that ElastiCache keeps for backups and
// failover by default (reserved-memory-percent, ReserveDocs).
const reserve = 0.25

// NodeMemory is how many GiB of data an ElastiCache node holds: its memory without the
// 25 % that are reserved.
func NodeMemory(node string) (float64, error) {
	c, err := ClassOf(node, "")
	if err != nil || c.Kind != "cache" {
		return 0, invalid("type", "%q is no ElastiCache node that is known; use one of %s.%s", node, strings.Join(nodes(), ", "), source.Suggest(node, nodes()))
	}
	return plain(c.MemoryGiB * (1 - reserve)), nil
}

func nodes() []string {
	var names []string
	for _, c := range classes() {
		if c.Kind == "cache" && c.Current {
			names = append(names, c.Name)
		}
	}
	return names
}

// CacheNode is the cheapest current ElastiCache node (T4g, M7g, R7g) that holds so
// many GiB of data, as NodeMemory counts.
func CacheNode(gib float64) (string, error) {
	if err := check(amount{name: "gib", value: gib}); err != nil {
		return "", err
	}
	var best, largest Class
	for _, c := range classes() {
		if c.Kind != "cache" || !c.Current {
			continue
		}
		if c.MemoryGiB > largest.MemoryGiB {
			largest = c
		}
		if plain(c.MemoryGiB*(1-reserve)) >= gib && (best.Name == "" || cheaper(c, best)) {
			best = c
		}
	}
	if best.Name == "" {
		return "", invalid("gib", "is %g, and the largest node, %s, holds %s after the 25 %% that are reserved. Spread the data over several shards", gib, largest.Name, fmt.Sprintf("%.4g GiB", largest.MemoryGiB*(1-reserve)))
	}
	return best.Name, nil
}
