package diagram

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
)

// Zone is a part of the network, named for who can reach it.
type Zone string

// The zones, from the user to the data.
const (
	Outside   Zone = "outside"   // the users
	Edgeside  Zone = "edge"      // AWS's own edge: names, CDN, gateways
	Public    Zone = "public"    // subnets that the internet reaches
	Private   Zone = "private"   // subnets that reach the internet, but are not reached
	Data      Zone = "data"      // subnets that nothing leads out of
	Functions Zone = "functions" // code that runs outside the VPC
	Managed   Zone = "managed"   // services of AWS that are reached by their API
)

// zones are all zones in the order of the columns, with the titles they have in the picture.
var zones = []struct {
	Zone
	title string
	inVPC bool
}{
	{Outside, "", false}, {Edgeside, "Edge", false}, {Public, "Public subnets", true}, {Private, "Private subnets", true},
	{Data, "Data subnets", true}, {Functions, "Functions", false}, {Managed, "Managed services", false},
}

// Shape is the outline of a node.
type Shape string

// The shapes.
const (
	Box      Shape = "box"
	Cylinder Shape = "cylinder" // keeps data
	Pipe     Shape = "pipe"     // holds messages until they are read
	Pill     Shape = "pill"     // passes messages on at once
	Person   Shape = "person"
)

type role int

const (
	talks    role = iota // a node
	supports             // listed with what it covers
	connects             // a line between others, such as a route
	encloses             // the network the others are in
)

// kind is how components of one type are drawn.
type kind struct {
	caption string
	zone    Zone // unless the subnets say otherwise; at the edge always
	shape   Shape
	role    role
	names   bool // answers with names, and takes no traffic
}

// kinds are what a component's schema does not tell: the AWS service it is known by, and where what has no subnets
// stands. A component that is not here is drawn as derive says.
var kinds = map[string]kind{
	"alarm_topic":           {caption: "Alarm topic (SNS)"},
	"aurora":                {caption: "Aurora"},
	"bucket":                {caption: "Bucket (S3)"},
	"bus":                   {caption: "Bus (EventBridge)"},
	"cache":                 {caption: "Cache (ElastiCache)"},
	"cdn":                   {caption: "CDN (CloudFront)", zone: Edgeside},
	"certificate":           {caption: "Certificate (ACM)"},
	"dns":                   {caption: "DNS (Route 53)", zone: Edgeside, names: true},
	"failover":              {caption: "Failover (Route 53)", zone: Edgeside, names: true},
	"firewall":              {caption: "Firewall (WAF)", role: supports},
	"function":              {caption: "Function (Lambda)", zone: Functions},
	"gateway":               {caption: "Gateway (API Gateway)", zone: Edgeside},
	"key":                   {caption: "Key (KMS)"},
	"load_balancer":         {caption: "Load balancer (ALB)", zone: Public},
	"network":               {caption: "Network (VPC)", role: encloses},
	"network_load_balancer": {caption: "Load balancer (NLB)", zone: Public},
	"proxy":                 {caption: "Proxy (RDS Proxy)", zone: Data, shape: Box},
	"queue":                 {caption: "Queue (SQS)"},
	"record":                {caption: "Record (Route 53)", zone: Edgeside, names: true},
	"relational":            {caption: "Relational (RDS)"},
	"replica":               {caption: "Replica (RDS)"},
	"route":                 {caption: "Route", role: connects},
	"saga":                  {caption: "Saga (Step Functions)", shape: Box},
	"secret":                {caption: "Secret (Secrets Manager)", role: supports},
	"service":               {caption: "Service (ECS Fargate)"},
	"service_cluster":       {caption: "Cluster (ECS)"},
	"stream":                {caption: "Stream (Kinesis)"},
	"table":                 {caption: "Table (DynamoDB)"},
	"topic":                 {caption: "Topic (SNS)"},
}

// kindOf is how a component is drawn: as the table says, and as its schema tells where that says nothing.
func kindOf(c *schema.Component) kind {
	k, derived := kinds[c.Type], derive(c)
	if k.role == talks && k.zone == "" {
		k.role = derived.role
	}
	if k.caption == "" {
		k.caption = derived.caption
	}
	if k.zone == "" {
		k.zone = derived.zone
	}
	if k.shape == "" {
		k.shape = derived.shape
	}
	return k
}

// derive tells from what a component takes and gives where it stands. One that gives clients access keeps data,
// unless messages are what it takes; one that gives nobody access supports the others.
func derive(c *schema.Component) kind {
	k := kind{caption: words(c.GoName), zone: Managed, shape: Box}
	keeps := has(c, "reader_policy", "writer_policy", "connect_policy")
	if c.Input("subnet_ids") != nil {
		k.zone = Private
		if keeps || has(c, "client_security_group_id") && has(c, "endpoint") {
			k.zone = Data
		}
	}
	switch {
	case keeps || k.zone == Data:
		k.shape = Cylinder
	case has(c, "consumer_policy"):
		k.shape = Pipe
	case has(c, "producer_policy"):
		k.shape = Pill
	}
	reached := slices.ContainsFunc(c.Outputs, func(p *schema.Property) bool {
		return strings.HasSuffix(p.HCL, "_policy") || slices.Contains([]string{"endpoint", "url", "dns_name", "client_security_group_id", "security_group_id"}, p.HCL)
	})
	if !reached && c.Input("subnet_ids") == nil {
		k.role = supports
	}
	return k
}

func has(c *schema.Component, outputs ...string) bool {
	return slices.ContainsFunc(outputs, func(name string) bool { return c.Output(name) != nil })
}

// words are the words of a Go name: "WideColumn" is "Wide column".
func words(name string) string {
	var b strings.Builder
	for n, r := range name {
		if n > 0 && r >= 'A' && r <= 'Z' && !(name[n-1] >= 'A' && name[n-1] <= 'Z') {
			b.WriteByte(' ')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// zoneOf is where an instance stands: at the edge, in the subnets it was given, or where its kind does.
func zoneOf(i *design.Instance, k kind) Zone {
	if k.zone == Edgeside {
		return k.zone
	}
	zone := k.zone
	design.Promises(argument(i, "subnet_ids"), func(p design.Promise) {
		for prefix, z := range map[string]Zone{"public_": Public, "private_": Private, "isolated_": Data} {
			if strings.HasPrefix(p.Output.HCL, prefix) {
				zone = z
			}
		}
	})
	return zone
}

// argument is the value of an argument, nil where not set.
func argument(i *design.Instance, name string) design.Value {
	if i != nil {
		for _, a := range i.Args {
			if a.Property.HCL == name {
				return a.Value
			}
		}
	}
	return nil
}

func isTrue(i *design.Instance, name string) bool { return argument(i, name) == design.Bool(true) }

// details are what an architect asks of a component first, as far as it was said.
func (b *builder) details(i *design.Instance) []string {
	list := []string{}
	if name, ok := argument(i, "domain_name").(design.Text); ok && b.kind(i.Component).names {
		list = append(list, string(name))
	}
	for _, name := range []string{"multi_az", "fifo"} {
		if isTrue(i, name) {
			list = append(list, map[string]string{"multi_az": "Multi-AZ", "fifo": "FIFO"}[name])
		}
	}
	for _, of := range []struct{ name, what string }{
		{"read_replicas", "read replica"}, {"readers", "reader"}, {"nodes", "node"}, {"shard_count", "shard"}, {"availability_zones", "availability zone"},
	} {
		if n, ok := argument(i, of.name).(design.Int); ok && n > 0 {
			list = append(list, count(int(n), of.what))
		}
	}
	if nat, ok := argument(i, "nat").(design.Text); ok {
		text, known := map[design.Text]string{"none": "no NAT", "single": "one NAT", "per-zone": "NAT per zone"}[nat]
		if !known {
			text = "NAT " + string(nat)
		}
		list = append(list, text)
	}
	return list
}
