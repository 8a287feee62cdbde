package diagram

import (
	"cmp"
	"slices"
)

// layout is the picture as geometry. Each zone has one or several columns; a node is a cell in one of them, and a line that
// passes a column has a cell there too, without a node, that keeps its way free.
type layout struct {
	graph   *Graph
	columns []*column
	links   []*link
	bands   []*band // one a region
	byNode  map[*Node]*cell
	width   float64
	height  float64
}

type column struct {
	zone  int // in zones
	cells []*cell
	x, w  float64
}

type cell struct {
	node        *Node // nil where a line passes
	column      int
	band        int     // the region's, -1 for what is in none
	y, h        float64 // y is the middle
	left, right []*end  // what is attached, from top to bottom
	seq         int     // of creation: the last word in every comparison
}

// link is an edge on its way from the left to the right, whichever way it points.
type link struct {
	edge     *Edge
	cells    []*cell // its ends, and the columns it passes between them
	reversed bool    // the edge points to the left
	from, to float64 // where on the height of its ends it is attached
}

// end is one end of a link, at a node.
type end struct {
	link  *link
	next  *cell // the cell of the link that comes next, seen from here
	start bool
}

type band struct {
	region      *Region
	top, bottom float64 // of its lanes
}

// maxRanks is how many columns a zone may have. Longer chains would make the picture wider than a page; what is beyond stays
// in the last one.
const maxRanks = 3

func newLayout(g *Graph) *layout {
	l := &layout{graph: g, byNode: map[*Node]*cell{}}
	for _, r := range g.Regions {
		l.bands = append(l.bands, &band{region: r})
	}
	l.makeColumns()
	l.makeLinks()
	l.order()
	l.attach()
	return l
}

// makeColumns gives each zone as many columns as the longest chain within it.
func (l *layout) makeColumns() {
	for z := range zones {
		var nodes []*Node
		for _, n := range l.graph.Nodes {
			if n.Zone == zones[z].Zone {
				nodes = append(nodes, n)
			}
		}
		ranks := chain(nodes, l.graph.Edges)
		first := len(l.columns)
		for _, n := range nodes {
			at := first + ranks[n]
			for len(l.columns) <= at {
				l.columns = append(l.columns, &column{zone: z})
			}
			l.byNode[n] = l.cell(at, &cell{node: n, band: l.bandOf(n)})
		}
	}
}

func (l *layout) cell(at int, c *cell) *cell {
	c.column, c.seq = at, len(l.columns[at].cells)
	l.columns[at].cells = append(l.columns[at].cells, c)
	return c
}

func (l *layout) bandOf(n *Node) int {
	if n.Zone == Outside || n.Zone == Edgeside {
		return -1
	}
	return max(0, slices.IndexFunc(l.bands, func(b *band) bool { return b.region.Name == n.Region }))
}

// chain ranks nodes by the longest way that leads to them from others of the same zone, without going round in circles.
func chain(nodes []*Node, edges []*Edge) map[*Node]int {
	next := map[*Node][]*Node{}
	for _, e := range edges {
		if e.From.Zone == e.To.Zone && e.From.Region == e.To.Region {
			next[e.From] = append(next[e.From], e.To)
		}
	}
	// Depth first; an edge back to a node that is still being visited closes a circle and is left out.
	const visiting, done = 1, 2
	state := map[*Node]int{}
	var sorted []*Node
	kept := map[*Node][]*Node{}
	var visit func(n *Node)
	visit = func(n *Node) {
		state[n] = visiting
		for _, m := range next[n] {
			if state[m] == visiting {
				continue
			}
			kept[n] = append(kept[n], m)
			if state[m] == 0 {
				visit(m)
			}
		}
		state[n] = done
		sorted = append(sorted, n)
	}
	for _, n := range nodes {
		if state[n] == 0 {
			visit(n)
		}
	}
	slices.Reverse(sorted)
	ranks := map[*Node]int{}
	for _, n := range sorted {
		for _, m := range kept[n] {
			ranks[m] = min(maxRanks-1, max(ranks[m], ranks[n]+1))
		}
	}
	return ranks
}

func (l *layout) makeLinks() {
	for _, e := range l.graph.Edges {
		from, to := l.byNode[e.From], l.byNode[e.To]
		k := &link{edge: e}
		if from.column > to.column {
			from, to, k.reversed = to, from, true
		}
		k.cells = append(k.cells, from)
		for c := from.column + 1; c < to.column; c++ {
			passing := &cell{band: max(from.band, to.band)}
			if zone := zones[l.columns[c].zone].Zone; zone == Outside || zone == Edgeside {
				passing.band = -1
			}
			k.cells = append(k.cells, l.cell(c, passing))
		}
		k.cells = append(k.cells, to)
		l.links = append(l.links, k)
	}
}

// order sorts the cells of each column so that few lines cross: every cell goes to the mean place of its neighbours, in
// sweeps from left to right and back, and the best order that comes up is kept.
func (l *layout) order() {
	before, after := map[*cell][]*cell{}, map[*cell][]*cell{}
	for _, k := range l.links {
		for n := 1; n < len(k.cells); n++ {
			a, b := k.cells[n-1], k.cells[n]
			if a.column != b.column {
				after[a], before[b] = append(after[a], b), append(before[b], a)
			}
		}
	}
	place := map[*cell]float64{}
	settle := func(c *column) {
		slices.SortFunc(c.cells, func(a, b *cell) int {
			return cmp.Or(cmp.Compare(a.band, b.band), cmp.Compare(a.y, b.y), cmp.Compare(a.seq, b.seq))
		})
		for n, cell := range c.cells {
			place[cell] = (float64(n) + 0.5) / float64(len(c.cells))
		}
	}
	sweep := func(c *column, neighbours ...map[*cell][]*cell) {
		for _, cell := range c.cells {
			sum, n := 0.0, 0
			for _, side := range neighbours {
				for _, other := range side[cell] {
					sum, n = sum+place[other], n+1
				}
			}
			cell.y = place[cell]
			if n > 0 {
				cell.y = sum / float64(n)
			}
		}
		settle(c)
	}
	for _, c := range l.columns {
		settle(c)
	}
	best, fewest := l.snapshot(), l.crossings(place, after)
	for round := 0; round < 12 && fewest > 0; round++ {
		for n := range l.columns {
			switch {
			case round%3 == 0:
				sweep(l.columns[n], before)
			case round%3 == 1:
				sweep(l.columns[len(l.columns)-1-n], after)
			default:
				sweep(l.columns[n], before, after)
			}
		}
		if crossings := l.crossings(place, after); crossings < fewest {
			best, fewest = l.snapshot(), crossings
		}
	}
	for n, cells := range best {
		l.columns[n].cells = cells
	}
}

func (l *layout) snapshot() [][]*cell {
	var all [][]*cell
	for _, c := range l.columns {
		all = append(all, slices.Clone(c.cells))
	}
	return all
}

// crossings counts the pairs of lines that cross between columns.
func (l *layout) crossings(place map[*cell]float64, after map[*cell][]*cell) int {
	total := 0
	for _, c := range l.columns {
		var ends []float64 // on the right, in the order of the left
		for _, cell := range c.cells {
			var own []float64
			for _, other := range after[cell] {
				own = append(own, place[other])
			}
			slices.Sort(own)
			ends = append(ends, own...)
		}
		total += inversions(ends, make([]float64, len(ends)))
	}
	return total
}

// inversions counts the pairs that are not in order, by sorting the list with merges; spare is as long as the list.
func inversions(list, spare []float64) int {
	if len(list) < 2 {
		return 0
	}
	half := len(list) / 2
	total := inversions(list[:half], spare[:half]) + inversions(list[half:], spare[half:])
	copy(spare, list)
	a, b := spare[:half], spare[half:]
	for n := range list {
		if len(b) == 0 || len(a) > 0 && a[0] <= b[0] {
			list[n], a = a[0], a[1:]
			continue
		}
		list[n], b = b[0], b[1:]
		total += len(a)
	}
	return total
}

// attach notes the ends of links at their nodes. Their order is known once the cells have their heights.
func (l *layout) attach() {
	for _, k := range l.links {
		first, last := k.cells[0], k.cells[len(k.cells)-1]
		first.right = append(first.right, &end{k, k.cells[1], true})
		if first.column == last.column {
			last.right = append(last.right, &end{k, first, false})
			continue
		}
		last.left = append(last.left, &end{k, k.cells[len(k.cells)-2], false})
	}
}
