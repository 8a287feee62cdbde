package main

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"testing"
	"time"

	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/archimperative/scaffold/requirements"
)

var update = flag.Bool("update", false, "write docs/controls.md anew")

// TestProgram runs the program in every environment, as a deployment and as a
// preview would, against a stand-in for AWS that accepts no mistakes.
func TestProgram(t *testing.T) {
	for _, env := range required.Environments {
		for mode, options := range map[string][]recorder.Option{"deploy": nil, "preview": {recorder.Preview()}} {
			t.Run(env.Name+"/"+mode, func(t *testing.T) {
				t.Parallel()
				if recording := record(t, env.Name, options...); len(recording.Resources) == 0 {
					t.Fatal("the program declares nothing")
				}
			})
		}
	}
}

// TestRequirements compares what the program declares with what system.hcl asks
// for. `go test -v` tells what it did not compare, and why.
func TestRequirements(t *testing.T) {
	for _, env := range required.Environments {
		t.Run(env.Name, func(t *testing.T) {
			t.Parallel()
			report := requirements.Check(record(t, env.Name), required, env.Name)
			for _, broken := range report.Broken() {
				t.Error(broken)
			}
			for _, skipped := range report.Skipped() {
				t.Log(skipped)
			}
		})
	}
}

// TestGuardrails checks the program against public controls, and for resources that
// do not fit together: alarms nobody hears, messages that get lost, doors left open.
func TestGuardrails(t *testing.T) {
	for _, env := range required.Environments {
		t.Run(env.Name, func(t *testing.T) {
			t.Parallel()
			report := guardrails.Check(record(t, env.Name), options(env.Name, time.Now()))
			for _, finding := range report.Findings {
				switch finding.Severity {
				case "critical", "high":
					t.Errorf("%s: %s", finding.Source, finding)
				default:
					t.Logf("%s (%s): %s", finding.Source, finding.Severity, finding)
				}
			}
			for _, waived := range report.Waived {
				t.Logf("waived until %s (%s): %s", waived.Until, waived.Position, waived.Finding)
			}
			for _, waiver := range report.Unused {
				t.Logf("%s: the waiver of %s waives nothing here", waiver.Position, waiver.Control)
			}
		})
	}
}

// TestControls compares docs/controls.md, the evidence for auditors, with the
// program. `go test -run TestControls -update` writes it.
func TestControls(t *testing.T) {
	const path = "docs/controls.md"
	var checked []guardrails.Checked
	var reports []requirements.Report
	for _, env := range required.Environments {
		recording := record(t, env.Name)
		// On the first of all days every waiver holds, so that the file does not change over night.
		report := guardrails.Check(recording, options(env.Name, time.Time{}))
		checked = append(checked, guardrails.Checked{Environment: env.Name, Report: report, Test: "TestGuardrails/" + env.Name})
		reports = append(reports, requirements.Check(recording, required, env.Name))
	}
	var evidence bytes.Buffer
	if err := errors.Join(guardrails.WriteControls(&evidence, checked), requirements.WriteControls(&evidence, reports...)); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, evidence.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	switch kept, err := os.ReadFile(path); {
	case errors.Is(err, fs.ErrNotExist):
		t.Skip(path + " is not written yet: go test -run TestControls -update")
	case err != nil:
		t.Fatal(err)
	case !bytes.Equal(kept, evidence.Bytes()):
		t.Error(path + " does not say what the program declares: go test -run TestControls -update")
	}
}

// options are how the guardrails are checked: with what has to be complied with and
// what is waived until a day.
func options(environment string, today time.Time) guardrails.Options {
	return guardrails.Options{Compliance: required.Compliance(environment), Waivers: waivers, Today: today.Format(time.DateOnly)}
}

func record(t *testing.T, environment string, options ...recorder.Option) *recorder.Recording {
	t.Helper()
	options = append(options, recorder.StackFile("Pulumi."+environment+".yaml"), recorder.Sources("main.go"))
	recording, err := recorder.Run(deploy, options...)
	if err != nil {
		t.Fatal(err)
	}
	return recording
}
