package diagram

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/system"
)

func TestSameDesignSameBytes(t *testing.T) {
	s, designs := shop(t)
	svg, text := New(s, designs...).SVG(), New(s, designs...).Mermaid()
	for range 20 {
		s, designs := shop(t)
		g := New(s, designs...)
		if !bytes.Equal(g.SVG(), svg) || g.Mermaid() != text {
			t.Fatal("the same design gives another picture")
		}
	}
}

// hostile is a design whose every text that a user writes tries to be something else.
func hostile(t testing.TB, text string) *Graph {
	m := newMaker(t)
	front := m.add("load_balancer", "front", "")
	route := m.add("route", "route", "x", "listener_arn", m.promise(front, "listener_arn"), "path", design.Text(text))
	m.add("service", "service", text, "target_group_arn", m.promise(route, "target_group_arn"))
	m.add("dns", "zone", "", "domain_name", design.Text(text))
	m.add("key", "key", text)
	m.Environment, m.Region = text, text
	return New(&system.System{Name: text, Description: text}, &m.Design)
}

var attacks = []string{
	`</text><script>alert(1)</script>`, `"/><image href="https://example.com/x.png"/>`, `]]>`, `<!DOCTYPE a [<!ENTITY b "c">]>&b;`,
	"a\x00b\x1b[31m\u202e\ufffe\xff", `"]; click n1 "javascript:alert(1)"`, "x\nend\nsubgraph y", "%%{init: {}}%%", "`**b**`", `#quot;"|-->`, strings.Repeat("very ", 4000),
}

// TestSVGIsOnlyAPicture parses pictures of hostile texts: they hold the few elements a picture needs, and nothing that
// runs or that is fetched.
func TestSVGIsOnlyAPicture(t *testing.T) {
	allowed := strings.Fields("svg title desc style defs marker rect text path g circle")
	s, designs := shop(t)
	graphs := []*Graph{New(s, designs...)}
	for _, text := range attacks {
		graphs = append(graphs, hostile(t, text))
	}
	for n, g := range graphs {
		svg := g.SVG()
		seen := map[string]int{}
		for decoder := xml.NewDecoder(bytes.NewReader(svg)); ; {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%d: %v", n, err)
			}
			element, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			seen[element.Name.Local]++
			if !slices.Contains(allowed, element.Name.Local) {
				t.Errorf("%d: <%s>", n, element.Name.Local)
			}
			for _, a := range element.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" || strings.Contains(a.Value, "url(") && !strings.HasPrefix(a.Value, "url(#") {
					t.Errorf("%d: %s=%q", n, a.Name.Local, a.Value)
				}
			}
		}
		if seen["svg"] != 1 || seen["desc"] != 1 || seen["title"] < 3 || seen["path"] < 3 {
			t.Errorf("%d: the picture holds %v", n, seen)
		}
		if bytes.Contains(svg, []byte("@import")) || bytes.Contains(svg, []byte("url(http")) {
			t.Errorf("%d: the picture fetches something", n)
		}
	}
}

// TestMermaidIsOnlyAPicture: whatever texts say, each line is one of the few a flowchart of ours has, and there are as
// many as with harmless texts.
func TestMermaidIsOnlyAPicture(t *testing.T) {
	text := `[^"<>` + "`" + `]*`
	label := `"(?:` + text + `|<b>|</b>|<br/>)*"`
	line := regexp.MustCompile(`^ *(?:flowchart LR|end|accTitle: [^"<>#;` + "`" + `]*|accDescr: [^"<>#;` + "`" + `]*|subgraph \w+\[` + label +
		`\]|\w+[\[(]{1,2}` + label + `[\])]{1,2}(?::::note)?|\w+ (?:-->|-\.->|==>)(?:\|"` + text + `"\|)? \w+|classDef note [\w:,-]+)$`)
	want := strings.Count(hostile(t, "harmless").Mermaid(), "\n")
	for _, attack := range attacks {
		drawn := hostile(t, attack).Mermaid()
		if got := strings.Count(drawn, "\n"); got != want {
			t.Errorf("%q: %d lines instead of %d", attack, got, want)
		}
		for _, l := range strings.Split(strings.TrimSuffix(drawn, "\n"), "\n") {
			if !line.MatchString(l) {
				t.Errorf("%q gives the line %q", attack, l)
			}
		}
	}
}

// random is a graph of n nodes in all zones and two regions.
func random(seed uint64, n int) *Graph {
	r := rand.New(rand.NewPCG(seed, 1))
	g := &Graph{System: "random", Environments: []string{"prod"}, Regions: []*Region{{Name: "a", Network: "VPC"}, {Name: "b"}}}
	shapes := []Shape{Box, Cylinder, Pipe, Pill}
	for i := range n {
		z := zones[1+r.IntN(len(zones)-1)].Zone
		node := &Node{ID: fmt.Sprint("n", i), Title: strings.Repeat("x", 1+r.IntN(30)), Kind: "Kind (K)", Zone: z, Shape: shapes[r.IntN(4)], at: i}
		if z != Edgeside {
			node.Region = []string{"a", "a", "b"}[r.IntN(3)]
		}
		g.Nodes = append(g.Nodes, node)
	}
	for range n * 3 / 2 {
		from, to := g.Nodes[r.IntN(n)], g.Nodes[r.IntN(n)]
		if from != to {
			g.Edges = append(g.Edges, &Edge{From: from, To: to, Traffic: Request, Label: []string{"", "/path"}[r.IntN(2)]})
		}
	}
	return g
}

// TestNothingOverlaps lays out random graphs: nodes keep their distance, no line runs through a node that it does not
// end at, lines end at the sides of their nodes, and all of it is in the picture.
func TestNothingOverlaps(t *testing.T) {
	for seed := range uint64(60) {
		l := newLayout(random(seed, 1+int(seed)))
		l.place()
		for _, c := range l.columns {
			for n, cell := range c.cells {
				if cell.y-cell.h/2 < headline || cell.y+cell.h/2 > l.height || c.x < 0 || c.x+c.w > l.width {
					t.Fatalf("seed %d: a node is out of the picture", seed)
				}
				for _, other := range c.cells[:n] {
					gap := max(cell.y, other.y) - min(cell.y, other.y) - cell.h/2 - other.h/2
					if least := min(passGap, nodeGap); gap < least-0.01 {
						t.Fatalf("seed %d: two cells of a column are %.1f apart", seed, gap)
					}
				}
			}
		}
		for n := 1; n < len(l.columns); n++ {
			if gap := l.columns[n].x - l.columns[n-1].x - l.columns[n-1].w; gap < 40 {
				t.Fatalf("seed %d: two columns are %.1f apart", seed, gap)
			}
		}
		for _, k := range l.links {
			first, last := k.cells[0], k.cells[len(k.cells)-1]
			if max(first.y-k.from, k.from-first.y) > first.h/2 || max(last.y-k.to, k.to-last.y) > last.h/2 {
				t.Fatalf("seed %d: a line ends beside its node", seed)
			}
			for n, cell := range k.cells {
				if n > 0 && first.column != last.column && cell.column != k.cells[n-1].column+1 {
					t.Fatalf("seed %d: a line jumps over a column", seed)
				}
			}
		}
		for n, b := range l.bands {
			for _, c := range l.columns {
				for _, cell := range ofBand(c.cells, n) {
					if cell.y-cell.h/2 < b.top || cell.y+cell.h/2 > b.bottom {
						t.Fatalf("seed %d: a node is out of its region", seed)
					}
				}
			}
		}
	}
}

// TestTextFits: no text is wider than the node it stands in, as the widest fonts set it.
func TestTextFits(t *testing.T) {
	for _, text := range []string{"a", "notifications", strings.Repeat("W", 60), strings.Repeat("long ", 30), "東京東京東京東京東京東京東京東京"} {
		if got := textWidth(short(text, titleSize, 180), titleSize); got > 180+titleSize {
			t.Errorf("%q is %.0f wide", text, got)
		}
	}
	if got := short("orders", titleSize, 180); got != "orders" {
		t.Errorf("a text that fits is cut to %q", got)
	}
}

// TestLargeSystemsAreDrawn draws 200 and 1,000 components. The limits are far above what is measured.
func TestLargeSystemsAreDrawn(t *testing.T) {
	for _, c := range []struct {
		nodes int
		limit time.Duration
	}{{30, 500 * time.Millisecond}, {200, 3 * time.Second}, {1000, 30 * time.Second}} {
		g := random(7, c.nodes)
		start := time.Now()
		svg := g.SVG()
		took := time.Since(start)
		t.Logf("%d nodes: %v, %d KB", c.nodes, took, len(svg)>>10)
		if took > c.limit {
			t.Errorf("%d nodes take %v", c.nodes, took)
		}
	}
}

func BenchmarkShop(b *testing.B) {
	s, designs := shop(b)
	for b.Loop() {
		New(s, designs...).SVG()
	}
}
