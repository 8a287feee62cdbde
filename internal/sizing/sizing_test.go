package sizing

import (
	"errors"
	"math"
	"math/rand"
	"strings"
	"testing"
)

type call struct {
	got  float64
	err  error
	want float64
}

func of(got float64, err error) func(want float64) call {
	return func(want float64) call { return call{got, err, want} }
}

// TestByHand holds what a pocket calculator says, at the edges too.
func TestByHand(t *testing.T) {
	for name, c := range map[string]call{
		"800 requests of 0.25 s":               of(InFlight(800, 0.25))(200),
		"no requests":                          of(InFlight(0, 3))(0),
		"400 in flight, 40 a task, busy 0.5":   of(Tasks(4000, 0.1, 40, 0.5))(20),
		"one more request needs one more task": of(Tasks(4001, 0.1, 40, 0.5))(21),
		"no load needs one task":               of(Tasks(0, 0.1, 40, 0.5))(1),
		"3 * 0.1 is 0.3, not more":             of(Tasks(3, 0.1, 0.3, 1))(1),
		"1000 * 0.2 * 1.3":                     of(Concurrency(1000, 0.2, 0.3))(260),
		"10 * 0.11 * 1.0, rounded up":          of(Concurrency(10, 0.11, 0))(2),
		"200 + 20 * 12":                        of(Storage(200, 20, 12))(440),
		"3.5 MiB/s, 500 records/s":             of(Shards(3.5, 500))(4),
		"1 MiB/s, 4001 records/s":              of(Shards(1, 4001))(5),
		"exactly 4000 records/s":               of(Shards(0, 4000))(4),
		"an idle stream":                       of(Shards(0, 0))(1),
		"3000/3000 + 1000/1000":                of(Partitions(3000, 1000, 20))(2),
		"1500/3000 + 501/1000":                 of(Partitions(1500, 501, 0))(2),
		"91 GiB":                               of(Partitions(1, 1, 91))(10),
		"an empty table":                       of(Partitions(0, 0, 0))(1),
		"99.95 % of 30 days":                   of(Downtime(99.95))(1296),
		"99.99 % of 30 days":                   of(Downtime(99.99))(259.2),
		"always":                               of(Downtime(100))(0),
		"8 GiB / 9531392":                      of(Connections("postgres", "db.m7g.large"))(901),
		"16 GiB / 9531392":                     of(Connections("aurora-postgresql", "db.r7g.large"))(1802),
		"64 GiB are beyond the 5000":           of(Connections("aurora-postgresql", "db.r7g.2xlarge"))(5000),
		"16 GiB / 12582880":                    of(Connections("mysql", "db.r7g.large"))(1365),
		"45 * log2(4 GiB / 768 MiB)":           of(Connections("aurora-mysql", "db.t4g.medium"))(108),
		"1000 * log2(16 GiB / 8187281408)":     of(Connections("aurora-mysql", "db.r7g.large"))(1069),
		"13.07 * 0.75":                         of(NodeMemory("cache.r7g.large"))(9.8025),
		"RDS in two zones":                     of(SLA("rds", "multi-az"))(99.95),
		"Lambda's default concurrency":         of(Quota("lambda", "concurrency"))(1000),
		"an hour of a NAT gateway":             of(Price("nat-gateway", "hour"))(0.045),
		"a region and itself":                  of(RoundTrip("eu-west-1", "eu-west-1"))(0),
	} {
		if c.err != nil || math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: got %v, %v; want %v", name, c.got, c.err, c.want)
		}
	}
}

func TestClasses(t *testing.T) {
	for name, c := range map[string]struct {
		engine                     string
		vcpus, memory, connections float64
		want                       string
	}{
		"next to nothing":                    {"postgres", 0.2, 1, 80, "db.t4g.micro"},
		"more than the baseline of a micro":  {"postgres", 0.3, 1, 0, "db.t4g.small"},
		"more than a t4g.large sustains":     {"postgres", 0.7, 4, 0, "db.m7g.large"},
		"much memory":                        {"postgres", 2, 16, 0, "db.r7g.large"},
		"more than three quarters sustain":   {"postgres", 2, 8, 700, "db.r7g.large"},
		"MySQL":                              {"mysql", 4, 16, 0, "db.m7g.xlarge"},
		"Aurora has no M7g":                  {"aurora-postgresql", 2, 8, 0, "db.r7g.large"},
		"the most there is":                  {"mysql", 64, 512, 0, "db.r7g.16xlarge"},
		"nothing needed":                     {"aurora-mysql", 0, 0, 0, "db.t4g.medium"},
		"5000 connections, the most of them": {"postgres", 0, 0, 5000, "db.r7g.2xlarge"},
	} {
		got, err := DatabaseClass(c.engine, c.vcpus, c.memory, c.connections)
		if err != nil || got != c.want {
			t.Errorf("%s: got %s, %v; want %s", name, got, err, c.want)
		}
	}
	for gib, want := range map[float64]string{0: "cache.t4g.micro", 0.375: "cache.t4g.micro", 0.376: "cache.t4g.small", 4.785: "cache.m7g.large", 4.79: "cache.r7g.large", 300: "cache.r7g.16xlarge"} {
		if got, err := CacheNode(gib); err != nil || got != want {
			t.Errorf("%v GiB: got %s, %v; want %s", gib, got, err, want)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	// Great circles by an independent calculator, to one part in a hundred.
	for pair, km := range map[[2]string]float64{
		{"eu-central-1", "eu-west-1"}: 1090, {"us-east-1", "eu-central-1"}: 6540, {"us-east-1", "us-west-2"}: 3520, {"eu-west-2", "ap-southeast-2"}: 16990,
	} {
		got, err := RoundTrip(pair[0], pair[1])
		back, _ := RoundTrip(pair[1], pair[0])
		if err != nil || got != back || math.Abs(got-km/100) > km/100*0.02 {
			t.Errorf("%v: got %v and %v, %v; want about %v ms", pair, got, back, err, km/100)
		}
	}
}

func TestRefused(t *testing.T) {
	for want, err := range map[string]error{
		"requests_per_second is -1, and must not be negative":    second(InFlight(-1, 1)),
		"seconds is larger than anything that can be sized":      second(InFlight(1, math.Inf(1))),
		"seconds_per_request is larger than anything":            second(Tasks(1, math.NaN(), 1, 1)),
		"requests_per_second gives a size of 1e+25":              second(InFlight(1e15, 1e10)),
		"requests_per_task is 0, and must be above it":           second(Tasks(1, 1, 0, 1)),
		"utilization is 1.5, and is a part of the whole":         second(Tasks(1, 1, 1, 1.5)),
		"utilization is 0, and must be above it":                 second(Tasks(1, 1, 1, 0)),
		"headroom is -0.1":                                       second(Concurrency(1, 1, -0.1)),
		"percent is 101, and must not be above 100":              second(Downtime(101)),
		"growth_gib_per_month is -1":                             second(Storage(0, -1, 1)),
		`engine "postgre" is not known`:                          second(DatabaseClass("postgre", 1, 1, 1)),
		"the largest, db.r7g.16xlarge, offers 64 vCPUs, 512 GiB": second(DatabaseClass("postgres", 65, 1, 1)),
		"memory_gib is more than any class of mysql has":         second(DatabaseClass("mysql", 1, 513, 1)),
		"connections is more than any class of postgres has":     second(DatabaseClass("postgres", 1, 1, 5001)),
		"the largest node, cache.r7g.16xlarge, holds 314.3 GiB":  second(CacheNode(315)),
		`class "db.m7g.larg" is not in the table`:                second(Connections("postgres", "db.m7g.larg")),
		`type "db.m7g.large" is no ElastiCache node`:             second(NodeMemory("db.m7g.large")),
		`variant "multi-zone" is not in the table; rds has`:      second(SLA("rds", "multi-zone")),
		`service "lamda" is not in the table`:                    second(Quota("lamda", "concurrency")),
		`dimension "hours" is not in the table; alb has hour`:    second(Price("alb", "hours")),
		`to "eu-centrl-1" is not in the table`:                   second(RoundTrip("eu-west-1", "eu-centrl-1")),
	} {
		var invalid *Invalid
		if !errors.As(err, &invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v; want %s", err, want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestMoreNeedsNoLess: more of any argument never gives less, except that a task or a
// shard that does more makes fewer of them.
func TestMoreNeedsNoLess(t *testing.T) {
	random := rand.New(rand.NewSource(4))
	price := func(class string, err error) (float64, error) {
		if err != nil {
			return math.Inf(1), nil //nolint:nilerr // too much for any class is the most
		}
		c, err := ClassOf(class, "")
		return c.USDPerHour, err
	}
	functions := map[string]func(a, b, c float64) (float64, error){
		"in_flight":      func(a, b, _ float64) (float64, error) { return InFlight(a, b) },
		"tasks":          func(a, b, _ float64) (float64, error) { return Tasks(a, b, 8, 0.6) },
		"concurrency":    Concurrency,
		"storage":        Storage,
		"shards":         func(a, b, _ float64) (float64, error) { return Shards(a, b) },
		"partitions":     Partitions,
		"cache_node":     func(a, _, _ float64) (float64, error) { return price(CacheNode(a)) },
		"database_class": func(a, b, c float64) (float64, error) { return price(DatabaseClass("postgres", a, b, c)) },
		"mysql_class":    func(a, b, c float64) (float64, error) { return price(DatabaseClass("mysql", a, b, c)) },
	}
	for name, f := range functions {
		for range 2000 {
			var less, more [3]float64
			for i := range less {
				less[i] = math.Exp(random.Float64()*14-4) - 0.01
				more[i] = less[i]
				if random.Intn(2) == 0 {
					more[i] *= 1 + random.Float64()
				}
			}
			a, errA := f(less[0], less[1], less[2])
			b, errB := f(more[0], more[1], more[2])
			if errA != nil || errB != nil || a > b {
				t.Fatalf("%s%v is %v, %v and %s%v is %v, %v", name, less, a, errA, name, more, b, errB)
			}
		}
	}
}
