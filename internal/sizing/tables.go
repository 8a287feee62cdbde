package sizing

import (
	_ "embed" // the tables are part of the program
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/archimperative/scaffold/internal/source"
)

var (
	//go:embed data/classes.csv
	classesCSV string
	//go:embed data/regions.csv
	regionsCSV string
	//go:embed data/sla.csv
	slaCSV string
	//go:embed data/quota.csv
	quotaCSV string
	//go:embed data/price.csv
	priceCSV string
)

// Fact is one row of a table: a figure of AWS, and where it is from.
type Fact struct {
	Service, Name string
	Value         float64
	Unit          string
	AsOf          string // when it was published or read; "undated" where its page does not say
	Confidence    string
	Source        string
}

// SLAs, Quotas and Prices are the tables, sorted by service and name. Prices are in
// USD, of us-east-1; quotas are the defaults of a new account there.
func SLAs() []Fact   { return slices.Clone(slas().rows) }
func Quotas() []Fact { return slices.Clone(quotas().rows) }
func Prices() []Fact { return slices.Clone(prices().rows) }

// SLA is the percent of a month that AWS commits to for a service, such as rds, in a
// variant, such as multi-az.
func SLA(service, variant string) (float64, error) { return slas().find(service, variant) }

// Quota is a limit of a service by name.
func Quota(service, name string) (float64, error) { return quotas().find(service, name) }

// Price is what a service costs in one dimension, in USD.
func Price(service, dimension string) (float64, error) { return prices().find(service, dimension) }

var (
	slas   = sync.OnceValue(func() table { return factsOf("variant", slaCSV) })
	quotas = sync.OnceValue(func() table { return factsOf("name", quotaCSV) })
	prices = sync.OnceValue(func() table { return factsOf("dimension", priceCSV) })
)

type table struct {
	second string // what the second key is called
	rows   []Fact
}

func (t table) find(service, name string) (float64, error) {
	var services, names []string
	for _, f := range t.rows {
		if f.Service == service && f.Name == name {
			return f.Value, nil
		}
		if f.Service == service {
			names = append(names, f.Name)
		}
		services = append(services, f.Service)
	}
	if len(names) == 0 {
		services = slices.Compact(services)
		return 0, invalid("service", "%q is not in the table, which has %s.%s", service, strings.Join(services, ", "), source.Suggest(service, services))
	}
	return 0, invalid(t.second, "%q is not in the table; %s has %s.%s", name, service, strings.Join(names, ", "), source.Suggest(name, names))
}

func factsOf(second, text string) table {
	t := table{second: second}
	for _, r := range records(text) {
		t.rows = append(t.rows, Fact{r["service"], r["name"], number(r["value"]), r["unit"], r["as_of"], r["confidence"], r["source"]})
	}
	return t
}

// records are the rows of a table. The tables are part of the program and are tested,
// so that one that is no table is a fault of the program itself.
func records(text string) []map[string]string {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("sizing: a table of the program is broken: %v", err))
	}
	var list []map[string]string
	for _, row := range rows[1:] {
		r := map[string]string{}
		for i, value := range row {
			r[rows[0][i]] = value
		}
		list = append(list, r)
	}
	return list
}

func number(text string) float64 {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(fmt.Sprintf("sizing: a table of the program is broken: %v", err))
	}
	return value
}

// plain is a value without the digits that only float64 has.
func plain(value float64) float64 { return math.Round(value*1e6) / 1e6 }
