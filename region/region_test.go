package region_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/recorder"
	"github.com/archimperative/scaffold/region"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const providerType = "pulumi:providers:aws"

// group is a component with one topic, as a component of the library would have it.
type group struct{ pulumi.ResourceState }

func newGroup(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
	g := &group{}
	if err := ctx.RegisterComponentResource("test:index:Group", name, g, opts...); err != nil {
		return err
	}
	if _, err := sns.NewTopic(ctx, name+"-topic", nil, pulumi.Parent(g)); err != nil {
		return err
	}
	return ctx.RegisterResourceOutputs(g, pulumi.Map{})
}

func record(t *testing.T, program pulumi.RunFunc, config map[string]string) *recorder.Recording {
	t.Helper()
	all := map[string]string{"aws:region": "eu-central-1"}
	for key, value := range config {
		all[key] = value
	}
	rec, err := recorder.Run(program, recorder.Config(all))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// A component takes its children along, and everything in one region has one provider,
// whichever copy of the context asks for it.
func TestIn(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		for name, place := range map[string]string{"a": "us-east-1", "b": "us-east-1", "c": "eu-west-1", "home": "", "own": "eu-central-1"} {
			option, err := region.In(ctx.WithValue("asked by", name), place)
			if err != nil {
				return err
			}
			if err := newGroup(ctx, name, option); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	if made := rec.Type(providerType); len(made) != 2 {
		t.Errorf("%d providers", len(made))
	}
	for name, want := range map[string]string{"a": "us-east-1", "b": "us-east-1", "c": "eu-west-1", "home": "eu-central-1", "own": "eu-central-1"} {
		topic := rec.Find("aws:sns/topic:Topic", name+"-topic")
		arn, _ := topic.Output("arn").(string)
		if !strings.HasPrefix(arn, "arn:aws:sns:"+want+":") {
			t.Errorf("the topic of %s is %s", name, arn)
		}
		if want == "eu-central-1" {
			if topic.Provider != "" {
				t.Errorf("the topic of %s has the provider %s", name, topic.Provider)
			}
			continue
		}
		provider := rec.Find(providerType, want)
		if provider == nil || !strings.HasPrefix(topic.Provider, provider.URN+"::") {
			t.Errorf("the topic of %s has the provider %s", name, topic.Provider)
		}
	}
}

// Runs of programs share nothing.
func TestEachRunHasItsOwn(t *testing.T) {
	t.Parallel()
	for range 2 {
		rec := record(t, func(ctx *pulumi.Context) error {
			_, err := region.In(ctx, "us-east-1")
			return err
		}, nil)
		if rec.Find(providerType, "us-east-1") == nil {
			t.Error("there is no provider")
		}
	}
}

// A component that needs a region gets the stack's provider, or one below itself.
func TestProvider(t *testing.T) {
	t.Parallel()
	for _, shared := range []bool{true, false} {
		rec := record(t, func(ctx *pulumi.Context) error {
			if shared {
				if _, err := region.In(ctx, "us-east-1"); err != nil {
					return err
				}
			}
			for _, name := range []string{"cdn-us-east-1", "dns-us-east-1"} {
				provider, err := region.Provider(ctx, "us-east-1", name)
				if err != nil {
					return err
				}
				if _, err := sns.NewTopic(ctx, name, nil, pulumi.Provider(provider)); err != nil {
					return err
				}
			}
			return nil
		}, nil)
		for _, name := range []string{"cdn-us-east-1", "dns-us-east-1"} {
			want := name
			if shared {
				want = "us-east-1"
			}
			if topic := rec.Find("aws:sns/topic:Topic", name); !strings.Contains(topic.Provider, "::"+want+"::") {
				t.Errorf("shared %v: the topic %s has the provider %s", shared, name, topic.Provider)
			}
		}
		if made, want := len(rec.Type(providerType)), map[bool]int{true: 1, false: 2}[shared]; made != want {
			t.Errorf("shared %v: %d providers", shared, made)
		}
	}
}

// A provider for another region works for the same people, and tags alike.
func TestConfiguredAsTheStackIs(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		_, err := region.In(ctx, "us-east-1")
		return err
	}, map[string]string{
		"aws:profile":              "deploy",
		"aws:defaultTags":          `{"tags":{"owner":"commerce"}}`,
		"aws:assumeRole":           `{"roleArn":"arn:aws:iam::123456789012:role/deploy","duration":"1h","transitiveTagKeys":["a"]}`,
		"aws:ignoreTags":           `{"keyPrefixes":["kubernetes.io/"]}`,
		"aws:endpoints":            `[{"sns":"http://127.0.0.1:4566"}]`,
		"aws:allowedAccountIds":    `["123456789012"]`,
		"aws:maxRetries":           "7",
		"aws:skipMetadataApiCheck": "true",
	})
	provider := rec.Find(providerType, "us-east-1")
	for input, want := range map[string]any{
		"region": "us-east-1", "profile": "deploy", "defaultTags.tags.owner": "commerce",
		"assumeRole.roleArn": "arn:aws:iam::123456789012:role/deploy", "assumeRole.duration": "1h", "assumeRole.transitiveTagKeys[0]": "a",
		"ignoreTags.keyPrefixes[0]": "kubernetes.io/", "endpoints[0].sns": "http://127.0.0.1:4566",
		"allowedAccountIds[0]": "123456789012", "maxRetries": 7.0, "skipMetadataApiCheck": true,
	} {
		if got := provider.Input(input); got != want {
			t.Errorf("%s is %v (%T), want %v", input, got, got, want)
		}
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	for _, refused := range []struct{ name, config, want string }{
		{"us-east", "", `"us-east" is not the name of an AWS region; write it like us-east-1`},
		{"US-EAST-1", "", "is not the name of an AWS region"},
		{"us-east-1", "{", "creating a provider for us-east-1: reading the configuration aws:defaultTags"},
	} {
		_, err := recorder.Run(func(ctx *pulumi.Context) error {
			_, err := region.In(ctx, refused.name)
			return err
		}, recorder.Config(map[string]string{"aws:region": "eu-central-1", "aws:defaultTags": refused.config}))
		if err == nil || !strings.Contains(err.Error(), refused.want) {
			t.Errorf("%s: %v", refused.name, err)
		}
	}
}
