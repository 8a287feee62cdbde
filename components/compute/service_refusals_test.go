package compute_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestServiceRequires(t *testing.T) {
	t.Parallel()
	refused(t, func(ctx *pulumi.Context) error {
		_, err := compute.NewService(ctx, "orders", nil)
		return err
	},
		`scaffold:compute:Service "orders": clusterArn: is required: tasks run in a cluster; give the arn of a ServiceCluster`,
		`scaffold:compute:Service "orders": clusterName: is required: metrics and scaling know the service by its cluster's name; give the name of a ServiceCluster`,
		`scaffold:compute:Service "orders": vpcId: is required: the service's security groups are made in it; give the VPC of the subnets`,
		`scaffold:compute:Service "orders": subnetIds: is required: tasks run in subnets; give the private ones of a Network`,
	)
}

func TestServiceRefuses(t *testing.T) {
	t.Parallel()
	text, number := pulumi.String("x"), pulumi.IntRef
	retention := "use one of [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]"
	const variable = " is not a name of an environment variable; use letters, digits and underscores, as DATABASE_URL"
	for name, test := range map[string]struct {
		set  func(*compute.ServiceArgs)
		want []string
	}{
		"preset":             {func(a *compute.ServiceArgs) { a.Preset = "prod" }, []string{`preset: "prod" is not a preset; use "sandbox" or "production"`}},
		"image with a space": {func(a *compute.ServiceArgs) { a.Image = "acme/orders: 1" }, []string{`image: "acme/orders: 1" is not an image; write it as registry.example.com/team/orders:1.4`}},
		"image as an address": {func(a *compute.ServiceArgs) { a.Image = "https://ghcr.io/acme/orders" }, []string{
			`image: "https://ghcr.io/acme/orders" is not an image; write it as registry.example.com/team/orders:1.4`,
		}},
		"image in capitals": {func(a *compute.ServiceArgs) { a.Image = "acme/Orders" }, []string{`image: "acme/Orders" is not an image; write it as registry.example.com/team/orders:1.4`}},
		"port":              {func(a *compute.ServiceArgs) { a.Port = number(70000) }, []string{"port: 70000 is out of range; use 1 to 65535 (TCP)"}},
		"architecture":      {func(a *compute.ServiceArgs) { a.Architecture = "amd64" }, []string{`architecture: "amd64" is not possible; use one of x86_64, arm64`}},
		"health command": {func(a *compute.ServiceArgs) { a.HealthCommand = []string{"CMD-SHELL", "true"} }, []string{
			`healthCommand: starts with CMD-SHELL, which is added by itself; give the command only, and for a shell ["sh", "-c", "…"]`,
		}},
		"stop timeout": {func(a *compute.ServiceArgs) { a.StopTimeoutSeconds = number(300) }, []string{"stopTimeoutSeconds: 300 is out of range; use 2 to 120 (what Fargate allows)"}},
		"cpu":          {func(a *compute.ServiceArgs) { a.Cpu = number(300) }, []string{"cpu: Fargate has no tasks of 300 CPU units; use one of [256 512 1024 2048 4096 8192 16384]"}},
		"memory of the smallest": {func(a *compute.ServiceArgs) { a.Cpu, a.MemoryMib = number(256), number(1536) }, []string{
			"memoryMib: Fargate has no tasks of 256 CPU units and 1536 MiB; use 512, 1024 or 2048",
		}},
		"memory out of range": {func(a *compute.ServiceArgs) { a.MemoryMib = number(8192) }, []string{
			"memoryMib: Fargate has no tasks of 512 CPU units and 8192 MiB; use 1024 to 4096 in steps of 1024",
		}},
		"memory between steps": {func(a *compute.ServiceArgs) { a.Cpu, a.MemoryMib = number(16384), number(36864) }, []string{
			"memoryMib: Fargate has no tasks of 16384 CPU units and 36864 MiB; use 32768 to 122880 in steps of 8192",
		}},
		"no tasks":          {func(a *compute.ServiceArgs) { a.MinTasks = number(0) }, []string{"minTasks: 0 is out of range; use 1 to 5000 (tasks of an ECS service)"}},
		"bounds":            {func(a *compute.ServiceArgs) { a.MinTasks, a.MaxTasks = number(5), number(4) }, []string{"maxTasks: 4 is less than minTasks, 5; use at least 5"}},
		"a default bound":   {func(a *compute.ServiceArgs) { a.MaxTasks = number(1) }, []string{"maxTasks: 1 is less than minTasks, 2; use at least 2"}},
		"cpu target":        {func(a *compute.ServiceArgs) { a.CpuTargetPercent = number(95) }, []string{"cpuTargetPercent: 95 is out of range; use 10 to 90 (below, tasks are paid for and idle; above, new ones come too late)"}},
		"backlog, no queue": {func(a *compute.ServiceArgs) { a.BacklogPerTask = number(5) }, []string{"backlogPerTask: means nothing without a queue; give queueName too, or leave it out"}},
		"no backlog":        {func(a *compute.ServiceArgs) { a.QueueName, a.BacklogPerTask = text, number(0) }, []string{"backlogPerTask: 0 is out of range; use 1 to 1000000 (messages)"}},
		"security groups": {func(a *compute.ServiceArgs) { a.SecurityGroupIds = pulumi.StringArray{text, text, text, text, text} }, []string{
			"securityGroupIds: 5 are too many: a network interface has 5 security groups and one is the service's own; use at most 4",
		}},
		"grace without load balancer": {func(a *compute.ServiceArgs) { a.HealthCheckGracePeriodSeconds = number(30) }, []string{
			"healthCheckGracePeriodSeconds: is about the health checks of a load balancer; give targetGroupArn too, or leave it out",
		}},
		"a load balancer kept out": {func(a *compute.ServiceArgs) { a.TargetGroupArn = text }, []string{
			"ingressSecurityGroupIds: nothing may connect to the tasks, so the load balancer would find none healthy; give its security group",
		}},
		"discovery without namespace": {func(a *compute.ServiceArgs) { a.DiscoveryName = "orders" }, []string{
			"discoveryName: is a name in a namespace; give namespaceArn too, or leave it out",
		}},
		"discovery": {func(a *compute.ServiceArgs) { a.NamespaceArn, a.DiscoveryName = namespace, "Orders_1" }, []string{
			`discoveryName: "Orders_1" cannot be a host name; use up to 63 lower-case letters, digits and hyphens`,
		}},
		"egress ports": {func(a *compute.ServiceArgs) { a.EgressPorts = []string{"5432", "0", "080", "443", "5432", "http"} }, []string{
			`egressPorts: "0" is not a TCP port; use a number from 1 to 65535`,
			`egressPorts: "080" is not a TCP port; use a number from 1 to 65535`,
			"egressPorts: 443 is open already; leave it out",
			"egressPorts: 5432 is there twice; leave one out",
			`egressPorts: "http" is not a TCP port; use a number from 1 to 65535`,
		}},
		"retention": {func(a *compute.ServiceArgs) { a.LogRetentionDays = number(10) }, []string{"logRetentionDays: CloudWatch Logs cannot keep logs for 10 days; " + retention}},
		"a key for no secrets": {func(a *compute.ServiceArgs) { a.SecretsKmsKeyArn = text }, []string{
			"secretsKmsKeyArn: has nothing to decrypt; give secrets too, or leave it out",
		}},
		"variables": {func(a *compute.ServiceArgs) {
			a.Environment = pulumi.StringMap{"A=B": text, "TOKEN": text}
			a.Secrets = pulumi.StringMap{"1ST": pulumi.String(secretArn), "TOKEN": pulumi.String(secretArn)}
		}, []string{
			`environment: "A=B"` + variable,
			`secrets: "1ST"` + variable,
			"secrets: TOKEN is in environment too, and ECS takes a name once; leave one out",
		}},
		"a shell on a read-only system": {func(a *compute.ServiceArgs) { a.ExecuteCommand = pulumi.BoolRef(true) }, []string{
			"executeCommand: does not work on a read-only root filesystem, since the agent behind it writes there; set readonlyRootFilesystem to false too, or do without",
		}},
		"all at once": {func(a *compute.ServiceArgs) { a.Image, a.Port, a.MinTasks = "?", number(0), number(-1) }, []string{
			`image: "?" is not an image; write it as registry.example.com/team/orders:1.4`,
			"port: 0 is out of range; use 1 to 65535 (TCP)",
			"minTasks: -1 is out of range; use 1 to 5000 (tasks of an ECS service)",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range test.want {
				test.want[i] = `scaffold:compute:Service "orders": ` + test.want[i]
			}
			refused(t, program("orders", test.set), test.want...)
		})
	}
}

func TestEverySizeOfFargate(t *testing.T) {
	t.Parallel()
	for cpu, sizes := range map[int][]int{
		256: {512, 1024, 2048}, 512: {1024, 2048, 3072, 4096}, 1024: {2048, 8192}, 2048: {4096, 5120, 16384},
		4096: {8192, 30720}, 8192: {16384, 20480, 61440}, 16384: {32768, 40960, 122880},
	} {
		for _, memory := range sizes {
			service(t, func(a *compute.ServiceArgs) { a.Cpu, a.MemoryMib = &cpu, &memory })
		}
		service(t, func(a *compute.ServiceArgs) { a.Cpu = &cpu }) // the default of memory goes with it
	}
}
