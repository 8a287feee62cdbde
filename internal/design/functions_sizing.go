package design

import (
	"errors"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/sizing"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// sizingFunctions are the arithmetic of sizes and the facts of AWS that blueprints
// may ask for.
var sizingFunctions = []Function{
	{"cache_node", "the cheapest current ElastiCache node whose memory, without the 25 % that are reserved, holds so many GiB", sizing.ReserveDocs,
		size(cty.String, func(a arguments) (any, error) { return sizing.CacheNode(a.number(0)) }, "gib"), false},
	{"class_connections", "max_connections of an engine on a class by default: LEAST(bytes/9531392, 5000) for PostgreSQL, bytes/12582880 for MySQL", sizing.ConnectionsDocs,
		size(cty.Number, func(a arguments) (any, error) { return sizing.Connections(a.text(0), a.text(1)) }, "engine:s", "class:s"), false},
	{"class_memory", "GiB of memory of a class of RDS, ElastiCache or EC2", sizing.ClassDocs,
		size(cty.Number, classFact(func(c sizing.Class) float64 { return c.MemoryGiB }), "class:s"), false},
	{"class_price", "USD per hour of a class in us-east-1; a second argument, the engine, asks for the price of Aurora", "https://aws.amazon.com/rds/pricing/",
		size(cty.Number, classPrice, "class:s", "engine:s?"), false},
	{"class_vcpus", "vCPUs of a class of RDS, ElastiCache or EC2", sizing.ClassDocs,
		size(cty.Number, classFact(func(c sizing.Class) float64 { return c.VCPUs }), "class:s"), false},
	{"concurrency", "executions of a function at a time: ceil(requests_per_second * seconds * (1 + headroom))", sizing.LambdaDocs,
		size(cty.Number, func(a arguments) (any, error) { return sizing.Concurrency(a.number(0), a.number(1), a.number(2)) }, "requests_per_second", "seconds", "headroom"), false},
	{"database_class", "the cheapest current class of an engine with at least so many vCPUs, GiB and connections; a burstable class counts with its baseline, connections with three quarters of the memory", sizing.ClassDocs + ", " + sizing.BurstableDocs,
		size(cty.String, func(a arguments) (any, error) {
			return sizing.DatabaseClass(a.text(0), a.number(1), a.number(2), a.number(3))
		}, "engine:s", "vcpus", "memory_gib", "connections"), false},
	{"downtime", "seconds of 30 days that an availability leaves: (100 - percent) / 100 * 2592000", "30 days of 86400 s",
		size(cty.Number, func(a arguments) (any, error) { return sizing.Downtime(a.number(0)) }, "percent"), false},
	{"in_flight", "requests being answered at a time: requests_per_second * seconds", sizing.LittlesLaw,
		size(cty.Number, func(a arguments) (any, error) { return sizing.InFlight(a.number(0), a.number(1)) }, "requests_per_second", "seconds"), false},
	{"node_memory", "GiB of data that an ElastiCache node holds: its memory * 0.75, as a quarter is reserved", sizing.ReserveDocs,
		size(cty.Number, func(a arguments) (any, error) { return sizing.NodeMemory(a.text(0)) }, "type:s"), false},
	{"partitions", "partitions of a DynamoDB table: max(1, ceil(reads_per_second/3000 + writes_per_second/1000), ceil(gib/10))", sizing.PartitionDocs,
		size(cty.Number, func(a arguments) (any, error) { return sizing.Partitions(a.number(0), a.number(1), a.number(2)) }, "reads_per_second", "writes_per_second", "gib"), false},
	{"price", "USD that a dimension of a service costs in us-east-1", "the table of prices",
		size(cty.Number, func(a arguments) (any, error) { return sizing.Price(a.text(0), a.text(1)) }, "service:s", "dimension:s"), false},
	{"quota", "a limit of a service", "the table of quotas",
		size(cty.Number, func(a arguments) (any, error) { return sizing.Quota(a.text(0), a.text(1)) }, "service:s", "name:s"), false},
	{"round_trip", "the least milliseconds from one AWS region to another and back: great circle * 2 / 200 km", sizing.FibreSource,
		size(cty.Number, func(a arguments) (any, error) { return sizing.RoundTrip(a.text(0), a.text(1)) }, "from:s", "to:s"), false},
	{"shards", "shards of a Kinesis stream: max(1, ceil(max(mib_per_second / 1, records_per_second / 1000)))", sizing.KinesisDocs,
		size(cty.Number, func(a arguments) (any, error) { return sizing.Shards(a.number(0), a.number(1)) }, "mib_per_second", "records_per_second"), false},
	{"sla", "percent of a month that AWS commits to for a service", "the table of service level agreements",
		size(cty.Number, func(a arguments) (any, error) { return sizing.SLA(a.text(0), a.text(1)) }, "service:s", "variant:s"), false},
	{"storage", "GiB stored after so many months: now_gib + growth_gib_per_month * months", "linear growth",
		size(cty.Number, func(a arguments) (any, error) { return sizing.Storage(a.number(0), a.number(1), a.number(2)) }, "now_gib", "growth_gib_per_month", "months"), false},
	{"tasks", "tasks that answer so many requests: max(1, ceil(requests_per_second * seconds_per_request / (requests_per_task * utilization)))", sizing.LittlesLaw,
		size(cty.Number, func(a arguments) (any, error) {
			return sizing.Tasks(a.number(0), a.number(1), a.number(2), a.number(3))
		}, "requests_per_second", "seconds_per_request", "requests_per_task", "utilization"), false},
}

// Sizing tells whether a function is one of sizes and facts of AWS.
func Sizing(name string) bool {
	return slices.ContainsFunc(sizingFunctions, func(f Function) bool { return f.Name == name })
}

// arguments are those of a call, of the types that its parameters ask for.
type arguments []cty.Value

func (a arguments) number(i int) float64 {
	n, _ := a[i].AsBigFloat().Float64() // what does not fit is infinite, and refused
	return n
}

func (a arguments) text(i int) string {
	if i >= len(a) {
		return ""
	}
	return a[i].AsString()
}

func classFact(of func(sizing.Class) float64) func(arguments) (any, error) {
	return func(a arguments) (any, error) {
		c, err := sizing.ClassOf(a.text(0), "")
		return of(c), err
	}
}

func classPrice(a arguments) (any, error) {
	if len(a) > 2 {
		return 0.0, errors.New("a class and at most an engine are needed")
	}
	c, err := sizing.ClassOf(a.text(0), a.text(1))
	return c.USDPerHour, err
}

// size makes a function of one of package sizing. A parameter is a number, or a text
// if its name ends in ":s"; the last may be left out if it ends in "?".
func size(result cty.Type, impl func(arguments) (any, error), params ...string) function.Function {
	spec := &function.Spec{Type: function.StaticReturnType(result)}
	var names []string
	for _, p := range params {
		param := function.Parameter{Name: p, Type: cty.Number}
		if name, ok := strings.CutSuffix(p, ":s?"); ok {
			spec.VarParam = &function.Parameter{Name: name, Type: cty.String}
			names = append(names, name)
			continue
		} else if name, ok := strings.CutSuffix(p, ":s"); ok {
			param = function.Parameter{Name: name, Type: cty.String}
		}
		names = append(names, param.Name)
		spec.Params = append(spec.Params, param)
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		value, err := impl(args)
		var invalid *sizing.Invalid
		if errors.As(err, &invalid) {
			if at := slices.Index(names, invalid.Argument); at >= 0 {
				return cty.NilVal, function.NewArgErrorf(at, "%s", strings.TrimSuffix(invalid.Problem, ".")) // a full stop follows
			}
		}
		if err != nil {
			return cty.NilVal, err
		}
		if text, ok := value.(string); ok {
			return cty.StringVal(text), nil
		}
		return cty.NumberFloatVal(value.(float64)), nil
	}
	return function.New(spec)
}
