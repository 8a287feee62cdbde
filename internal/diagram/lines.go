package diagram

import (
	"fmt"
	"slices"
	"strings"
)

type point struct{ x, y float64 }

// way is the line of a link as cubic curves, from left to right: a point, then three for each curve. It changes its height
// only between columns, so it never runs through a node.
func (l *layout) way(k *link) []point {
	first, last := k.cells[0], k.cells[len(k.cells)-1]
	column := l.columns[first.column]
	at := point{column.x + column.w, k.from}
	way := []point{at}
	if first.column == last.column {
		// Out of the right side and back into it.
		out := at.x + 60
		return append(way, point{out, k.from}, point{out, k.to}, point{at.x, k.to})
	}
	for _, cell := range k.cells[1:] {
		column = l.columns[cell.column]
		to := point{column.x, cell.y}
		if cell == last {
			to.y = k.to
		}
		middle := (at.x + to.x) / 2
		way = append(way, point{middle, at.y}, point{middle, to.y}, to)
		at = to
		if cell != last {
			at = point{column.x + column.w, to.y}
			way = append(way, to, at, at)
		}
	}
	return way
}

func (w *svg) link(k *link) {
	way := w.way(k)
	if k.reversed {
		slices.Reverse(way)
	}
	var d strings.Builder
	fmt.Fprintf(&d, "M%.1f %.1f", way[0].x, way[0].y)
	for n := 1; n+2 < len(way); n += 3 {
		fmt.Fprintf(&d, "C%.1f %.1f %.1f %.1f %.1f %.1f", way[n].x, way[n].y, way[n+1].x, way[n+1].y, way[n+2].x, way[n+2].y)
	}
	e := k.edge
	fmt.Fprintf(w, "<path class=\"line %s\" marker-end=\"url(#%s)\" d=%q><title>%s</title></path>\n", e.Traffic, e.Traffic, d.String(),
		escape(strings.TrimSpace(e.From.Title+" "+e.Verb+" "+e.To.Title+" "+e.Label)))
}

// label writes what a link says before its right end, where it runs level.
func (w *svg) label(k *link) {
	if k.edge.Label == "" {
		return
	}
	last := k.labelled()
	c := w.columns[last.column]
	x, anchor := c.x-12, "end"
	if k.cells[0].column == last.column {
		x, anchor = c.x+c.w+48, "start"
	}
	y := k.to - 4
	if n := len(last.left); n > 1 && last.left[n-1].link == k {
		y = k.to + 12 // the lowest: below its line, where no other is
	}
	fmt.Fprintf(w, "<text class=\"label\" x=\"%.1f\" y=\"%.1f\" text-anchor=%q>%s</text>\n", x, y, anchor, escape(k.label()))
}

// supports lists the supporting components below the lanes, from top on, and returns where the list ends.
func (w *svg) supports(top float64) float64 {
	list := w.graph.Supports
	if len(list) == 0 {
		return top
	}
	width := max(w.width, minPicture) - 2*margin
	perRow := max(1, int(width/250))
	each := width / float64(perRow)
	w.text("lanetitle", margin, top+14, "Supporting components")
	y := top + 26
	for n := 0; n < len(list); n += perRow {
		height := 0.0
		for at, s := range list[n:min(n+perRow, len(list))] {
			x := margin + each*float64(at)
			title := s.Title
			lines := wrapped(s.Covers, captionSize, each-24, 3)
			w.text("title", x, y+14, short(title, titleSize, each-24))
			w.text("caption", x, y+30, short(s.Kind, captionSize, each-24))
			for row, line := range lines {
				w.text("caption", x, y+45+15*float64(row), line)
			}
			height = max(height, 45+15*float64(len(lines)))
		}
		y += height + 10
	}
	return y
}

// legend says what the kinds of lines mean that the picture has.
func (w *svg) legend(top float64) float64 {
	x := margin
	for _, kind := range []struct {
		Traffic
		text string
	}{
		{Request, "asks and waits"}, {Message, "message"}, {Copy, "replication"}, {Lookup, "name"},
	} {
		if !slices.ContainsFunc(w.graph.Edges, func(e *Edge) bool { return e.Traffic == kind.Traffic }) {
			continue
		}
		fmt.Fprintf(w, "<path class=\"line %s\" marker-end=\"url(#%s)\" d=\"M%.1f %.1fh34\"/>\n", kind.Traffic, kind.Traffic, x, top+12)
		w.text("caption", x+42, top+16, kind.text)
		x += 62 + textWidth(kind.text, captionSize)
	}
	if x == margin {
		return top
	}
	return top + 18
}
