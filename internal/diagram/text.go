package diagram

import (
	"html"
	"strings"
	"unicode"
)

// Sizes of text, in pixels.
const (
	titleSize   = 14.0
	captionSize = 11.5
	labelSize   = 11.5
	laneSize    = 12.5
	headSize    = 20.0
)

// textWidth is about how wide a text is, as wide fonts such as Verdana and DejaVu Sans set it; others are narrower, and a
// picture has to hold its text in all of them.
func textWidth(text string, size float64) float64 {
	width := 0.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljtfrI.,:;'|!()[]/ -", r):
			width += 0.40
		case strings.ContainsRune("mwMW@%", r) || r > 0x2E80: // East Asian and other wide characters
			width += 1.0
		case unicode.IsUpper(r) || unicode.IsDigit(r):
			width += 0.70
		default:
			width += 0.63
		}
	}
	return width * size
}

// short cuts a text that is wider than it may be.
func short(text string, size, most float64) string {
	text = clean(text)
	if textWidth(text, size) <= most {
		return text
	}
	width := textWidth("…", size)
	for at, r := range text {
		width += textWidth(string(r), size)
		if width > most && at > 0 {
			text = text[:at]
			break
		}
	}
	return strings.TrimRight(text, " ,-") + "…"
}

// wrapped breaks a text into at most lines lines, the last of which is cut.
func wrapped(text string, size, most float64, lines int) []string {
	var list []string
	line := ""
	for _, word := range strings.Fields(clean(text)) {
		if line != "" && len(list) < lines-1 && textWidth(line+" "+word, size) > most {
			list, line = append(list, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	if line != "" {
		list = append(list, line)
	}
	for n := range list {
		list[n] = short(list[n], size, most)
	}
	return list
}

// clean is text on one line, without what neither XML nor Mermaid can hold.
func clean(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar, r >= 0xFFFE && r <= 0xFFFF, unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)), " ")
}

// escape is text as XML holds it.
func escape(text string) string { return html.EscapeString(clean(text)) }

// lines are what stands in a node below its title.
func (n *Node) lines() []string {
	var list []string
	if n.Kind != "" {
		list = append(list, n.Kind)
	}
	if len(n.Details) > 0 {
		list = append(list, strings.Join(n.Details, ", "))
	}
	return list
}

func nodeWidth(n *Node) float64 {
	width := textWidth(n.Title, titleSize)
	for _, line := range n.lines() {
		width = max(width, textWidth(line, captionSize))
	}
	if n.Shape == Pipe {
		width += 8
	}
	return width + 26
}

func nodeHeight(n *Node) float64 {
	height := 30 + 15*float64(len(n.lines()))
	switch n.Shape {
	case Cylinder:
		height += 12
	case Person:
		height = 66
	}
	return height
}
