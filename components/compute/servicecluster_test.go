package compute_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// cluster records a ServiceCluster "shop" and its outputs.
func cluster(t *testing.T, args *compute.ServiceClusterArgs) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(func(ctx *pulumi.Context) error {
		_, err := compute.NewServiceCluster(ctx, "shop", args)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// same compares a list of resources or a decoded document with what it should be.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// refused checks that a program fails with exactly these sentences.
func refused(t *testing.T, program pulumi.RunFunc, want ...string) {
	t.Helper()
	rec, err := recorder.Run(program)
	if err == nil {
		t.Fatalf("accepted; want\n%s", strings.Join(want, "\n"))
	}
	same(t, "problems", strings.Split(err.Error(), "\n"), want)
	same(t, "resources registered", rec.List(), []string{})
}

const (
	clusterType   = "aws:ecs/cluster:Cluster"
	providersType = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
	namespaceType = "aws:servicediscovery/httpNamespace:HttpNamespace"
	existing      = pulumi.String("arn:aws:ecs:eu-central-1:123456789012:cluster/company")
)

func TestServiceCluster(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ preset, insights, provider string }{
		{"", "enhanced", "FARGATE"},
		{"production", "enhanced", "FARGATE"},
		{"sandbox", "disabled", "FARGATE_SPOT"},
	} {
		t.Run("preset "+test.preset, func(t *testing.T) {
			t.Parallel()
			rec := cluster(t, &compute.ServiceClusterArgs{Preset: test.preset, Tags: pulumi.StringMap{"Team": pulumi.String("commerce")}})
			same(t, "resources", rec.List(), []string{
				clusterType + " shop-cluster",
				providersType + " shop-capacity-providers",
				namespaceType + " shop-namespace",
				compute.ServiceClusterToken + " shop",
			})
			made := rec.Find(clusterType, "shop-cluster")
			same(t, "settings", made.Input("settings"), []any{map[string]any{"name": "containerInsights", "value": test.insights}})
			same(t, "tags", made.Input("tags"), map[string]any{"Team": "commerce"})
			namespace := rec.Find(namespaceType, "shop-namespace")
			same(t, "namespace of the cluster", made.Input("serviceConnectDefaults.namespace"), namespace.Output("arn"))
			same(t, "name of the namespace, which has to be unique", namespace.Input("name"), nil)
			same(t, "execute-command configuration", made.Input("configuration"), nil)

			providers := rec.Find(providersType, "shop-capacity-providers")
			same(t, "capacity providers", providers.Input("capacityProviders"), []any{"FARGATE", "FARGATE_SPOT"})
			same(t, "default strategy", providers.Input("defaultCapacityProviderStrategies"), []any{map[string]any{"capacityProvider": test.provider, "weight": 1.0}})

			component := rec.Find(compute.ServiceClusterToken, "shop")
			same(t, "outputs", component.Outputs, map[string]any{
				"arn": made.Output("arn"), "name": made.Output("name"), "namespaceArn": namespace.Output("arn"),
			})
		})
	}
}

// A service must not start before the capacity providers are there, and must be gone before they are.
func TestServiceClusterUsersWaitForCapacity(t *testing.T) {
	t.Parallel()
	rec, err := recorder.Run(func(ctx *pulumi.Context) error {
		c, err := compute.NewServiceCluster(ctx, "shop", nil)
		if err != nil {
			return err
		}
		_, err = servicediscovery.NewHttpNamespace(ctx, "user", &servicediscovery.HttpNamespaceArgs{Description: c.Arn})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	providers := rec.Find(providersType, "shop-capacity-providers").URN
	if user := rec.Find(namespaceType, "user"); !strings.Contains(strings.Join(user.Dependencies, "\n"), providers) {
		t.Errorf("what uses the cluster depends on %v only", user.Dependencies)
	}
}

func TestServiceClusterArguments(t *testing.T) {
	t.Parallel()
	key := "arn:aws:kms:eu-central-1:123456789012:key/1"
	rec := cluster(t, &compute.ServiceClusterArgs{
		Namespace: "shop.internal", KmsKeyArn: pulumi.String(key), ContainerInsights: pulumi.BoolRef(false),
		Transform: compute.ServiceClusterTransform{
			Cluster: func(a *ecs.ClusterArgs, _ *[]pulumi.ResourceOption) { a.Name = pulumi.String("mine") },
			CapacityProviders: func(_ *ecs.ClusterCapacityProvidersArgs, o *[]pulumi.ResourceOption) {
				*o = append(*o, pulumi.Protect(true))
			},
			Namespace: func(a *servicediscovery.HttpNamespaceArgs, _ *[]pulumi.ResourceOption) {
				a.Description = pulumi.String("ours")
			},
		},
	})
	made := rec.Find(clusterType, "shop-cluster")
	same(t, "settings", made.Input("settings[0].value"), "disabled")
	same(t, "sessions", made.Input("configuration.executeCommandConfiguration"), map[string]any{"kmsKeyId": key, "logging": "DEFAULT"})
	same(t, "name, transformed", made.Input("name"), "mine")
	same(t, "capacity providers, transformed", rec.Find(providersType, "shop-capacity-providers").Protect, true)
	same(t, "namespace", rec.Find(namespaceType, "shop-namespace").Inputs, map[string]any{"name": "shop.internal", "description": "ours"})
}

func TestExistingCluster(t *testing.T) {
	t.Parallel()
	rec := cluster(t, &compute.ServiceClusterArgs{ExistingClusterArn: existing})
	same(t, "resources", rec.List(), []string{namespaceType + " shop-namespace", compute.ServiceClusterToken + " shop"})
	same(t, "outputs", rec.Find(compute.ServiceClusterToken, "shop").Outputs, map[string]any{
		"arn": string(existing), "name": "company", "namespaceArn": rec.Find(namespaceType, "shop-namespace").Output("arn"),
	})
}

func TestServiceClusterRefuses(t *testing.T) {
	t.Parallel()
	const prefix = `scaffold:compute:ServiceCluster "shop": `
	const owner = "would change nothing: an existing cluster is left to its owner. Leave it out, and set it there"
	for name, test := range map[string]struct {
		args *compute.ServiceClusterArgs
		want []string
	}{
		"everything at once": {
			&compute.ServiceClusterArgs{Preset: "prod", Namespace: "my shop", ContainerInsights: pulumi.BoolRef(true), KmsKeyArn: pulumi.String("k"), ExistingClusterArn: existing},
			[]string{
				`preset: "prod" is not a preset; use "sandbox" or "production"`,
				`namespace: "my shop" is not a name of a namespace; use 1 to 1024 visible ASCII characters, as shop-production`,
				"containerInsights: " + owner,
				"kmsKeyArn: " + owner,
			},
		},
		"a name for an ARN": {
			&compute.ServiceClusterArgs{ExistingClusterArn: pulumi.String("company")},
			[]string{`existingClusterArn: "company" is not the ARN of an ECS cluster; write it as arn:aws:ecs:eu-central-1:123456789012:cluster/shop`},
		},
		"a namespace too long": {
			&compute.ServiceClusterArgs{Namespace: strings.Repeat("n", 1025)},
			[]string{`namespace: "` + strings.Repeat("n", 1025) + `" is not a name of a namespace; use 1 to 1024 visible ASCII characters, as shop-production`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range test.want {
				test.want[i] = prefix + test.want[i]
			}
			refused(t, func(ctx *pulumi.Context) error {
				_, err := compute.NewServiceCluster(ctx, "shop", test.args)
				return err
			}, test.want...)
		})
	}
}
