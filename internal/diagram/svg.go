package diagram

import (
	"fmt"
	"strings"
)

// SVG is the graph as a picture that stands on its own: it needs no script, no font and no network, brings its
// background, and follows the reader's choice of light or dark.
func (g *Graph) SVG() []byte {
	l := newLayout(g)
	l.place()
	w := &svg{layout: l}
	w.lanes()
	for _, k := range l.links {
		w.link(k)
	}
	for _, k := range l.links {
		w.label(k)
	}
	for _, c := range l.columns {
		for _, cell := range c.cells {
			if cell.node != nil {
				w.node(c, cell)
			}
		}
	}
	height := w.supports(l.height)
	height = w.legend(height) + margin
	width := max(l.width, minPicture)

	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="title desc">`+"\n", width, height, width, height)
	fmt.Fprintf(&out, "<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n", escape("Architecture of "+g.Title), escape(g.Description))
	out.WriteString(style)
	fmt.Fprintf(&out, "<rect class=\"paper\" width=\"%.0f\" height=\"%.0f\"/>\n", width, height)
	fmt.Fprintf(&out, "<text class=\"head\" x=\"%.0f\" y=\"40\">%s</text>\n", margin, escape(short(g.System, headSize, width-2*margin)))
	subtitle := strings.Join(g.Environments, " and ")
	if len(g.Environments) > 1 {
		subtitle += ", details as in " + g.Environments[len(g.Environments)-1]
	}
	fmt.Fprintf(&out, "<text class=\"caption\" x=\"%.0f\" y=\"60\">%s</text>\n", margin, escape(short(subtitle, captionSize, width-2*margin)))
	out.WriteString(w.String())
	out.WriteString("</svg>\n")
	return []byte(out.String())
}

// minPicture is the least width of a picture: what stands below the lanes needs it.
const minPicture = 660.0

// style is the look of the picture, in light and in dark. The colours of text have a contrast of at least 4.5 to what is behind
// them, as WCAG 2.2 asks for in 1.4.3.
const style = `<style>
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",Arial,sans-serif;fill:#1f2937}
.paper{fill:#ffffff}.head{font-size:20px;font-weight:600}.title{font-size:14px;font-weight:600}
.caption{font-size:11.5px;fill:#4b5563}.lanetitle{font-size:12.5px;font-weight:600;fill:#475569}
.label{font-size:11.5px;fill:#334155;stroke:#f8fafc;stroke-width:4px;stroke-linejoin:round;paint-order:stroke}
.frame{fill:none;stroke:#94a3b8;stroke-width:1.5px}.region{stroke-dasharray:6 4}
.lane{fill:#f8fafc;stroke:#e2e8f0}
.node{fill:#ffffff;stroke:#64748b;stroke-width:1.4px}
.edge{fill:#f5f3ff;stroke:#7c3aed}.public{fill:#eff6ff;stroke:#2563eb}.private{fill:#ecfdf5;stroke:#059669}.data{fill:#fffbeb;stroke:#b45309}
.functions{fill:#ecfdf5;stroke:#059669}.managed{fill:#fdf2f8;stroke:#be185d}
.line{fill:none;stroke:#475569;stroke-width:1.5px}.message{stroke:#be185d;stroke-dasharray:6 4}.copy{stroke:#b45309;stroke-dasharray:2 3}.lookup{stroke:#7c3aed;stroke-dasharray:2 4}
.tip{fill:#475569}.tipmessage{fill:#be185d}.tipcopy{fill:#b45309}.tiplookup{fill:#7c3aed}
@media (prefers-color-scheme:dark){
text{fill:#f1f5f9}.paper{fill:#0f172a}.caption{fill:#cbd5e1}.lanetitle{fill:#cbd5e1}.label{fill:#e2e8f0;stroke:#1e293b}
.frame{stroke:#64748b}.lane{fill:#1e293b;stroke:#334155}.node{fill:#1e293b;stroke:#94a3b8}
.edge{fill:#2e1065;stroke:#a78bfa}.public{fill:#172554;stroke:#60a5fa}.private{fill:#022c22;stroke:#34d399}.data{fill:#451a03;stroke:#fbbf24}
.functions{fill:#022c22;stroke:#34d399}.managed{fill:#500724;stroke:#f472b6}
.line{stroke:#94a3b8}.message{stroke:#f472b6}.copy{stroke:#fbbf24}.lookup{stroke:#a78bfa}
.tip{fill:#94a3b8}.tipmessage{fill:#f472b6}.tipcopy{fill:#fbbf24}.tiplookup{fill:#a78bfa}
}
</style>
<defs>
<marker id="request" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="tip" d="M0 0L10 5L0 10z"/></marker>
<marker id="message" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="tipmessage" d="M0 0L10 5L0 10z"/></marker>
<marker id="copy" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="tipcopy" d="M0 0L10 5L0 10z"/></marker>
<marker id="lookup" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="tiplookup" d="M0 0L10 5L0 10z"/></marker>
</defs>
`

// svg writes the parts of a picture.
type svg struct {
	strings.Builder
	*layout
}

func (w *svg) rect(class string, x, y, width, height float64) {
	fmt.Fprintf(w, "<rect class=%q x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"8\"/>\n", class, x, y, width, height)
}

func (w *svg) text(class string, x, y float64, text string) {
	fmt.Fprintf(w, "<text class=%q x=\"%.1f\" y=\"%.1f\">%s</text>\n", class, x, y, escape(text))
}

// span is from where to where the columns of a band go for which in holds.
func (l *layout) span(in func(*column) bool) (left, right float64, found bool) {
	for _, c := range l.columns {
		if in(c) {
			if !found {
				left = c.x
			}
			right, found = c.x+c.w, true
		}
	}
	return left - lanePadding, right + lanePadding, found
}

// lanes draws the regions, their VPCs and the zones.
func (w *svg) lanes() {
	for n, b := range w.bands {
		top, under := b.top-laneTitle, b.bottom
		if w.framed(n) {
			under += lanePadding
		}
		if left, right, found := w.span(func(c *column) bool { return c.shows(n) }); found && len(w.bands) > 1 {
			y := top - frameTitle
			if w.framed(n) {
				y -= frameTitle
			}
			w.rect("frame region", left-lanePadding, y, right-left+2*lanePadding, under+8-y)
			w.text("lanetitle", left-lanePadding+12, y+20, "Region "+b.region.Name)
		}
		if left, _, found := w.span(func(c *column) bool { return zones[c.zone].inVPC && c.shows(n) }); found {
			w.rect("frame", left-lanePadding/2, top-frameTitle, w.frameRight()-left+lanePadding/2, under-lanePadding/2-top+frameTitle)
			w.text("lanetitle", left+4, top-frameTitle+20, b.title(len(w.bands) == 1))
		}
		for z, zone := range zones {
			left, right, found := w.span(func(c *column) bool { return c.zone == z && c.shows(n) })
			if found {
				w.lane(zone.title, left, right, top, b.bottom)
			}
		}
	}
	for z, zone := range zones {
		if left, right, found := w.span(func(c *column) bool { return c.zone == z && c.shows(-1) && zone.title != "" }); found {
			w.lane(zone.title, left, right, w.bands[0].top-laneTitle, w.bands[len(w.bands)-1].bottom)
		}
	}
}

func (w *svg) lane(title string, left, right, top, bottom float64) {
	w.rect("lane", left, top, right-left, bottom-top)
	w.text("lanetitle", left+12, top+21, title)
}

// node draws a component: its outline, its name and what it is.
func (w *svg) node(c *column, cell *cell) {
	n := cell.node
	x, y := c.x, cell.y-cell.h/2
	about := append([]string{n.ID, n.Title}, n.lines()...)
	fmt.Fprintf(w, "<g><title>%s</title>\n", escape(strings.Join(about, ", ")))
	class := "node " + string(n.Zone)
	middle := x + c.w/2
	switch n.Shape {
	case Person:
		fmt.Fprintf(w, "<path class=%q d=\"M%.1f %.1fa18 18 0 0 1 36 0z\"/>\n<circle class=%q cx=\"%.1f\" cy=\"%.1f\" r=\"10\"/>\n", class, middle-18, cell.y+12, class, middle, cell.y-14)
		fmt.Fprintf(w, "<text class=\"title\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n</g>\n", middle, cell.y+31, escape(n.Title))
		return
	case Cylinder:
		fmt.Fprintf(w, "<path class=%q d=\"M%.1f %.1fa%.1f 7 0 0 1 %.1f 0v%.1fa%.1f 7 0 0 1 %.1f 0z\"/>\n", class, x, y+7, c.w/2, c.w, cell.h-14, c.w/2, -c.w)
		fmt.Fprintf(w, "<path class=%q style=\"fill:none\" d=\"M%.1f %.1fa%.1f 7 0 0 0 %.1f 0\"/>\n", class, x, y+7, c.w/2, c.w)
	case Pipe:
		fmt.Fprintf(w, "<path class=%q d=\"M%.1f %.1fh%.1fa6 %.1f 0 0 1 0 %.1fh%.1fa6 %.1f 0 0 1 0 %.1fz\"/>\n", class, x+6, y, c.w-12, cell.h/2, cell.h, -(c.w - 12), cell.h/2, -cell.h)
		fmt.Fprintf(w, "<path class=%q style=\"fill:none\" d=\"M%.1f %.1fa6 %.1f 0 0 0 0 %.1f\"/>\n", class, x+c.w-6, y, cell.h/2, cell.h)
	case Pill:
		fmt.Fprintf(w, "<rect class=%q x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\"/>\n", class, x, y, c.w, cell.h, min(cell.h/2, 24))
	default:
		fmt.Fprintf(w, "<rect class=%q x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"6\"/>\n", class, x, y, c.w, cell.h)
	}
	if n.Shape == Pipe {
		middle -= 4
	}
	lines := n.lines()
	baseline := cell.y + 5 - 7.5*float64(len(lines))
	if n.Shape == Cylinder {
		baseline += 5
	}
	fmt.Fprintf(w, "<text class=\"title\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", middle, baseline, escape(short(n.Title, titleSize, c.w-22)))
	for at, line := range lines {
		fmt.Fprintf(w, "<text class=\"caption\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", middle, baseline+16+15*float64(at), escape(short(line, captionSize, c.w-22)))
	}
	w.WriteString("</g>\n")
}
