package system

import (
	"bytes"
	"fmt"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Starter returns the text of a new system.hcl for a system of the given name: every requirement with the value
// that would be assumed for it and the reason, and the environments dev and prod. An empty pattern leaves the
// choice to the recommendation. The text is formatted, and Parse finds nothing wrong with it as long as the
// names are valid.
func Starter(name, pattern string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "system %s {\n", quote(name))
	if pattern != "" {
		fmt.Fprintf(&b, "pattern = %s\n", quote(pattern))
	}
	b.WriteString("description = \"What the system is for\"\n")
	fmt.Fprintf(&b, "# owner  = \"team-name\"\n# domain = %s # the DNS name users reach it by\n}\n\n", quote(name+".example.com"))

	b.WriteString("# How well the system must do it. These values are usual for a small system, each with its reason:\n" +
		"# replace what you know better. The design follows from them.\n")
	b.WriteString("requirements {\n")
	for _, d := range definitions {
		fmt.Fprintf(&b, "%s = %s # %s. %s\n", d.Name, d.Format(d.Default), d.Doc, d.Because)
	}
	b.WriteString("}\n\n")

	b.WriteString(starterServices + starterAssume)
	b.WriteString("environment \"dev\" {\npreset = \"sandbox\" # small, cheap, easily thrown away\n}\n\n")
	b.WriteString("environment \"prod\" {\npreset = \"production\" # protected against loss, failure and mistakes\n}\n")
	return hclwrite.Format(b.Bytes())
}

// starterServices shows the blocks a team adds next. They stay comments, since nobody else can know them.
const starterServices = `# What the team runs, and where it keeps data. Without a service there is one, named after the system.
#
# service "orders" {
#   image     = "ghcr.io/acme/orders:1.4"
#   port      = 8080
#   path      = "/orders" # reachable from the internet below this path
#   publishes = ["order-placed"]
#   stores    = ["orders"]
# }
#
# store "orders" {
#   model = "relational" # or key-value, document, wide-column, graph, object, cache
# }

`

// starterAssume shows how to replace what a pattern assumes, whichever that is.
const starterAssume = `# Numbers that the design assumes where no requirement says them are listed by scaffold explain: replace what you measured.
#
# assume {
#   request_seconds = 0.25
# }

`
