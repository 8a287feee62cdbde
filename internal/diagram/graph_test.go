package diagram

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/blueprints"
	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/catalog"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the expected edges of the shop anew")

func library(t testing.TB) *schema.Library {
	t.Helper()
	l, err := schema.Parse(components.Schema)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// shop is examples/shop and its designs.
func shop(t testing.TB) (*system.System, []*design.Design) {
	t.Helper()
	text, err := os.ReadFile("../../examples/shop/system.hcl")
	if err != nil {
		t.Fatal(err)
	}
	s, diags := system.Parse(text, "system.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	patterns, err := catalog.Open(blueprints.Files)
	if err != nil {
		t.Fatal(err)
	}
	b, diags, err := patterns.Blueprint(s.Pattern)
	if err != nil || diags.HasErrors() {
		t.Fatal(err, diags)
	}
	designs, diags := design.All(s, b, library(t))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return s, designs
}

// maker makes designs by hand.
type maker struct {
	testing.TB
	*schema.Library
	design.Design
}

func newMaker(t testing.TB) *maker {
	return &maker{TB: t, Library: library(t), Design: design.Design{Environment: "prod", Region: "eu-central-1"}}
}

// add adds an instance; args are names and values in turn.
func (m *maker) add(typ, block, key string, args ...any) *design.Instance {
	m.Helper()
	c := m.Component(typ)
	if c == nil {
		m.Fatalf("no component %s", typ)
	}
	i := &design.Instance{ID: strings.Trim(block+"-"+key, "-"), Block: block, Key: key, Component: c}
	for n := 0; n < len(args); n += 2 {
		property := c.Input(args[n].(string))
		if property == nil {
			m.Fatalf("%s has no argument %s", typ, args[n])
		}
		i.Args = append(i.Args, &design.Argument{Property: property, Value: args[n+1].(design.Value)})
	}
	m.Instances = append(m.Instances, i)
	return i
}

func (m *maker) promise(i *design.Instance, output string) design.Promise {
	m.Helper()
	property := i.Component.Output(output)
	if property == nil {
		m.Fatalf("%s has no output %s", i.Component.Type, output)
	}
	return design.Promise{Instance: i, Output: property}
}

func (m *maker) graph() *Graph { return New(&system.System{Name: "test"}, &m.Design) }

func (e *Edge) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", e.FromID, e.Verb, e.ToID, e.Label))
}

func edges(g *Graph) []string {
	list := []string{}
	for _, e := range g.Edges {
		list = append(list, e.String())
	}
	return list
}

// without leaves out the edges from the users.
func without(list []string) []string {
	return slices.DeleteFunc(list, func(e string) bool { return strings.HasPrefix(e, "users ") })
}

func TestShopAsExpected(t *testing.T) {
	s, designs := shop(t)
	g := New(s, designs...)
	var b strings.Builder
	for _, n := range g.Nodes {
		fmt.Fprintf(&b, "node %s: %s / %s\n", n.ID, n.Title, strings.Join(append([]string{n.Kind, string(n.Zone), string(n.Shape)}, n.Details...), ", "))
	}
	for _, e := range g.Edges {
		fmt.Fprintf(&b, "edge %s (%s)\n", e, e.Traffic)
	}
	for _, p := range g.Supports {
		fmt.Fprintf(&b, "support %s: %s\n", p.ID, p.Covers)
	}
	if *update {
		if err := os.WriteFile("testdata/shop.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/shop.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("read the difference, then run the test with -update:\n%s", diff)
	}
}

// TestShopTalksAsItsSystemSays compares the picture with system.hcl, whatever the blueprint.
func TestShopTalksAsItsSystemSays(t *testing.T) {
	s, designs := shop(t)
	got := edges(New(s, designs...))
	for _, want := range []string{
		"users ask front", "front leads to service-orders /orders", "front leads to service-billing /billing",
		"service-orders calls service-billing", "service-orders reads and writes database-orders", "service-billing reads and writes database-billing",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("missing: %s", want)
		}
	}
	for _, never := range []string{"service-billing reads and writes database-orders", "service-billing calls service-orders", "front leads to service-notifications"} {
		if slices.Contains(got, never) {
			t.Errorf("the system does not say: %s", never)
		}
	}
}

// TestMeanings gives one component an output of another and looks at the edge.
func TestMeanings(t *testing.T) {
	for _, c := range []struct{ typ, argument, other, output, want string }{
		{"service", "policies", "relational", "writer_policy", "a reads and writes b"},
		{"service", "policies", "table", "reader_policy", "a reads b reads"},
		{"service", "policies", "cache", "connect_policy", "a connects to b"},
		{"service", "policies", "topic", "producer_policy", "a publishes to b"},
		{"service", "policies", "bus", "producer_policy", "a publishes to b"},
		{"service", "policies", "queue", "producer_policy", "a sends to b"},
		{"service", "policies", "queue", "consumer_policy", "b is consumed by a"},
		{"service", "policies", "table", "stream_reader_policy", "b tells its changes to a changes"},
		{"service", "policies", "function", "invoker_policy", "a invokes b"},
		{"service", "policies", "saga", "start_policy", "a starts b starts"},
		{"service", "security_group_ids", "service", "client_security_group_id", "a calls b"},
		{"service", "security_group_ids", "aurora", "client_security_group_id", "a connects to b"},
		{"service", "ingress_security_group_ids", "load_balancer", "security_group_id", "b calls a"},
		{"service", "target_group_arn", "network_load_balancer", "target_group_arn", "b leads to a"},
		{"proxy", "target_instance_identifier", "relational", "instance_identifier", "a pools connections to b"},
		{"gateway", "function_arns", "function", "alias_arn", "a invokes b"},
		{"gateway", "listener_arn", "load_balancer", "listener_arn", "a leads to b"},
		{"cdn", "origin_domain_name", "load_balancer", "dns_name", "a forwards to b"},
		{"cdn", "bucket_domain_name", "bucket", "regional_domain_name", "a serves the files of b files"},
		{"saga", "action_arns", "function", "alias_arn", "a does its steps with b"},
		{"queue", "topic_arns", "topic", "arn", "b delivers to a"},
		{"bus", "target_arns", "queue", "arn", "a delivers to b"},
		{"function", "queue_arn", "queue", "arn", "b is consumed by a"},
		{"function", "stream_arn", "table", "stream_arn", "b tells its changes to a changes"},
		{"function", "stream_arn", "stream", "arn", "b is consumed by a"},
		{"function", "failure_queue_arn", "queue", "arn", "a sends failures to b failures"},
		{"load_balancer", "zone_id", "dns", "zone_id", "b names a"},
		{"failover", "primary_domain_name", "load_balancer", "dns_name", "a leads to b primary"},
		{"failover", "secondary_domain_name", "cdn", "domain_name", "a fails over to b standby"},
		{"replica", "source_arn", "relational", "instance_arn", "b replicates to a replicates"},
		// What is no traffic.
		{"service", "kms_key_arn", "key", "arn", ""},
		{"service", "cluster_arn", "service_cluster", "arn", ""},
		{"service", "queue_name", "queue", "name", ""},
		{"cdn", "web_acl_arn", "firewall", "arn", ""},
	} {
		m := newMaker(t)
		b := m.add(c.other, "b", "")
		value := design.Value(m.promise(b, c.output))
		if m.Component(c.typ).Input(c.argument).Kind == schema.List {
			value = design.List{value}
		}
		m.add(c.typ, "a", "", c.argument, value)
		if got := strings.Join(without(edges(m.graph())), "; "); got != c.want {
			t.Errorf("%s.%s = %s.%s: got %q, want %q", c.typ, c.argument, c.other, c.output, got, c.want)
		}
	}
}

// TestStrongestRelationWins: a consumer that is told the address of its queue does not ask it anything else.
func TestStrongestRelationWins(t *testing.T) {
	m := newMaker(t)
	inbox := m.add("queue", "inbox", "")
	store := m.add("relational", "database", "")
	other := m.add("cache", "cache", "")
	m.add("service", "service", "",
		"policies", design.List{m.promise(inbox, "consumer_policy"), m.promise(store, "writer_policy")},
		"security_group_ids", design.List{m.promise(store, "client_security_group_id")},
		"environment", design.Map{{Key: "CACHE", Value: m.promise(other, "endpoint")}, {Key: "INBOX", Value: m.promise(inbox, "url")}, {Key: "STORE", Value: m.promise(store, "endpoint")}})
	want := []string{"inbox is consumed by service", "service reads and writes database", "service uses cache"}
	if diff := cmp.Diff(want, edges(m.graph())); diff != "" {
		t.Error(diff)
	}
}

// TestNamesAreFollowed: a CDN whose origin is a name that fails over asks both ends, and users ask neither.
func TestNamesAreFollowed(t *testing.T) {
	m := newMaker(t)
	first, second := m.add("load_balancer", "front", ""), m.add("load_balancer", "standby", "")
	m.add("failover", "failover", "", "domain_name", design.Text("origin.example.com"),
		"primary_domain_name", m.promise(first, "dns_name"), "secondary_domain_name", m.promise(second, "dns_name"))
	m.add("cdn", "cdn", "", "origin_domain_name", design.Text("origin.example.com"))
	want := []string{
		"users look up failover", "users ask cdn", "failover leads to front primary", "failover fails over to standby standby",
		"cdn forwards to front", "cdn forwards to standby",
	}
	if diff := cmp.Diff(want, edges(m.graph())); diff != "" {
		t.Error(diff)
	}
}

func TestGatewayTellsThePaths(t *testing.T) {
	m := newMaker(t)
	a, b := m.add("function", "f", "a"), m.add("function", "f", "b")
	m.add("gateway", "api", "", "routes", design.List{design.Text("ANY /a"), design.Text("ANY /a/{proxy+}"), design.Text("GET /b")},
		"function_arns", design.List{m.promise(a, "alias_arn"), m.promise(a, "alias_arn"), m.promise(b, "alias_arn")})
	want := []string{"users ask api", "api invokes f-a /a", "api invokes f-b /b"}
	if diff := cmp.Diff(want, edges(m.graph())); diff != "" {
		t.Error(diff)
	}
}

func TestSubnetsDecideTheZone(t *testing.T) {
	m := newMaker(t)
	vpc := m.add("network", "vpc", "", "availability_zones", design.Int(3), "nat", design.Text("per-zone"))
	m.add("load_balancer", "inner", "", "subnet_ids", m.promise(vpc, "private_subnet_ids"), "internal", design.Bool(true))
	m.add("load_balancer", "front", "")
	m.add("relational", "database", "", "subnet_ids", m.promise(vpc, "isolated_subnet_ids"))
	m.add("function", "inside", "", "subnet_ids", m.promise(vpc, "private_subnet_ids"))
	m.add("function", "outside", "")
	g := m.graph()
	got := map[string]Zone{}
	for _, n := range g.Nodes {
		got[n.ID] = n.Zone
	}
	want := map[string]Zone{"users": Outside, "inner": Private, "front": Public, "database": Data, "inside": Private, "outside": Functions}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := g.Regions[0].Network; got != "VPC, 3 availability zones, NAT per zone" {
		t.Error(got)
	}
}

// TestEveryComponentHasItsPlace walks the schema: nothing in it may lack a place, nor the table hold what is gone.
func TestEveryComponentHasItsPlace(t *testing.T) {
	all := library(t).Components()
	for _, c := range all {
		k := kindOf(c)
		known := slices.ContainsFunc(zones, func(z struct {
			Zone
			title string
			inVPC bool
		}) bool {
			return z.Zone == k.zone
		})
		if k.caption == "" || k.shape == "" || !known {
			t.Errorf("%s has no place: %+v", c.Type, k)
		}
		m := newMaker(t)
		m.add(c.Type, "x", "")
		g := m.graph()
		drawn := slices.ContainsFunc(g.Nodes, func(n *Node) bool { return n.ID == "x" })
		listed := slices.ContainsFunc(g.Supports, func(s *Support) bool { return s.ID == "x" })
		if between := c.Type == "route" || c.Type == "network"; drawn == listed && !between {
			t.Errorf("%s is drawn: %v, is listed as supporting: %v", c.Type, drawn, listed)
		}
	}
	for typ := range kinds {
		if library(t).Component(typ) == nil {
			t.Errorf("the table of kinds has %s, which is no component", typ)
		}
	}
}

// TestNewComponentsFindTheirPlace: what is in no table is placed by what it takes and gives.
func TestNewComponentsFindTheirPlace(t *testing.T) {
	properties := func(names ...string) (list []*schema.Property) {
		for _, name := range names {
			list = append(list, &schema.Property{HCL: name})
		}
		return list
	}
	for _, c := range []struct {
		name            string
		inputs, outputs []*schema.Property
		want            kind
	}{
		{"TimeSeries", properties("subnet_ids"), properties("endpoint", "client_security_group_id", "writer_policy"), kind{caption: "Time series", zone: Data, shape: Cylinder}},
		{"Fleet", properties("subnet_ids", "image"), properties("client_security_group_id", "url"), kind{caption: "Fleet", zone: Private, shape: Box}},
		{"Mailbox", nil, properties("arn", "consumer_policy", "producer_policy"), kind{caption: "Mailbox", zone: Managed, shape: Pipe}},
		{"Megaphone", nil, properties("arn", "producer_policy"), kind{caption: "Megaphone", zone: Managed, shape: Pill}},
		{"Dashboard", nil, properties("arn"), kind{caption: "Dashboard", zone: Managed, shape: Box, role: supports}},
	} {
		got := kindOf(&schema.Component{Type: "made_up", GoName: c.name, Inputs: c.inputs, Outputs: c.outputs})
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// TestEnvironmentsInOnePicture marks what only one of them has, and takes details from the last.
func TestEnvironmentsInOnePicture(t *testing.T) {
	dev, prod := newMaker(t), newMaker(t)
	dev.Environment = "dev"
	dev.add("relational", "database", "orders", "multi_az", design.Bool(false))
	prod.add("relational", "database", "orders", "multi_az", design.Bool(true))
	prod.add("cache", "cache", "")
	g := New(&system.System{Name: "test"}, &dev.Design, &prod.Design)
	want := [][]string{{"Multi-AZ"}, {"prod only"}}
	if got := [][]string{g.Nodes[0].Details, g.Nodes[1].Details}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
