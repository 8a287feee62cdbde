package diagram

import (
	"cmp"
	"slices"
)

// Measures of the picture, in pixels.
const (
	margin       = 24.0
	headline     = 62.0 // title and subtitle above the lanes
	laneTitle    = 34.0
	frameTitle   = 30.0
	lanePadding  = 14.0
	nodeGap      = 22.0 // between nodes of a column
	passGap      = 13.0 // between a line that passes and what is next to it
	portGap      = 14.0 // between the ends of lines at a node
	bandGap      = 34.0
	minNodeWidth = 116.0
	maxNodeWidth = 204.0
)

// place gives every cell its height and every column its x.
func (l *layout) place() {
	for _, c := range l.columns {
		for _, cell := range c.cells {
			if n := cell.node; n != nil {
				cell.h = max(nodeHeight(n), portGap*float64(max(len(cell.left), len(cell.right))-1)+24)
				c.w = max(c.w, min(maxNodeWidth, max(minNodeWidth, nodeWidth(n))))
				if n.Shape == Person {
					c.w = min(c.w, 64)
				}
			}
		}
	}
	l.placeColumns()
	l.placeRows()
	l.placeEnds()
}

// placeColumns puts the columns side by side, with room between them for the lines that change their height there and for
// what is written on them.
func (l *layout) placeColumns() {
	lines, text := make([]int, len(l.columns)+1), make([]float64, len(l.columns)+1)
	for _, k := range l.links {
		for n := 1; n < len(k.cells); n++ {
			lines[k.cells[n].column]++
		}
		if k.edge.Label != "" {
			at := k.labelled()
			text[at.column] = max(text[at.column], textWidth(k.label(), labelSize))
		}
	}
	x := margin
	for n, c := range l.columns {
		if n > 0 {
			x += min(130, max(44+3*float64(lines[n]), text[n]+40))
			if c.zone != l.columns[n-1].zone {
				x += lanePadding
			}
		} else if zones[c.zone].Zone != Outside {
			x += lanePadding
		}
		if zones[c.zone].inVPC && (n == 0 || !zones[l.columns[n-1].zone].inVPC) || n > 0 && !zones[c.zone].inVPC && zones[l.columns[n-1].zone].inVPC {
			x += lanePadding
		}
		if n > 0 && !zones[c.zone].inVPC && zones[l.columns[n-1].zone].inVPC {
			x = max(x, l.frameRight()+2*lanePadding)
		}
		c.x = x
		x += c.w
	}
	l.width = max(x+lanePadding, l.frameRight()) + lanePadding + margin
	for _, k := range l.links {
		if first, last := k.cells[0], k.labelled(); first.column == last.column {
			l.width = max(l.width, l.columns[last.column].x+l.columns[last.column].w+58+textWidth(k.label(), labelSize)+margin)
		}
	}
}

// frameRight is where the frame of the VPC ends: after its last column, or after its title.
func (l *layout) frameRight() float64 {
	right := 0.0
	for n, b := range l.bands {
		if left, last, found := l.span(func(c *column) bool { return c.x > 0 && zones[c.zone].inVPC && c.shows(n) }); found {
			right = max(right, last+lanePadding/2, left+textWidth(b.title(len(l.bands) == 1), laneSize)+2*lanePadding)
		}
	}
	return right
}

// title is what stands on the frame of the VPC.
func (b *band) title(alone bool) string {
	name := b.region.Network
	if name == "" {
		name = "VPC"
	}
	if alone {
		name = b.region.Name + ": " + name
	}
	return name
}

// labelled is the cell that the label of a link stands before: its end at the right.
func (k *link) labelled() *cell { return k.cells[len(k.cells)-1] }

// label is what is written on a link.
func (k *link) label() string { return short(k.edge.Label, labelSize, 110) }

// placeEnds spreads the ends of links over the sides of their nodes, in the order of where they come from.
func (l *layout) placeEnds() {
	for _, c := range l.columns {
		for _, cell := range c.cells {
			for _, side := range [][]*end{cell.left, cell.right} {
				slices.SortStableFunc(side, func(a, b *end) int { return cmp.Compare(a.next.y, b.next.y) })
				for n, e := range side {
					y := cell.y + portGap*(float64(n)-float64(len(side)-1)/2)
					if e.start {
						e.link.from = y
					} else {
						e.link.to = y
					}
				}
			}
		}
	}
}
