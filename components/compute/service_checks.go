package compute

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var (
	// https://pkg.go.dev/github.com/distribution/reference#pkg-overview
	imageName = regexp.MustCompile(`^([a-zA-Z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[a-z0-9]+:[0-9a-f]{32,})?$`)
	// https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html, and the
	// dots and hyphens that some frameworks read.
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
	secretArn = regexp.MustCompile(`^(arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^:]+)(:[^:]*:[^:]*:[^:]*)?$`)
	// A DNS label: it becomes the host name that callers use.
	hostLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
)

// A network interface has 5 security groups by default, and one is the service's own
// (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
const foreignSecurityGroups = 4

// check refuses what AWS would refuse later, or what would fail silently.
func (b *serviceBuilder) check() {
	args := b.args
	b.Require("clusterArn", args.ClusterArn, "tasks run in a cluster; give the arn of a ServiceCluster")
	b.Require("clusterName", args.ClusterName, "metrics and scaling know the service by its cluster's name; give the name of a ServiceCluster")
	b.Require("vpcId", args.VpcId, "the service's security groups are made in it; give the VPC of the subnets")
	b.Require("subnetIds", args.SubnetIds, "tasks run in subnets; give the private ones of a Network")
	b.checkContainer()
	b.checkScaling()
	b.checkNetwork()
	b.checkTLS()
	b.LogRetention("logRetentionDays", b.logRetention)
	if args.SecretsKmsKeyArn != nil && args.Secrets == nil {
		b.Refuse("secretsKmsKeyArn", "has nothing to decrypt; give secrets too, or leave it out")
	}
	for _, err := range variableProblems(knownKeys(args.Environment), knownKeys(args.Secrets)) {
		b.Refuse(err.argument, "%s", err.problem)
	}
	if b.executeCommand && b.readonlyRootFilesystem {
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
		b.Refuse("executeCommand", "does not work on a read-only root filesystem, since the agent behind it writes there; set readonlyRootFilesystem to false too, or do without")
	}
}

func (b *serviceBuilder) checkContainer() {
	if !imageName.MatchString(b.image) {
		b.Refuse("image", "%q is not an image; write it as registry.example.com/team/orders:1.4", b.image)
	}
	b.Between("port", b.port, 1, 65535, "TCP")
	b.OneOf("architecture", b.architecture, "x86_64", "arm64")
	if command := b.args.HealthCommand; len(command) > 0 && (command[0] == "CMD" || command[0] == "CMD-SHELL") {
		b.Refuse("healthCommand", "starts with %s, which is added by itself; give the command only, and for a shell [\"sh\", \"-c\", \"…\"]", command[0])
	}
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
	b.Between("stopTimeoutSeconds", b.stopTimeout, 2, 120, "what Fargate allows")
	sizes, known := fargateMemory[b.cpu]
	switch {
	case !known:
		b.Refuse("cpu", "Fargate has no tasks of %d CPU units; use one of %v", b.cpu, slices.Sorted(maps.Keys(fargateMemory)))
	case !sizes.has(b.memory):
		b.Refuse("memoryMib", "Fargate has no tasks of %d CPU units and %d MiB; use %v", b.cpu, b.memory, sizes)
	}
}

func (b *serviceBuilder) checkScaling() {
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
	b.Between("minTasks", b.minTasks, 1, 5000, "tasks of an ECS service")
	b.Between("maxTasks", b.maxTasks, 1, 5000, "tasks of an ECS service")
	if b.minTasks > b.maxTasks {
		b.Refuse("maxTasks", "%d is less than minTasks, %d; use at least %d", b.maxTasks, b.minTasks, b.minTasks)
	}
	b.Between("cpuTargetPercent", b.cpuTarget, 10, 90, "below, tasks are paid for and idle; above, new ones come too late")
	b.Between("backlogPerTask", b.backlog, 1, 1_000_000, "messages")
	if b.args.BacklogPerTask != nil && b.args.QueueName == nil {
		b.Refuse("backlogPerTask", "means nothing without a queue; give queueName too, or leave it out")
	}
}

func (b *serviceBuilder) checkNetwork() {
	args := b.args
	if groups, known := args.SecurityGroupIds.(pulumi.StringArray); known && len(groups) > foreignSecurityGroups {
		b.Refuse("securityGroupIds", "%v", tooManyGroups(len(groups)))
	}
	if args.TargetGroupArn == nil && args.HealthCheckGracePeriodSeconds != nil {
		b.Refuse("healthCheckGracePeriodSeconds", "is about the health checks of a load balancer; give targetGroupArn too, or leave it out")
	}
	b.Between("healthCheckGracePeriodSeconds", b.gracePeriod, 0, 2_147_483_647, "what ECS allows")
	if args.TargetGroupArn != nil && len(args.IngressSecurityGroupIds) == 0 && args.SecurityGroupIds == nil {
		b.Refuse("ingressSecurityGroupIds", "nothing may connect to the tasks, so the load balancer would find none healthy; give its security group")
	}
	switch {
	case args.NamespaceArn != nil && !hostLabel.MatchString(b.discoveryName):
		b.Refuse("discoveryName", "%q cannot be a host name; use up to 63 lower-case letters, digits and hyphens", b.discoveryName)
	case args.NamespaceArn == nil && args.DiscoveryName != "":
		b.Refuse("discoveryName", "is a name in a namespace; give namespaceArn too, or leave it out")
	}
	for i, text := range args.EgressPorts {
		port, err := strconv.Atoi(text)
		switch {
		case err != nil || port < 1 || port > 65535 || strconv.Itoa(port) != text:
			b.Refuse("egressPorts", "%q is not a TCP port; use a number from 1 to 65535", text)
		case port == 443:
			b.Refuse("egressPorts", "443 is open already; leave it out")
		case slices.Contains(args.EgressPorts[:i], text):
			b.Refuse("egressPorts", "%s is there twice; leave one out", text)
		}
	}
}

func tooManyGroups(given int) error {
	return fmt.Errorf("%d are too many: a network interface has 5 security groups and one is the service's own; use at most %d", given, foreignSecurityGroups)
}

// memorySizes are the sizes in MiB that go with a number of CPU units: from low to
// high in steps, or as listed.
type memorySizes struct{ low, high, step int }

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
var fargateMemory = map[int]memorySizes{
	256:   {512, 2048, 0}, // 512, 1024 or 2048
	512:   {1024, 4096, 1024},
	1024:  {2048, 8192, 1024},
	2048:  {4096, 16384, 1024},
	4096:  {8192, 30720, 1024},
	8192:  {16384, 61440, 4096},
	16384: {32768, 122880, 8192},
}

func (m memorySizes) has(size int) bool {
	if m.step == 0 {
		return size == 512 || size == 1024 || size == 2048
	}
	return size >= m.low && size <= m.high && (size-m.low)%m.step == 0
}

func (m memorySizes) String() string {
	if m.step == 0 {
		return "512, 1024 or 2048"
	}
	return fmt.Sprintf("%d to %d in steps of %d", m.low, m.high, m.step)
}

// knownKeys are the keys of a map as far as they are known before deployment.
func knownKeys(input pulumi.StringMapInput) []string {
	known, _ := input.(pulumi.StringMap)
	return slices.Sorted(maps.Keys(known))
}

type variableProblem struct{ argument, problem string }

// variableProblems says what is wrong with the names of environment variables. It
// runs again at deployment, for maps that are known only then.
func variableProblems(environment, secrets []string) []variableProblem {
	var problems []variableProblem
	for argument, names := range map[string][]string{"environment": environment, "secrets": secrets} {
		for _, name := range names {
			if !variableName.MatchString(name) {
				problems = append(problems, variableProblem{argument, fmt.Sprintf("%q is not a name of an environment variable; use letters, digits and underscores, as DATABASE_URL", name)})
			}
		}
	}
	for _, name := range secrets {
		if slices.Contains(environment, name) {
			problems = append(problems, variableProblem{"secrets", name + " is in environment too, and ECS takes a name once; leave one out"})
		}
	}
	slices.SortFunc(problems, func(a, b variableProblem) int { return strings.Compare(a.argument+a.problem, b.argument+b.problem) })
	return problems
}
