package tests

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/system"
)

// draw makes systems up. One source of chance gives the same systems everywhere.
type draw struct{ *rand.Rand }

// drawn is the n-th random system of a seed.
func drawn(seed uint64, n int) draw { return draw{rand.New(rand.NewPCG(seed, uint64(n)))} }

func (d draw) chance(p float64) bool { return d.Float64() < p }

func pick[T any](d draw, list ...T) T { return list[d.IntN(len(list))] }

// usual are the values that most systems have; beyond them lies what a requirement
// allows at all.
var usual = map[string][2]float64{
	"requests_per_second": {0.1, 3000}, "peak_factor": {1, 12}, "concurrent_users": {1, 50_000}, "read_ratio": {0.3, 0.99},
	"stored": {0.1, 5000}, "growth_per_month": {0.1, 100}, "latency_p99": {0.02, 3}, "availability": {95, 99.99},
	"rpo": {60, 86_400}, "rto": {300, 86_400}, "engineers": {1, 100}, "monthly_budget_usd": {100, 50_000},
}

// regionsOf are some near to and some far from one another.
var regionsOf = []string{"us-east-1", "us-east-2", "us-west-2", "eu-central-1", "eu-west-1", "eu-north-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1"}

// number draws a value of a requirement. A wild one is anywhere in its range, often at
// an end of it.
func (d draw) number(def system.Definition, wild bool) float64 {
	low, high := usual[def.Name][0], usual[def.Name][1]
	if wild {
		low, high = def.Min, def.Max
	}
	if low == high {
		panic("no range for " + def.Name)
	}
	var value float64
	switch end := d.Float64(); {
	case wild && end < 0.12:
		value = def.Min
	case wild && end < 0.2:
		value = def.Max
	case def.Name == "availability":
		// What matters are the nines, and the service level agreements of AWS.
		return pick(d, 90, 99, 99.5, 99.51, 99.9, 99.9, 99.9, 99.95, 99.95, 99.95, 99.96, 99.99, 99.995, 99.999)
	case high/math.Max(low, 1e-3) > 100: // as likely between 1 and 10 as between 10 and 100
		low = math.Max(low, 1e-3)
		value = math.Exp(math.Log(low) + d.Float64()*(math.Log(high)-math.Log(low)))
	default:
		value = low + d.Float64()*(high-low)
	}
	if def.Whole {
		return math.Round(value)
	}
	if digits := math.Pow10(3 - int(math.Ceil(math.Log10(value)))); value > 0 && d.chance(0.7) {
		value = math.Round(value*digits) / digits // as people write it; others are raw
	}
	value, _ = strconv.ParseFloat(strconv.FormatFloat(value, 'g', 7, 64), 64)
	return min(def.Max, max(def.Min, value))
}

// requirements draws some, a wild one more often at the ends of its range.
func (d draw) requirements(share float64, wild bool) []string {
	var lines []string
	for _, def := range system.Definitions() {
		if !d.chance(share) && (def.Name != "consistency" || !d.chance(0.5)) {
			continue
		}
		var value any
		switch {
		case def.Name == "regions":
			count := pick(d, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3)
			list := slices.Clone(regionsOf)
			d.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			value = list[:count]
		case def.Kind == system.Texts:
			list := []string{}
			for _, one := range def.OneOf {
				if d.chance(0.3) {
					list = append(list, one)
				}
			}
			value = list
		case def.Kind == system.Text:
			value = pick(d, append(def.OneOf, "eventual")...) // what lags behind is what is worth a look
		default:
			value = d.number(def, wild && d.chance(0.4))
		}
		lines = append(lines, fmt.Sprintf("  %s = %s", def.Name, def.Format(value)))
	}
	return lines
}

var (
	serviceNames = []string{"orders", "billing", "notifications", "catalogue", "search", "users", "a", "reports2", "shipping-and-returns-eu", "very-long-name-of-a-thing", "inbox", "front"}
	storeNames   = []string{"orders", "billing", "select", "user", "files", "sessions", "articles", "a", "very-long-name-of-a-store", "cache"}
	eventNames   = []string{"order-placed", "paid", "shipped", "returned", "user-joined", "user-left", "a", "price-changed", "stock-low", "very-long-name-of-event"}
)

// name is one of a list, cut to what a name may have.
func name(list []string, n int) string {
	return strings.TrimRight(list[n][:min(24, len(list[n]))], "-")
}

func quoted(names []string) string {
	text := make([]string, len(names))
	for i, n := range names {
		text[i] = fmt.Sprintf("%q", n)
	}
	return "[" + strings.Join(text, ", ") + "]"
}

// some draws up to most of the names.
func (d draw) some(names []string, p float64, most int) []string {
	var list []string
	for _, n := range names {
		if len(list) < most && d.chance(p) {
			list = append(list, n)
		}
	}
	return list
}

// system draws what stands below the system block: requirements, services, stores,
// events and environments.
func (d draw) system() string {
	var b strings.Builder
	wild := d.chance(0.3)
	fmt.Fprintf(&b, "requirements {\n%s\n}\n", strings.Join(d.requirements(pick(d, 0.2, 0.6, 0.9), wild), "\n"))

	var services, stores, events []string
	for n := range 1 + d.IntN(pick(d, 1, 3, 5, 12)) {
		services = append(services, name(serviceNames, n))
	}
	for n := range d.IntN(pick(d, 2, 4, 8)) {
		stores = append(stores, name(storeNames, n))
	}
	for n := range d.IntN(pick(d, 1, 4, 11)) {
		events = append(events, name(eventNames, n))
	}
	owned := d.chance(0.6) // each store has one user
	images := d.chance(0.05)
	density := pick(d, 0.05, 0.2, 0.5)
	for n, service := range services {
		fmt.Fprintf(&b, "service %q {\n", service)
		if n == 0 && d.chance(0.2) {
			b.WriteString("  path = \"/\"\n")
		} else if d.chance(0.5) {
			fmt.Fprintf(&b, "  path = \"/%s\"\n", pick(d, service, "api/"+service, fmt.Sprintf("v%d", n)))
		}
		if images {
			fmt.Fprintf(&b, "  image = \"ghcr.io/acme/%s:1\"\n", service)
		}
		if d.chance(0.03) {
			fmt.Fprintf(&b, "  health = \"/health\"\n  port = %d\n", pick(d, 80, 443, 9000))
		}
		if d.chance(0.1) {
			fmt.Fprintf(&b, "  cpu = %d\n  memory = %q\n", pick(d, 1024, 2048), pick(d, "4 GiB", "8 GiB"))
		}
		if list := d.some(events, density, 10); len(list) > 0 {
			fmt.Fprintf(&b, "  publishes = %s\n", quoted(list))
		}
		if list := d.some(events, density, 10); len(list) > 0 {
			fmt.Fprintf(&b, "  consumes = %s\n", quoted(list))
		}
		var mine []string
		if owned {
			for at := n; at < len(stores); at += len(services) {
				mine = append(mine, stores[at])
			}
		} else {
			mine = d.some(stores, density, 8)
		}
		if len(mine) > 0 {
			fmt.Fprintf(&b, "  stores = %s\n", quoted(mine))
		}
		others := slices.DeleteFunc(slices.Clone(services), func(s string) bool { return s == service })
		if list := d.some(others, density/2, 5); len(list) > 0 {
			fmt.Fprintf(&b, "  calls = %s\n", quoted(list))
		}
		b.WriteString("}\n")
	}
	for _, store := range stores {
		model := pick(d, "relational", "relational", "relational", "relational", "key-value", "document", "wide-column", "object", "cache")
		if d.chance(0.02) {
			model = "graph"
		}
		fmt.Fprintf(&b, "store %q { model = %q }\n", store, model)
	}
	for _, event := range events {
		fmt.Fprintf(&b, "event %q { ordered = %v }\n", event, d.chance(density/2))
	}
	if d.chance(0.7) {
		for _, env := range []string{"dev", "prod", "prod-us"}[:2+d.IntN(2)] {
			preset := "production"
			if env == "dev" {
				preset = "sandbox"
			}
			fmt.Fprintf(&b, "environment %q {\n  preset = %q\n", env, preset)
			if env == "prod-us" {
				b.WriteString("  domain = \"us.example.com\"\n")
			}
			if d.chance(0.4) {
				// One program serves all environments, in as many regions.
				lines := slices.DeleteFunc(d.requirements(0.2, wild), func(line string) bool { return strings.HasPrefix(line, "  regions") && d.chance(0.8) })
				fmt.Fprintf(&b, "  requirements {\n%s\n  }\n", strings.Join(lines, "\n"))
			}
			b.WriteString("}\n")
		}
	}
	return b.String()
}

// head draws the system block.
func (d draw) head(pattern string) string {
	domain := ""
	if d.chance(0.95) {
		domain = "  domain = \"example.com\"\n"
	}
	return fmt.Sprintf("system %q {\n  pattern = %q\n%s}\n", pick(d, "shop", "s", "very-long-name-of-system"), pattern, domain)
}

// overrides draws what a team decides and assumes itself, of what the blueprint has.
func (d draw) overrides(b *blueprint.Blueprint) string {
	var text strings.Builder
	if d.chance(0.35) {
		text.WriteString("decide {\n")
		decisions := slices.Clone(b.Decisions)
		d.Shuffle(len(decisions), func(i, j int) { decisions[i], decisions[j] = decisions[j], decisions[i] })
		for _, decision := range decisions[:1+d.IntN(2)] {
			fmt.Fprintf(&text, "  %s = %q\n", decision.Name, pick(d, decision.Options...).Name)
		}
		text.WriteString("}\n")
	}
	if d.chance(0.15) {
		text.WriteString("assume {\n")
		for _, a := range b.Assumptions {
			if d.chance(0.15) && !strings.HasPrefix(a.Name, "token_") && a.Name != "static_path" {
				fmt.Fprintf(&text, "  %s = %s\n", a.Name, pick(d, "0", "0.01", "0.5", "3", "40", "1000", "1000000"))
			}
		}
		text.WriteString("}\n")
	}
	return text.String()
}
