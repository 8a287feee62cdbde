package system

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// unit is a unit and what one of it is in the base unit: GiB for sizes, seconds for durations.
type unit struct {
	name string
	base float64
}

const gib = 1 << 30 // bytes

// sizeUnits, largest first. Decimal units are read as well, since price lists and invoices use them.
var sizeUnits = []unit{
	{"PiB", pib}, {"TiB", tib}, {"GiB", 1}, {"MiB", 1.0 / 1024}, {"KiB", 1.0 / 1024 / 1024},
	{"PB", 1e15 / gib}, {"TB", 1e12 / gib}, {"GB", 1e9 / gib}, {"MB", 1e6 / gib}, {"KB", 1e3 / gib},
}

// durationUnits, largest first: the order in which a compound duration names them.
var durationUnits = []unit{{"d", day}, {"h", hour}, {"m", minute}, {"s", second}, {"ms", second / 1000}}

var (
	sizePattern     = regexp.MustCompile(`^([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([A-Za-z]+)$`)
	durationPattern = regexp.MustCompile(`^([0-9]{1,15}(?:\.[0-9]{1,15})?) ?(d|h|ms|m|s)`)
)

// ParseSize reads a size such as "200 GiB", "1.5 TiB" or "500 MiB", in GiB. The space is optional. Decimal
// units count powers of ten: "20 GB" is 18.6 GiB.
func ParseSize(text string) (float64, bool) {
	match := sizePattern.FindStringSubmatch(text)
	if match == nil {
		return 0, false
	}
	for _, u := range sizeUnits {
		if u.name == match[2] {
			return scale(match[1], u.base)
		}
	}
	return 0, false
}

// ParseDuration reads a duration such as "200ms", "5m", "1h30m" or "7d", in seconds. A compound one names
// larger units first, each once.
func ParseDuration(text string) (float64, bool) {
	total, allowed := 0.0, durationUnits
	for rest := text; rest != "" || text == ""; {
		match := durationPattern.FindStringSubmatch(rest)
		if match == nil {
			return 0, false
		}
		used := -1
		for i, u := range allowed {
			if u.name == match[2] {
				used = i
			}
		}
		if used < 0 {
			return 0, false
		}
		amount, ok := scale(match[1], allowed[used].base)
		if !ok {
			return 0, false
		}
		total += amount
		allowed = allowed[used+1:]
		rest = strings.TrimPrefix(rest[len(match[0]):], " ")
	}
	return total, true
}

// scale multiplies a number with a unit. Units below the base divide, by a whole number, so that "200ms" is the
// float64 nearest to 0.2.
func scale(number string, base float64) (float64, bool) {
	n, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, false
	}
	if inverse := math.Round(1 / base); base < 1 && 1/inverse == base {
		return n / inverse, true
	}
	return n * base, true
}

// FormatSize writes a size in GiB in its shortest exact form: "200 GiB", "1 TiB", "512 MiB". A whole number of
// a smaller unit is preferred to a fraction of a larger one.
func FormatSize(gib float64) string {
	if gib == 0 {
		return "0 GiB"
	}
	return shortest(gib, sizeUnits, " ", ParseSize, "GiB")
}

// FormatDuration writes a duration in seconds in its shortest exact form: "200ms", "5m", "36h", "7d".
// A whole number of a smaller unit is preferred to a fraction of a larger one.
func FormatDuration(seconds float64) string {
	if seconds == 0 {
		return "0s"
	}
	return shortest(seconds, durationUnits, "", ParseDuration, "s")
}

// shortest returns the shortest text in any unit that reads back as exactly value.
func shortest(value float64, units []unit, space string, parse func(string) (float64, bool), fallback string) string {
	best, bestWhole := "", false
	for _, u := range units {
		amount := value / u.base
		for _, digits := range []int{0, 3, -1} {
			number := strconv.FormatFloat(amount, 'f', digits, 64)
			if strings.Contains(number, ".") {
				number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
			}
			text := number + space + u.name
			if back, ok := parse(text); !ok || back != value {
				continue
			}
			whole := !strings.Contains(number, ".")
			if best == "" || whole && !bestWhole || whole == bestWhole && len(text) < len(best) {
				best, bestWhole = text, whole
			}
			break
		}
	}
	if best == "" {
		best = formatNumber(value) + space + fallback
	}
	return best
}
