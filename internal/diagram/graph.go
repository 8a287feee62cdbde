package diagram

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
)

// Graph is what talks to what.
type Graph struct {
	System       string     `json:"system"`
	Title        string     `json:"title"`
	Description  string     `json:"description"` // one sentence for those who cannot see the picture
	Environments []string   `json:"environments"`
	Nodes        []*Node    `json:"nodes"` // users first, then in the order of the design
	Edges        []*Edge    `json:"edges"` // by the order of their nodes
	Supports     []*Support `json:"supports"`
	Regions      []*Region  `json:"regions"` // the primary one first
}

// Region is one of the regions that the system runs in.
type Region struct {
	Name    string `json:"name"`
	Network string `json:"network"` // what is known of its VPC, "" without one
}

// Node is a component instance, or the users.
type Node struct {
	ID        string   `json:"id"`
	Component string   `json:"component,omitempty"` // the type: "relational"; "" of users
	Title     string   `json:"title"`
	Kind      string   `json:"kind"`    // "Relational (RDS)"
	Details   []string `json:"details"` // what matters of its arguments: "Multi-AZ"
	Zone      Zone     `json:"zone"`
	Region    string   `json:"region"` // "" for what is in none: the users and the edge
	Shape     Shape    `json:"shape"`
	Only      []string `json:"only,omitempty"` // the environments that have it, if not all do

	at int // in Graph.Nodes
}

// Edge says that one node does something to another.
type Edge struct {
	From, To *Node    `json:"-"`
	FromID   string   `json:"from"`
	ToID     string   `json:"to"`
	Verb     string   `json:"verb"`            // "reads and writes"
	Traffic  Traffic  `json:"traffic"`         // what kind of talk it is
	Label    string   `json:"label,omitempty"` // shown in the picture: what the kind of line does not say
	rank     int      // how much the relation says; the strongest between two nodes is kept
	labels   []string // of several relations of one rank
}

// Traffic is what kind of talk an edge is; it decides how the line looks.
type Traffic string

// The kinds of talk.
const (
	Request Traffic = "request" // asks and waits for the answer
	Message Traffic = "message" // tells, and goes on
	Copy    Traffic = "copy"    // keeps a second copy up to date
	Lookup  Traffic = "lookup"  // tells where a name leads
)

// Support is a component that others rely on without talking to it in a way worth a line, such as a key.
type Support struct {
	ID        string `json:"id"`
	Component string `json:"component"`
	Title     string `json:"title"`
	Kind      string `json:"kind"`
	Covers    string `json:"covers"` // "encrypts 12 components"
}

// builder gathers a graph from designs.
type builder struct {
	graph     *Graph
	nodes     map[string]*Node
	instances []*design.Instance          // each ID once, in its last version
	byID      map[string]*design.Instance // of the last design that has it
	in        map[string][]string         // the environments of each
	edges     map[[2]string]*Edge
	named     map[string][]*Node // by the domain name they answer to
	asking    []asking
	primary   string
	kinds     map[*schema.Component]kind
}

// kind is how a component is drawn; it is asked for at every promise.
func (b *builder) kind(c *schema.Component) kind {
	k, known := b.kinds[c]
	if !known {
		k = kindOf(c)
		b.kinds[c] = k
	}
	return k
}

// New reads the graph off the designs of a system, one an environment. Where they differ, the picture shows all that any of
// them has, and details as the last of them has them. It needs at least one design.
func New(s *system.System, designs ...*design.Design) *Graph {
	last := designs[len(designs)-1]
	b := &builder{
		graph: &Graph{System: s.Name, Nodes: []*Node{}, Edges: []*Edge{}, Supports: []*Support{}, Regions: []*Region{}},
		nodes: map[string]*Node{}, byID: map[string]*design.Instance{}, in: map[string][]string{}, edges: map[[2]string]*Edge{}, named: map[string][]*Node{}, kinds: map[*schema.Component]kind{}, primary: last.Region,
	}
	var ids []string
	for _, d := range designs {
		b.graph.Environments = append(b.graph.Environments, d.Environment)
		for _, i := range d.Instances {
			if b.byID[i.ID] == nil {
				ids = append(ids, i.ID)
			}
			b.byID[i.ID] = i
			b.in[i.ID] = append(b.in[i.ID], d.Environment)
		}
	}
	for _, id := range ids {
		b.instances = append(b.instances, b.byID[id])
	}
	b.addNodes()
	for _, d := range designs {
		for _, i := range d.Instances {
			b.relate(i)
		}
	}
	b.follow()
	b.addUsers()
	b.finish(s)
	return b.graph
}

func (b *builder) region(i *design.Instance) string {
	if i.Region == "" {
		return b.primary
	}
	return i.Region
}

func (b *builder) addNodes() {
	titles := map[string]int{}
	for _, i := range b.instances {
		k := b.kind(i.Component)
		if k.role != talks {
			continue
		}
		n := &Node{ID: i.ID, Component: i.Component.Type, Title: title(i), Kind: k.caption, Zone: zoneOf(i, k), Shape: k.shape, Details: b.details(i)}
		if n.Zone != Edgeside {
			n.Region = b.region(i)
		}
		if len(b.in[i.ID]) < len(b.graph.Environments) {
			n.Only = b.in[i.ID]
			n.Details = append([]string{strings.Join(n.Only, ", ") + " only"}, n.Details...)
		}
		titles[n.Title+"\n"+n.Kind+"\n"+n.Region]++
		b.nodes[i.ID] = n
		b.graph.Nodes = append(b.graph.Nodes, n)
	}
	for _, n := range b.graph.Nodes {
		if titles[n.Title+"\n"+n.Kind+"\n"+n.Region] > 1 {
			n.Title = n.ID
		}
	}
}

// title is what an instance is called by people.
func title(i *design.Instance) string {
	if i.Key != "" {
		return i.Key
	}
	return strings.ReplaceAll(i.Block, "_", " ")
}

// addUsers puts the users before what is open to them: whatever is at the edge or in public subnets and that no other
// node leads to.
func (b *builder) addUsers() {
	asked, named := map[string]bool{}, map[string]bool{}
	for _, e := range b.edges {
		asked[e.ToID] = asked[e.ToID] || e.Traffic == Request
		named[e.ToID] = named[e.ToID] || e.Traffic == Lookup
	}
	users := &Node{ID: "users", Title: "Users", Zone: Outside, Shape: Person, Details: []string{}}
	for b.nodes[users.ID] != nil {
		users.ID += "-" // no instance ends with a hyphen
	}
	found := false
	for _, n := range b.graph.Nodes {
		if n.Zone != Edgeside && n.Zone != Public || isTrue(b.byID[n.ID], "internal") {
			continue
		}
		switch names := b.kind(b.byID[n.ID].Component).names; {
		case names && !named[n.ID]:
			b.edge(users, n, relation{verb: "look up", traffic: Lookup})
			found = true
		case !names && !asked[n.ID]:
			b.edge(users, n, relation{verb: "ask", traffic: Request})
			found = true
		}
	}
	if found {
		b.nodes[users.ID] = users
		b.graph.Nodes = append([]*Node{users}, b.graph.Nodes...)
	}
}

// edge adds a relation between two nodes, unless a stronger one is known.
func (b *builder) edge(from, to *Node, r relation) {
	if from == nil || to == nil || from == to {
		return
	}
	key := [2]string{from.ID, to.ID}
	e := b.edges[key]
	if e == nil || r.rank > e.rank {
		e = &Edge{From: from, To: to, FromID: from.ID, ToID: to.ID, Verb: r.verb, Traffic: r.traffic, rank: r.rank}
		b.edges[key] = e
	}
	if r.rank == e.rank && r.label != "" && !slices.Contains(e.labels, r.label) {
		e.labels = append(e.labels, r.label)
	}
}

func (b *builder) finish(s *system.System) {
	g := b.graph
	for n, node := range g.Nodes {
		node.at = n
	}
	for key, e := range b.edges {
		// What only the environment of a program tells is worth a line where nothing else says how the two talk.
		if back := b.edges[[2]string{key[1], key[0]}]; e.rank == hint && back != nil && back.rank > hint {
			continue
		}
		e.Label = strings.Join(e.labels, ", ")
		g.Edges = append(g.Edges, e)
	}
	slices.SortFunc(g.Edges, func(a, b *Edge) int {
		return cmp.Or(cmp.Compare(a.From.at, b.From.at), cmp.Compare(a.To.at, b.To.at))
	})
	b.addSupports()
	b.addRegions()
	g.Title = s.Name + " in " + strings.Join(g.Environments, " and ")
	g.Description = fmt.Sprintf("%s: %s in network zones from the users to the data, with %s between them.",
		g.Title, count(len(b.nodes), "node"), count(len(g.Edges), "connection"))
	if s.Description != "" {
		g.Description = strings.TrimRight(strings.Join(strings.Fields(s.Description), " "), ".") + ". " + g.Description
	}
}

func (b *builder) addRegions() {
	add := func(name string) {
		if !slices.ContainsFunc(b.graph.Regions, func(r *Region) bool { return r.Name == name }) {
			b.graph.Regions = append(b.graph.Regions, &Region{Name: name})
		}
	}
	add(b.primary)
	for _, n := range b.graph.Nodes {
		if n.Region != "" {
			add(n.Region)
		}
	}
	for _, i := range b.instances {
		for _, r := range b.graph.Regions {
			if b.kind(i.Component).role == encloses && r.Name == b.region(i) && r.Network == "" {
				r.Network = strings.Join(append([]string{"VPC"}, b.details(i)...), ", ")
			}
		}
	}
}

// count is a number of things: "1 node", "2 nodes".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
