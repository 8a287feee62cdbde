package design_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/sizing"
)

var update = flag.Bool("update", false, "write docs/sizing.md anew")

// TestDocs holds docs/sizing.md, which is written by it, to the functions and tables.
func TestDocs(t *testing.T) {
	const path = "../../docs/sizing.md"
	want := sizingDocs()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s is stale (%v): run go test ./internal/design -run TestDocs -update", path, err)
	}
}

const sizingIntroduction = `# Sizing

Sizes are arithmetic that a reader can check. A blueprint computes them in its locals, with the functions below, from requirements and
from what it assumes. ` + "`scaffold explain sizes`" + ` prints each with its expression, the values in it and the source of the formula.

This page is written by ` + "`go test ./internal/design -run TestDocs -update`" + `.

## Assumptions

What no requirement says, such as how long a request takes, is an assumption of the blueprint:

` + "```hcl" + `
assumption "request_seconds" {
  value   = 0.1   # a number or a text; an expression over requirements, locals, decisions and other assumptions
  unit    = "s"   # optional
  because = "The time that one request of a small service commonly takes"
  source  = "https://example.com/measured"   # optional
}
` + "```" + `

Expressions refer to it as ` + "`assumption.request_seconds`" + `. Every assumption is listed by ` + "`scaffold new`, `scaffold explain`" + ` and in the README of the
project. A team that measured replaces it in system.hcl, or with ` + "`--set assume.request_seconds=0.3`" + `:

` + "```hcl" + `
assume {
  request_seconds = 0.3   # of the assumption's type
}
` + "```" + `

## Functions

Arguments are finite and not negative; a mistake is an error that names the argument. ` + "`scaffold list functions`" + ` has these and all others.

| call | gives | source |
|---|---|---|
`

func sizingDocs() string {
	var b strings.Builder
	b.WriteString(sizingIntroduction)
	for _, f := range design.Functions {
		if design.Sizing(f.Name) {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Signature(), f.Doc, f.Source)
		}
	}
	b.WriteString(`
A burstable class (T4g) counts with its baseline for database_class: what it can use all the time, such as 0.2 vCPUs of a db.t4g.micro.
Connections count with three quarters of the memory there, since RDS computes max_connections from the memory that the operating system
leaves; class_connections gives the formula's result on all of it, as the alarms of the components take it. MySQL is chosen by the prices of PostgreSQL, and costs the same or a little less.

`)
	for _, table := range []struct {
		title, call string
		rows        []sizing.Fact
	}{
		{"Service level agreements: what AWS commits to", "sla", sizing.SLAs()},
		{"Quotas: the defaults of a new account in us-east-1", "quota", sizing.Quotas()},
		{"Prices: USD in us-east-1", "price", sizing.Prices()},
	} {
		fmt.Fprintf(&b, "## %s\n\n| call | value | unit | as of | confidence |\n|---|---|---|---|---|\n", table.title)
		for _, f := range table.rows {
			fmt.Fprintf(&b, "| `%s(%q, %q)` | %v | %s | %s | %s |\n", table.call, f.Service, f.Name, f.Value, f.Unit, f.AsOf, f.Confidence)
		}
		b.WriteString("\n")
	}
	b.WriteString("The sources of the rows stand beside them in `internal/sizing/data`.\n\n" +
		"## Classes\n\nPrices are of one instance in us-east-1: RDS for PostgreSQL, Aurora standard, Valkey, EC2 with Linux. Functions choose from the current ones.\n\n" +
		"| class | of | current | vCPUs | sustained | GiB | USD/hour | as of | confidence |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, c := range sizing.Classes() {
		fmt.Fprintf(&b, "| %s | %s | %v | %v | %v | %v | %v | %s | %s |\n", c.Name, c.Kind, c.Current, c.VCPUs, c.Sustained(), c.MemoryGiB, c.USDPerHour, c.AsOf, c.Confidence)
	}
	b.WriteString("\n## Regions\n\n| region | place | latitude | longitude |\n|---|---|---|---|\n")
	for _, r := range sizing.Regions() {
		fmt.Fprintf(&b, "| %s | %s | %v | %v |\n", r.Name, r.Place, r.Latitude, r.Longitude)
	}
	return b.String()
}
