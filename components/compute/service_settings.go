package compute

import (
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A web server that listens on 8080 as an unprivileged user, writes below /tmp
// only, exists for x86_64 and arm64, and is pulled without credentials
// (https://github.com/nginxinc/docker-nginx-unprivileged).
const placeholderImage = "public.ecr.aws/nginx/nginx-unprivileged:stable"

// serviceSettings are the plain arguments of a Service with all defaults filled in.
type serviceSettings struct {
	image, architecture, discoveryName string

	port, cpu, memory                            int
	minTasks, maxTasks, cpuTarget, backlog       int
	logRetention, stopTimeout, gracePeriod       int
	readonlyRootFilesystem, executeCommand, spot bool
}

func settle(s *convention.Scope, args *ServiceArgs) serviceSettings {
	set := serviceSettings{
		image: args.Image, architecture: args.Architecture, discoveryName: args.DiscoveryName,

		port:         convention.Or(args.Port, 8080),
		cpu:          convention.Choose(args.Cpu, s.Preset, 512, 256),
		minTasks:     convention.Choose(args.MinTasks, s.Preset, 2, 1),
		cpuTarget:    convention.Or(args.CpuTargetPercent, 60),
		backlog:      convention.Or(args.BacklogPerTask, 100),
		logRetention: convention.Choose(args.LogRetentionDays, s.Preset, 90, 7),
		stopTimeout:  convention.Or(args.StopTimeoutSeconds, 30),
		gracePeriod:  convention.Or(args.HealthCheckGracePeriodSeconds, 60),

		readonlyRootFilesystem: convention.Or(args.ReadonlyRootFilesystem, true),
		executeCommand:         convention.Or(args.ExecuteCommand, false),
		spot:                   convention.Choose(args.Spot, s.Preset, false, true),
	}
	set.memory = convention.Or(args.MemoryMib, 2*set.cpu)
	set.maxTasks = max(convention.Choose(nil, s.Preset, 10, 2), 2*set.minTasks)
	if args.MaxTasks != nil {
		set.maxTasks = *args.MaxTasks
	}
	if set.image == "" {
		set.image = placeholderImage
	}
	if set.architecture == "" {
		set.architecture = "x86_64"
	}
	if set.discoveryName == "" {
		set.discoveryName = s.Name
	}
	return set
}

// serviceBuilder is one construction of a Service: what it is made from, and the
// children made so far that others refer to.
type serviceBuilder struct {
	*convention.Scope
	serviceSettings
	args    *ServiceArgs
	account convention.Account

	logs           *cloudwatch.LogGroup
	tasks, clients *ec2.SecurityGroup
	executionRole  *iam.Role
	taskRole       *iam.Role
	tlsRole        *iam.Role // nil without TLS
	definition     *ecs.TaskDefinition
	service        *ecs.Service

	// before holds what a task needs from its first second on but does not refer to:
	// permissions and rules.
	before []pulumi.Resource
}
