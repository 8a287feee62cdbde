package diagram

import (
	"fmt"
	"strings"
)

// Mermaid is the graph as a Mermaid flowchart, which GitHub and others draw in Markdown. Every text of a user is
// quoted.
func (g *Graph) Mermaid() string {
	m := &mermaid{ids: map[*Node]string{}}
	for n, node := range g.Nodes {
		m.ids[node] = fmt.Sprintf("n%d_%s", n+1, identifier(node.ID))
	}
	m.line(0, "flowchart LR")
	m.line(1, "accTitle: %s", plain("Architecture of "+g.Title))
	m.line(1, "accDescr: %s", plain(g.Description))
	depth := 1
	for _, z := range zones {
		if z.Zone == Outside || z.Zone == Edgeside {
			m.zone(g, depth, z.Zone, z.title, "")
		}
	}
	for n, r := range g.Regions {
		if len(g.Regions) > 1 {
			m.line(1, "subgraph region%d[%s]", n+1, quoted("Region "+r.Name))
			depth = 2
		}
		inVPC := false
		for _, z := range zones {
			if z.Zone == Outside || z.Zone == Edgeside {
				continue
			}
			if z.inVPC && !inVPC && g.framed(r.Name) {
				inVPC = true
				name := r.Network
				if name == "" {
					name = "VPC"
				}
				if len(g.Regions) == 1 {
					name = r.Name + ": " + name
				}
				m.line(depth, "subgraph vpc%d[%s]", n+1, quoted(name))
				depth++
			}
			if !z.inVPC && inVPC {
				inVPC = false
				depth--
				m.line(depth, "end")
			}
			m.zone(g, depth, z.Zone, z.title, fmt.Sprint(n+1))
		}
		if len(g.Regions) > 1 {
			m.line(1, "end")
			depth = 1
		}
	}
	if len(g.Supports) > 0 {
		m.line(1, "subgraph supporting[%s]", quoted("Supporting components"))
		var texts []string
		for _, s := range g.Supports {
			text := "<b>" + entities(s.Title) + "</b> " + entities(s.Kind)
			if s.Covers != "" {
				text += ": " + entities(s.Covers)
			}
			texts = append(texts, text)
		}
		m.line(2, "supports[\"%s\"]:::note", strings.Join(texts, "<br/>"))
		m.line(1, "end")
	}
	for _, e := range g.Edges {
		arrow := map[Traffic]string{Request: "-->", Message: "-.->", Copy: "==>", Lookup: "-.->"}[e.Traffic]
		label := e.Label
		if e.Traffic == Lookup && label == "" {
			label = "name"
		}
		if label != "" {
			arrow += "|" + quoted(short(label, labelSize, 4*110)) + "|"
		}
		m.line(1, "%s %s %s", m.ids[e.From], arrow, m.ids[e.To])
	}
	m.line(1, "classDef note fill:none,stroke:none,text-align:left")
	return m.String()
}

type mermaid struct {
	strings.Builder
	ids map[*Node]string
}

func (m *mermaid) line(depth int, format string, args ...any) {
	m.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(m, format+"\n", args...)
}

// zone writes the nodes of a zone, in a frame if the zone has a title.
func (m *mermaid) zone(g *Graph, depth int, z Zone, title, region string) {
	var nodes []*Node
	for _, n := range g.Nodes {
		if n.Zone == z && (region == "" || fmt.Sprint(g.regionNumber(n.Region)) == region) {
			nodes = append(nodes, n)
		}
	}
	if len(nodes) == 0 {
		return
	}
	if title != "" {
		m.line(depth, "subgraph %s%s[%s]", z, region, quoted(title))
		depth++
	}
	for _, n := range nodes {
		texts := []string{"<b>" + entities(n.Title) + "</b>"}
		for _, line := range n.lines() {
			texts = append(texts, entities(line))
		}
		shape := map[Shape][2]string{Box: {"[", "]"}, Cylinder: {"[(", ")]"}, Pipe: {"[[", "]]"}, Pill: {"([", "])"}, Person: {"((", "))"}}[n.Shape]
		m.line(depth, "%s%s\"%s\"%s", m.ids[n], shape[0], strings.Join(texts, "<br/>"), shape[1])
	}
	if title != "" {
		m.line(depth-1, "end")
	}
}

func (g *Graph) regionNumber(name string) int {
	for n, r := range g.Regions {
		if r.Name == name {
			return n + 1
		}
	}
	return 1
}

// framed says whether a region has anything in a VPC.
func (g *Graph) framed(region string) bool {
	for _, n := range g.Nodes {
		for _, z := range zones {
			if n.Zone == z.Zone && z.inVPC && n.Region == region {
				return true
			}
		}
	}
	return false
}

// identifier is a text as Mermaid takes it for a name.
func identifier(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, id)
}

func quoted(text string) string { return `"` + entities(text) + `"` }

// entities is text that Mermaid shows as it is: whatever means something to Mermaid, Markdown or HTML is written as the
// number of its character. https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
func entities(text string) string {
	var b strings.Builder
	for _, r := range clean(text) {
		if strings.ContainsRune("\"`#&;<>|\\*~", r) {
			fmt.Fprintf(&b, "#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plain is text for the lines of a flowchart that take no entities.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("\"`#;<>{}|\\%", r) {
			return ' '
		}
		return r
	}, clean(text))
}
