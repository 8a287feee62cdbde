// Command gen writes table.json: how the resource types and properties of the Pulumi AWS provider are
// called in the Terraform AWS provider that it is built from.
//
// Neither side publishes this in a Go module, so it is derived from what both sides do publish:
//
//   - the source of the Pulumi SDK in the module cache, in the version that go.mod requires: the type
//     tokens that the constructors register, and the plain structures with their pulumi tags;
//   - the schema of the Terraform provider, kept beside this program without its descriptions.
//
// A type is matched by its name and, more so, by its properties, rare ones counting more; properties by the
// rules that Pulumi's bridge names them by (camel case, lists in the plural, a list of at most one element as
// that element), and the few that Pulumi renamed by hand by likeness. What was matched by likeness only, and
// what was not matched, is printed with -v.
//
// After an update of the SDK to one built from another version of the Terraform provider, make the schema
// anew, in a folder whose required_providers pins that version:
//
//	terraform init && terraform providers schema -json >schema.json
//	go run ./internal/tfplan/gen -reduce schema.json -version 5.100.0 -schema internal/tfplan/gen/schema.json.gz
package main

import (
	"flag"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

const sdkModule = "github.com/pulumi/pulumi-aws/sdk/v6"

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	schemaFile := flag.String("schema", "gen/schema.json.gz", "the reduced schema of the Terraform provider")
	out := flag.String("out", "table.json", "the table to write")
	reduce := flag.String("reduce", "", "a file with the output of `terraform providers schema -json`, to write as the reduced schema")
	version := flag.String("version", "", "with -reduce: the version of the Terraform provider")
	verbose := flag.Bool("v", false, "print what was guessed or not matched")
	flag.Parse()
	var err error
	if *reduce != "" {
		err = reduceSchema(*reduce, *version, *schemaFile)
	} else {
		err = generate(*schemaFile, *out, *verbose)
	}
	if err != nil {
		log.Fatal(err)
	}
}

var versionInPath = regexp.MustCompile(`@v([^/]+)$`)

func generate(schemaFile, out string, verbose bool) error {
	listed, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", sdkModule).Output()
	if err != nil {
		return err
	}
	dir := strings.TrimSpace(string(listed))
	sdk, err := readSDK(filepath.Join(dir, "go", "aws"))
	if err != nil {
		return err
	}
	schema, err := readSchema(schemaFile)
	if err != nil {
		return err
	}
	t := match(sdk, schema)
	if found := versionInPath.FindStringSubmatch(filepath.ToSlash(dir)); found != nil {
		t.pulumi = found[1]
	}
	if verbose {
		for _, line := range t.notes {
			log.Print(line)
		}
	}
	log.Printf("%d of %d types matched, %d of %d properties; %d by likeness", len(t.types), len(sdk.resources), t.matched, t.properties, t.guessed)
	return os.WriteFile(out, t.encode(), 0o644)
}
