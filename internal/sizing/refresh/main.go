// Command refresh writes the tables of package sizing anew.
//
// It reads four collections of AWS facts, as CSV files with a header, in the folder
// that it is given: instances.csv, prices.csv, quotas.csv and sla.csv. Which of their
// rows become which keys, and on which page of AWS to check them, stands in keys.csv
// beside this file. Rows that nobody could verify are refused.
//
//	go run ./internal/sizing/refresh -from FOLDER
package main

import (
	"cmp"
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	from := flag.String("from", "", "the folder with instances.csv, prices.csv, quotas.csv and sla.csv")
	to := flag.String("to", "internal/sizing/data", "the folder of the tables")
	keys := flag.String("keys", "internal/sizing/refresh/keys.csv", "which rows become which keys")
	flag.Parse()
	if err := refresh(*from, *to, *keys); err != nil {
		log.Fatal(err)
	}
}

type row map[string]string

func refresh(from, to, keys string) error {
	wanted, err := read(keys)
	if err != nil {
		return err
	}
	sources := map[string]struct{ file, service, name, value, asOf string }{
		"sla":   {"sla.csv", "service", "variant", "sla_percent", "page_date"},
		"quota": {"quotas.csv", "service", "quota", "value", "as_of"},
		"price": {"prices.csv", "service", "dimension", "usd", "as_of"},
	}
	for _, table := range []string{"sla", "quota", "price"} {
		s := sources[table]
		rows, err := read(filepath.Join(from, s.file))
		if err != nil {
			return err
		}
		out := [][]string{{"service", "name", "value", "unit", "as_of", "confidence", "source"}}
		for _, key := range wanted {
			if key["table"] != table {
				continue
			}
			at := slices.IndexFunc(rows, func(r row) bool {
				return r[s.service] == key["from_service"] && r[s.name] == key["from_name"] && r["tier"] == key["tier"]
			})
			if at < 0 {
				return fmt.Errorf("%s has no row %q %q %q", s.file, key["from_service"], key["from_name"], key["tier"])
			}
			r := rows[at]
			value, err := strconv.ParseFloat(r[s.value], 64)
			if err != nil {
				return fmt.Errorf("%s, %q %q: %w", s.file, key["from_service"], key["from_name"], err)
			}
			confidence := confidenceIn(r["confidence"])
			if r["basis"] == "modelled" {
				confidence = "modelled: AWS commits to nothing"
			} else if strings.HasPrefix(confidence, "recalled") {
				return fmt.Errorf("%s, %q %q is not verified", s.file, key["from_service"], key["from_name"])
			}
			unit := r["unit"]
			if table == "sla" {
				unit = "percent of a month"
			}
			out = append(out, []string{
				key["service"], key["name"], number(value), unit, cmp.Or(r[s.asOf], "undated"), confidence,
				source(key["page"], r["source"]),
			})
		}
		sortRows(out[1:], 2)
		if err := write(filepath.Join(to, table+".csv"), out); err != nil {
			return err
		}
	}
	return classes(from, to)
}

// families are the instance families that the tables hold, and whether functions
// choose from them: the newest generation that all engines of a kind offer.
var families = map[string]bool{
	"rds db.t4g": true, "rds db.m7g": true, "rds db.r7g": true,
	"rds db.t3": false, "rds db.m6g": false, "rds db.m6i": false, "rds db.r6g": false, "rds db.r6i": false,
	"aurora db.t4g": true, "aurora db.r7g": true,
	"aurora db.t3": false, "aurora db.r6g": false, "aurora db.r8g": false,
	"cache cache.t4g": true, "cache cache.m7g": true, "cache cache.r7g": true,
	"cache cache.t3": false, "cache cache.m6g": false, "cache cache.r6g": false,
	"ec2 t4g": true, "ec2 m7g": true, "ec2 c7g": true, "ec2 r7g": true,
}

func classes(from, to string) error {
	rows, err := read(filepath.Join(from, "instances.csv"))
	if err != nil {
		return err
	}
	kinds := map[string][2]string{
		"rds-postgres": {"rds", "https://aws.amazon.com/rds/postgresql/pricing/"},
		"aurora":       {"aurora", "https://aws.amazon.com/rds/aurora/pricing/"},
		"elasticache":  {"cache", "https://aws.amazon.com/elasticache/pricing/"},
		"ec2":          {"ec2", "https://aws.amazon.com/ec2/pricing/on-demand/"},
	}
	out := [][]string{{"kind", "class", "current", "vcpus", "memory_gib", "usd_per_hour", "as_of", "confidence", "source"}}
	for _, r := range rows {
		kind := kinds[r["kind"]]
		family := r["type"][:strings.LastIndex(r["type"], ".")]
		current, wanted := families[kind[0]+" "+family]
		if !wanted || r["usd_per_hour"] == "" || r["kind"] == "elasticache" && r["engine"] != "valkey" {
			continue
		}
		var numbers [3]string
		for i, column := range []string{"vcpu", "memory_gib", "usd_per_hour"} {
			value, err := strconv.ParseFloat(r[column], 64)
			if err != nil {
				return fmt.Errorf("instances.csv, %s: %w", r["type"], err)
			}
			numbers[i] = number(value)
		}
		confidence := "published"
		switch note := strings.ToLower(r["note"]); {
		case strings.Contains(note, "derived"), strings.Contains(note, "recalled"):
			confidence = "price derived from the next smaller size, which is half"
		case strings.Contains(note, "assumed equal"):
			confidence = "memory as of the generation before"
		}
		asOf := r["price_as_of"]
		if strings.HasPrefix(asOf, "undated") {
			asOf = "2026"
		}
		out = append(out, []string{
			kind[0], r["type"], map[bool]string{true: "yes", false: "no"}[current], numbers[0], numbers[1], numbers[2],
			asOf, confidence, source(kind[1], r["source"]),
		})
	}
	sortRows(out[1:], 2)
	return write(filepath.Join(to, "classes.csv"), out)
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

var (
	searched = regexp.MustCompile(`find_string( ids?)? ?[0-9, /and]*`)
	marks    = regexp.MustCompile(`(pages|docs|code|issues) corpus: |\(mirror\)|id [0-9]{6,} ?`)
	// place is something that can be looked up: a page, a file of a repository, AWS's own lists.
	place  = regexp.MustCompile(`https?://|aws\.amazon\.com|^[\w.-]+/[\w.-]+[@ ]|AWS (Price|Bulk Price|Database)`)
	blanks = regexp.MustCompile(`\s+`)
)

// source is the page of AWS to check a figure on, and where it was read.
func source(page, text string) string {
	text = marks.ReplaceAllString(searched.ReplaceAllString(text, ""), "")
	var parts []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, " ; ", "; "), "; ") {
		part = balanced(strings.Trim(blanks.ReplaceAllString(part, " "), " ;:,"))
		if part != page && place.MatchString(part) && !strings.Contains(part, "several") && !strings.Contains(part, "others") {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return page
	}
	return page + " as read in " + strings.Join(parts, "; ")
}

// confidenceIn says in the words of the tables how sure a figure is.
func confidenceIn(text string) string {
	for _, words := range [][2]string{
		{"primary (Cloud Pricing API", "primary (AWS price list)"}, {"primary (dump)", "primary (Service Quotas)"},
		{"primary(CN)", "primary (the page of AWS China)"}, {"primary(historical", "primary (an earlier page)"},
		{"primary (derived)", "derived from primary figures"}, {"primary", "primary"}, {"AWS blog", "primary (AWS blog)"},
		{"secondary+golden", "secondary, as the AWS price list has it"}, {"secondary (dataset)", "secondary (a data set)"}, {"secondary", "secondary"},
		{"derived", "derived from a larger one of the kind"},
	} {
		if strings.HasPrefix(text, words[0]) {
			return words[1]
		}
	}
	return text
}

// balanced is a text without the parenthesis that has no other one.
func balanced(text string) string {
	for _, prefix := range []string{"citing ", "pages: ", "price: ", "("} {
		text = strings.TrimPrefix(text, prefix)
	}
	if strings.Count(text, ")") > strings.Count(text, "(") {
		text = strings.TrimSuffix(text, ")")
	}
	if strings.Count(text, ")") < strings.Count(text, "(") {
		text += ")"
	}
	return text
}

func sortRows(rows [][]string, keys int) {
	slices.SortFunc(rows, func(a, b []string) int { return slices.Compare(a[:keys], b[:keys]) })
}

func read(path string) ([]row, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var rows []row
	for _, record := range records[1:] {
		r := row{}
		for i, value := range record {
			r[records[0][i]] = value
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func write(path string, rows [][]string) error {
	var text strings.Builder
	writer := csv.NewWriter(&text)
	if err := writer.WriteAll(rows); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text.String()), 0o644)
}
