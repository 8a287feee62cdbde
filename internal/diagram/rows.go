package diagram

import "slices"

// placeRows finds heights near those of the neighbours, one region after the other, and then for what is in none.
func (l *layout) placeRows() {
	top := headline + margin
	for n, b := range l.bands {
		b.top = top + laneTitle
		if l.framed(n) {
			b.top += frameTitle
		}
		if len(l.bands) > 1 {
			b.top += frameTitle
		}
		l.settle(n)
		b.bottom = b.top + l.shift(n, b.top+lanePadding) + 2*lanePadding
		top = b.bottom + bandGap
		if l.framed(n) {
			top += lanePadding
		}
	}
	l.settle(-1)
	first, last, height := l.bands[0], l.bands[len(l.bands)-1], l.extent(-1)
	l.center(-1, first.top+lanePadding, max(last.bottom-lanePadding, first.top+lanePadding+height))
	last.bottom = max(last.bottom, first.top+2*lanePadding+height)
	l.height = last.bottom + margin
	if l.framed(len(l.bands) - 1) {
		l.height += lanePadding
	}
}

// framed says whether a band has anything in a VPC.
func (l *layout) framed(band int) bool {
	return slices.ContainsFunc(l.columns, func(c *column) bool { return zones[c.zone].inVPC && c.shows(band) })
}

// shows says whether a column has nodes of a band.
func (c *column) shows(band int) bool {
	return slices.ContainsFunc(c.cells, func(cell *cell) bool { return cell.node != nil && cell.band == band })
}

// settle sweeps over the columns; in each the cells of a band go as near to the mean height of their neighbours as their
// order and the gaps between them allow.
func (l *layout) settle(band int) {
	type neighbour struct {
		*cell
		weight float64
	}
	before, after := map[*cell][]neighbour{}, map[*cell][]neighbour{}
	for _, k := range l.links {
		for n := 1; n < len(k.cells); n++ {
			a, b := k.cells[n-1], k.cells[n]
			weight := 1.0
			if a.node == nil || b.node == nil {
				weight = 2 // long lines shall be straight
			}
			if a.column != b.column && (a.band == b.band || band < 0) {
				after[a], before[b] = append(after[a], neighbour{b, weight}), append(before[b], neighbour{a, weight})
			}
		}
	}
	for _, c := range l.columns {
		y := 0.0
		for n, cell := range ofBand(c.cells, band) {
			if n > 0 {
				y += cell.h / 2
			}
			cell.y = y
			y += cell.h/2 + nodeGap
		}
	}
	for round := range 16 {
		for n := range l.columns {
			sides := []map[*cell][]neighbour{before, after}
			switch {
			case round >= 12:
			case round%2 == 0:
				sides = sides[:1]
			default:
				n = len(l.columns) - 1 - n
				sides = sides[1:]
			}
			cells := ofBand(l.columns[n].cells, band)
			wanted, weights := make([]float64, len(cells)), make([]float64, len(cells))
			for i, cell := range cells {
				sum, weight := 0.0, 0.0
				for _, side := range sides {
					for _, other := range side[cell] {
						sum, weight = sum+other.weight*other.y, weight+other.weight
					}
				}
				if wanted[i], weights[i] = cell.y, 0.1; weight > 0 {
					wanted[i], weights[i] = sum/weight, weight
				}
			}
			apart(cells, wanted, weights)
		}
	}
}

func ofBand(cells []*cell, band int) []*cell {
	var list []*cell
	for _, c := range cells {
		if c.band == band {
			list = append(list, c)
		}
	}
	return list
}

// apart puts cells as near to the wanted heights as the gaps allow, with the least sum of weighted squares: the isotonic
// regression by pooling adjacent violators (Ayer and others, 1955), once the gaps are subtracted.
func apart(cells []*cell, wanted, weights []float64) {
	type block struct {
		mean, weight float64
		size         int
	}
	var blocks []block
	offsets := make([]float64, len(cells))
	for n := range cells {
		if n > 0 {
			offsets[n] = offsets[n-1] + distance(cells[n-1], cells[n])
		}
		blocks = append(blocks, block{wanted[n] - offsets[n], weights[n], 1})
		for m := len(blocks) - 1; m > 0 && blocks[m-1].mean > blocks[m].mean; m-- {
			a, b := blocks[m-1], blocks[m]
			weight := a.weight + b.weight
			blocks = append(blocks[:m-1], block{(a.mean*a.weight + b.mean*b.weight) / weight, weight, a.size + b.size})
		}
	}
	n := 0
	for _, b := range blocks {
		for range b.size {
			cells[n].y = b.mean + offsets[n]
			n++
		}
	}
}

// distance is the least between the middles of neighbours in a column.
func distance(a, b *cell) float64 {
	gap := nodeGap
	if a.node == nil || b.node == nil {
		gap = passGap
	}
	return a.h/2 + gap + b.h/2
}

// shift moves the cells of a band so that the highest begins at top, and returns how high they are together.
func (l *layout) shift(band int, top float64) float64 {
	low, high, found := 0.0, 0.0, false
	for _, c := range l.columns {
		for _, cell := range ofBand(c.cells, band) {
			if !found {
				low, high, found = cell.y-cell.h/2, cell.y+cell.h/2, true
			}
			low, high = min(low, cell.y-cell.h/2), max(high, cell.y+cell.h/2)
		}
	}
	for _, c := range l.columns {
		for _, cell := range ofBand(c.cells, band) {
			cell.y += top - low
		}
	}
	return high - low
}

// extent is how much height the cells of a band need.
func (l *layout) extent(band int) float64 {
	most := 0.0
	for _, c := range l.columns {
		cells := ofBand(c.cells, band)
		if len(cells) > 0 {
			first, last := cells[0], cells[len(cells)-1]
			most = max(most, last.y+last.h/2-(first.y-first.h/2))
		}
	}
	return most
}

// center keeps each column of a band between two heights.
func (l *layout) center(band int, top, bottom float64) {
	for _, c := range l.columns {
		cells := ofBand(c.cells, band)
		if len(cells) == 0 {
			continue
		}
		first, last := cells[0], cells[len(cells)-1]
		by := 0.0
		if under := last.y + last.h/2 - bottom; under > 0 {
			by = -under
		}
		if over := top - (first.y - first.h/2 + by); over > 0 {
			by += over
		}
		for _, cell := range cells {
			cell.y += by
		}
	}
}
