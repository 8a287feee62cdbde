package main

import (
	"testing"

	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
)

// environments are those of system.hcl, with what it requires of them.
var environments = []struct {
	name   string
	region string
	zones  int // availability zones at least
}{
	// 99.95 % availability (system.hcl:17): AWS promises 99.5 % in one zone.
	{name: "dev", region: "eu-central-1", zones: 2},
	// 99.95 % availability (system.hcl:17): AWS promises 99.5 % in one zone.
	{name: "prod", region: "eu-central-1", zones: 2},
}

// TestProgram runs the program in every environment, as a deployment and as a
// preview would, against a stand-in for AWS that accepts no mistakes.
func TestProgram(t *testing.T) {
	for _, env := range environments {
		for mode, options := range map[string][]recorder.Option{"deploy": nil, "preview": {recorder.Preview()}} {
			t.Run(env.name+"/"+mode, func(t *testing.T) {
				t.Parallel()
				options := append(options, recorder.Project("shop"), recorder.StackFile("Pulumi."+env.name+".yaml"))
				recording, err := recorder.Run(deploy, options...)
				if err != nil {
					t.Fatal(err)
				}
				if len(recording.Resources) == 0 {
					t.Fatal("the program declares nothing")
				}
			})
		}
	}
}

// TestGuardrails looks for resources that do not fit together: alarms nobody
// hears, messages that get lost, data without a backup, doors left open.
func TestGuardrails(t *testing.T) {
	for _, env := range environments {
		t.Run(env.name, func(t *testing.T) {
			t.Parallel()
			for _, finding := range guardrails.Wiring(record(t, env.name)) {
				t.Error(finding)
			}
		})
	}
}

// TestRequirements compares the program with what system.hcl asks for.
func TestRequirements(t *testing.T) {
	for _, env := range environments {
		t.Run(env.name, func(t *testing.T) {
			t.Parallel()
			recording := record(t, env.name)
			if recording.Region != env.region {
				t.Errorf("Pulumi.%s.yaml deploys to %s; system.hcl asks for %s", env.name, recording.Region, env.region)
			}
			zones := map[any]bool{}
			for _, subnet := range recording.Type("aws:ec2/subnet:Subnet") {
				zones[subnet.Input("availabilityZone")] = true
			}
			if len(zones) > 0 && len(zones) < env.zones {
				t.Errorf("the network spans %d availability zones; the availability in system.hcl needs %d", len(zones), env.zones)
			}
		})
	}
}

func record(t *testing.T, environment string) *recorder.Recording {
	t.Helper()
	recording, err := recorder.Run(deploy, recorder.Project("shop"), recorder.StackFile("Pulumi."+environment+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return recording
}
