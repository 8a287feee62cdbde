// Command stack is the Pulumi program behind the Pulumi.yaml at the root: it
// deploys a system straight from its system.hcl, without a project of its own.
//
//	pulumi preview -c scaffold:system=examples/shop/system.hcl -c scaffold:environment=prod
//
// A relative path starts at the folder of Pulumi.yaml. Without an environment it
// takes the one called as the stack, or else the first.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/archimperative/scaffold/blueprints"
	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/assemble"
	"github.com/archimperative/scaffold/internal/catalog"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() { pulumi.Run(deploy) }

func deploy(ctx *pulumi.Context) error {
	cfg := config.New(ctx, "scaffold")
	path, err := cfg.Try("system")
	if err != nil {
		return fmt.Errorf("which system? Name its file: pulumi preview -c scaffold:system=examples/shop/system.hcl")
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(ctx.RootDirectory(), path)
	}
	d, err := read(path, cfg.Get("environment"), ctx.Stack())
	if err != nil {
		return err
	}
	region := config.New(ctx, "aws").Get("region")
	if region != "" && region != d.Region {
		return fmt.Errorf("aws:region is %s, but the system asks for %s in %s: pulumi config set aws:region %s", region, d.Region, d.Environment, d.Region)
	}
	return assemble.Deploy(ctx, d)
}

// read designs the system in a file for one environment.
func read(path, environment, stack string) (*design.Design, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading the system: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > source.MaxBytes {
		return nil, fmt.Errorf("reading the system: %s is not a file of at most %d bytes", path, source.MaxBytes)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the system: %w", err)
	}
	s, diags := system.Parse(text, filepath.Base(path))
	if diags.HasErrors() {
		return nil, problems(diags)
	}
	env, err := choose(s, environment, stack)
	if err != nil {
		return nil, err
	}
	patterns, err := catalog.Open(blueprints.Files)
	if err != nil {
		return nil, err
	}
	if s.Pattern == "" {
		return nil, fmt.Errorf("the system names no pattern; add pattern = %q to its system block", patterns.Patterns()[0])
	}
	b, diags, err := patterns.Blueprint(s.Pattern)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, errors.New(patterns.Unknown(s.Pattern))
	}
	library, err := schema.Parse(components.Schema)
	if err != nil {
		return nil, err
	}
	diags = append(diags, design.Check(b, library)...)
	if diags.HasErrors() {
		return nil, problems(diags)
	}
	d, diags := design.Evaluate(s, env, b, library)
	if diags.HasErrors() {
		return nil, problems(diags)
	}
	return d, nil
}

func choose(s *system.System, environment, stack string) (*system.Environment, error) {
	var names []string
	for _, env := range s.Environments {
		if env.Name == environment || environment == "" && env.Name == stack {
			return env, nil
		}
		names = append(names, env.Name)
	}
	if environment != "" {
		return nil, fmt.Errorf("the system has no environment %q; it has %s", environment, strings.Join(names, ", "))
	}
	return s.Environments[0], nil
}

// problems is all errors as one, a line each.
func problems(diags hcl.Diagnostics) error {
	return errors.Join(diags.Errs()...)
}
