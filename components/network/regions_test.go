package network_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// inFrankfurt is a stack with settings that a provider for another region needs too.
var inFrankfurt = recorder.Config(map[string]string{
	"aws:region": "eu-central-1", "aws:profile": "deploy", "aws:defaultTags": `{"tags":{"owner":"commerce"}}`,
})

// wantInVirginia wants these types of a component's children in us-east-1, made
// by a provider with the settings of the stack's own.
func wantInVirginia(t *testing.T, rec *recorder.Recording, component string, types ...string) {
	t.Helper()
	provider := rec.Find("pulumi:providers:aws", component+"-us-east-1")
	if provider == nil {
		t.Fatal("there is no provider for us-east-1")
	}
	if provider.Input("region") != "us-east-1" || provider.Input("profile") != "deploy" || provider.Input("defaultTags.tags.owner") != "commerce" {
		t.Errorf("the provider is made with %v", provider.Inputs)
	}
	for _, token := range types {
		for _, res := range rec.Type(token) {
			if strings.HasPrefix(res.Name, component) && !strings.HasPrefix(res.Provider, provider.URN+"::") {
				t.Errorf("%s has provider %q", res, res.Provider)
			}
		}
	}
}

// wantNoFindings wants no wiring fault.
func wantNoFindings(t *testing.T, rec *recorder.Recording) {
	t.Helper()
	for _, finding := range guardrails.Wiring(rec) {
		t.Error(finding)
	}
}

// wantDeployError runs a program whose fault shows only when its inputs are known.
func wantDeployError(t *testing.T, program pulumi.RunFunc, want string) {
	t.Helper()
	if _, err := recorder.Run(program); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v; want %q", err, want)
	}
}
