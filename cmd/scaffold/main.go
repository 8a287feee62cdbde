// Command scaffold turns what a system must do, and how well, into a Pulumi
// program a team can own.
package main

import (
	"os"

	"github.com/archimperative/scaffold/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], cli.System())) }
