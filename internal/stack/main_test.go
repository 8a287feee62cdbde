package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/recorder"
)

func run(t *testing.T, config map[string]string) (*recorder.Recording, error) {
	t.Helper()
	return recorder.Run(deploy, recorder.Project("scaffold"), recorder.Stack("prod"), recorder.Config(config))
}

func TestDeploysAnySystem(t *testing.T) {
	example, err := filepath.Abs("../../examples/shop/system.hcl")
	if err != nil {
		t.Fatal(err)
	}
	prod, err := run(t, map[string]string{"scaffold:system": example, "aws:region": "eu-central-1"})
	if err != nil {
		t.Fatal(err)
	}
	dev, err := run(t, map[string]string{"scaffold:system": example, "scaffold:environment": "dev", "aws:region": "eu-central-1"})
	if err != nil {
		t.Fatal(err)
	}
	// The environment is the one called as the stack, unless one is named.
	const subnet = "aws:ec2/subnet:Subnet"
	if p, d := len(prod.Type(subnet)), len(dev.Type(subnet)); p != 9 || d != 6 {
		t.Errorf("%d subnets in prod and %d in dev", p, d)
	}
}

func TestSaysWhatIsMissing(t *testing.T) {
	example, err := filepath.Abs("../../examples/shop/system.hcl")
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(t.TempDir(), "bad.hcl")
	if err := os.WriteFile(bad, []byte("system \"x\" {\n  pattern = \"nothing\"\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, config := range map[string]map[string]string{
		"pulumi preview -c scaffold:system=":        {},
		"no environment \"test\"; it has dev, prod": {"scaffold:system": example, "scaffold:environment": "test"},
		"the system asks for eu-central-1 in prod":  {"scaffold:system": example, "aws:region": "us-east-1"},
		"There is no pattern \"nothing\"":           {"scaffold:system": bad},
		"reading the system":                        {"scaffold:system": "/nowhere/system.hcl"},
	} {
		if _, err := run(t, config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", config, err)
		}
	}
}
