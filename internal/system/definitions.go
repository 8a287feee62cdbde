package system

import (
	"slices"
	"strconv"
	"strings"
)

// Kind is what the value of an argument is.
type Kind string

// The kinds, with the Go type of their values.
const (
	Number   Kind = "number"   // float64
	Size     Kind = "size"     // float64, GiB; written as "200 GiB"
	Duration Kind = "duration" // float64, seconds; written as "200ms"
	Text     Kind = "text"     // string
	Texts    Kind = "list"     // []string
	Truth    Kind = "truth"    // bool
	Either   Kind = "either"   // float64 or string: a number or a text
)

// Definition says what one requirement is.
type Definition struct {
	Name    string
	Kind    Kind
	Unit    string  // what a number counts, "GiB" for sizes, "s" for durations, "" for texts
	Min     float64 // the least and the greatest value, both allowed, in Unit
	Max     float64
	Whole   bool     // a number has no fraction
	OneOf   []string // the texts allowed; nil where a list is checked otherwise or not at all
	Default any      // the value assumed when none is written: float64, string or []string
	Doc     string   // what it is: a phrase in lower case, without a full stop
	Because string   // why Default is assumed: one sentence
}

const (
	second = 1.0
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
	tib    = 1024.0 // GiB
	pib    = 1024 * tib
)

// definitions is the one place that knows the requirements. Their order is that of the starter file, of
// reports and of Requirements.All.
var definitions = []Definition{
	{
		Name: "requests_per_second", Kind: Number, Unit: "requests/s", Min: 0.01, Max: 10_000_000, Default: 10.0,
		Doc:     "mean over a busy hour",
		Because: "Ten requests a second are a busy hour of a small system.",
	},
	{
		Name: "peak_factor", Kind: Number, Unit: "times", Min: 1, Max: 1000, Default: 3.0,
		Doc:     "peak over the mean of a busy hour",
		Because: "Interactive traffic commonly peaks at three times its mean.",
	},
	{
		Name: "concurrent_users", Kind: Number, Unit: "users", Min: 1, Max: 1_000_000_000, Whole: true, Default: 100.0,
		Doc:     "users active at the same time",
		Because: "A hundred users who act every ten seconds make ten requests a second.",
	},
	{
		Name: "read_ratio", Kind: Number, Unit: "of 1", Min: 0, Max: 1, Default: 0.8,
		Doc:     "reads among all requests, 0 to 1",
		Because: "Most systems read four times for each write.",
	},
	{
		Name: "stored", Kind: Size, Unit: "GiB", Min: 0, Max: 100 * pib, Default: 10.0,
		Doc:     "data kept on the first day",
		Because: "A new system starts with little data.",
	},
	{
		Name: "growth_per_month", Kind: Size, Unit: "GiB", Min: 0, Max: 10 * pib, Default: 1.0,
		Doc:     "data added each month",
		Because: "A tenth of the starting size leaves years before storage matters.",
	},
	{
		Name: "latency_p99", Kind: Duration, Unit: "s", Min: 0.001, Max: 15 * minute, Default: 0.5,
		Doc:     "99 of 100 requests are answered within it",
		Because: "People notice waits of more than half a second.",
	},
	{
		Name: "availability", Kind: Number, Unit: "percent", Min: 90, Max: 99.999, Default: 99.9,
		Doc:     "percent of a month it works",
		Because: "44 minutes without service a month need no standby staff.",
	},
	{
		Name: "consistency", Kind: Text, OneOf: []string{"strong", "eventual"}, Default: "strong",
		Doc:     "\"strong\", or \"eventual\" if reads may be stale",
		Because: "Code that never meets stale reads is easier to get right.",
	},
	{
		Name: "rpo", Kind: Duration, Unit: "s", Min: 0, Max: 30 * day, Default: 5 * minute,
		Doc:     "how far back a disaster may throw the data",
		Because: "Managed databases restore to the last five minutes at no extra cost.",
	},
	{
		Name: "rto", Kind: Duration, Unit: "s", Min: 0, Max: 30 * day, Default: 4 * hour,
		Doc:     "time until it works again after a disaster",
		Because: "Half a working day is enough to restore a backup by hand.",
	},
	{
		Name: "regions", Kind: Texts, Default: []string{"us-east-1"},
		Doc:     "AWS regions, the primary first",
		Because: "It has every service at the lowest price; your users may be nearer to another.",
	},
	{
		Name: "compliance", Kind: Texts, OneOf: []string{"gdpr", "hipaa", "pci", "soc2"}, Default: []string{},
		Doc:     "any of gdpr, hipaa, pci, soc2",
		Because: "No framework binds a system unless somebody says so.",
	},
	{
		Name: "engineers", Kind: Number, Unit: "people", Min: 1, Max: 100_000, Whole: true, Default: 5.0,
		Doc:     "people who build and run it",
		Because: "Five people are the fewest who can share being on call.",
	},
	{
		Name: "monthly_budget_usd", Kind: Number, Unit: "USD/month", Min: 0, Max: 1_000_000_000, Default: 0.0,
		Doc:     "US dollars a month, 0 for no limit",
		Because: "Without a budget nothing is refused for its cost.",
	},
}

// Definitions returns what requirements there are, in order.
func Definitions() []Definition { return slices.Clone(definitions) }

// Lookup returns the definition of the requirement called name.
func Lookup(name string) (Definition, bool) {
	for _, d := range definitions {
		if d.Name == name {
			return d, true
		}
	}
	return Definition{}, false
}

// Format writes a value of the requirement as it stands in system.hcl: 99.9, "200 GiB", ["eu-west-1"].
func (d Definition) Format(value any) string {
	switch v := value.(type) {
	case float64:
		switch d.Kind {
		case Size:
			return quote(FormatSize(v))
		case Duration:
			return quote(FormatDuration(v))
		default:
			return formatNumber(v)
		}
	case string:
		return quote(v)
	case []string:
		quoted := make([]string, len(v))
		for i, s := range v {
			quoted[i] = quote(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	default:
		return ""
	}
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
