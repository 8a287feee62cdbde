package compute

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ServiceToken is the type of Service in Pulumi's state.
const ServiceToken = "scaffold:compute:Service"

// ServiceArgs are the arguments of a Service.
type ServiceArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The ARN of the ECS cluster the tasks run in. It must have the capacity providers
	// FARGATE and FARGATE_SPOT, as a ServiceCluster has.
	ClusterArn pulumi.StringInput `pulumi:"clusterArn"`
	// The name of that cluster: the dimension of the service's metrics.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// The ID of the VPC that the subnets are in.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// The IDs of the subnets the tasks run in: private ones with a way out (NAT or VPC
	// endpoints) to fetch the image. Tasks have no public addresses. For production
	// they should be in at least two availability zones.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// The IDs of security groups that let the tasks reach others, such as the
	// clientSecurityGroupId of databases and services. At most 4: a network interface
	// has 5 unless AWS raises it, and one is the service's own.
	SecurityGroupIds pulumi.StringArrayInput `pulumi:"securityGroupIds,optional"`

	// The container image. For one in a private ECR repository of the form
	// <account>.dkr.ecr.<region>.amazonaws.com/<repository>, the right to pull it is
	// granted. Default: a public web server, as a placeholder, that listens on 8080
	// and answers every path it does not know with 404.
	Image string `pulumi:"image,optional"`
	// The command of the container. Default: that of the image.
	Command []string `pulumi:"command,optional"`
	// The TCP port the container listens on. Default: 8080.
	Port *int `pulumi:"port,optional"`
	// A command run inside the container every 30 seconds that exits with 0 as long as
	// the container is well, such as ["curl", "-f", "http://localhost:8080/health"].
	// After three failures the task is replaced; the first minute does not count.
	// Default: none, since images differ in what they contain.
	HealthCommand []string `pulumi:"healthCommand,optional"`
	// CPU units of a task, 1024 to a vCPU: 256, 512, 1024, 2048, 4096, 8192 or 16384.
	// Default: 512 in production, 256 in sandbox. With a namespace, a proxy of Service
	// Connect shares it.
	Cpu *int `pulumi:"cpu,optional"`
	// Memory of a task in MiB. What is possible depends on cpu: 512, 1024 or 2048 with
	// 256; otherwise from twice cpu to about eight times, in steps of 1024 (4096 with
	// 8192, 8192 with 16384). Default: twice cpu.
	MemoryMib *int `pulumi:"memoryMib,optional"`
	// The processor architecture the image is built for: "x86_64" (default) or "arm64",
	// which is cheaper.
	Architecture string `pulumi:"architecture,optional"`
	// Run on spare capacity, which costs up to 70 % less, can be taken away with two
	// minutes' notice, and is sometimes not to be had. Default: false in production,
	// true in sandbox.
	Spot *bool `pulumi:"spot,optional"`
	// The fewest tasks that run, at least 1. Default: 2 in production, so that one can
	// fail; 1 in sandbox.
	MinTasks *int `pulumi:"minTasks,optional"`
	// The most tasks that run, at most 5000. Default: 10 in production and 2 in
	// sandbox, or twice minTasks if that is more.
	MaxTasks *int `pulumi:"maxTasks,optional"`
	// The average CPU utilization, in percent, that scaling keeps the tasks at, 10 to
	// 90. Default: 60, which leaves room until new tasks have started.
	CpuTargetPercent *int `pulumi:"cpuTargetPercent,optional"`
	// The name of the SQS queue the tasks work off: the service then scales by the
	// queue's backlog too. Default: it scales by CPU only.
	QueueName pulumi.StringPtrInput `pulumi:"queueName,optional"`
	// How many waiting messages a task may have before tasks are added: how long a
	// message may wait divided by how long one takes. Default: 100.
	BacklogPerTask *int `pulumi:"backlogPerTask,optional"`

	// Environment variables of the container. They show in the console: what is secret
	// belongs in secrets.
	Environment pulumi.StringMapInput `pulumi:"environment,optional"`
	// Environment variables that hold secrets: name to the ARN of the Secrets Manager
	// secret, followed by ":key::" for one key of a JSON secret. They are read when a
	// task starts, so a rotated secret needs a new deployment.
	Secrets pulumi.StringMapInput `pulumi:"secrets,optional"`
	// The ARN of the KMS key that encrypts the secrets. Default: kmsKeyArn; without
	// either, the secrets must be encrypted with the key AWS manages for them.
	SecretsKmsKeyArn pulumi.StringPtrInput `pulumi:"secretsKmsKeyArn,optional"`
	// IAM policies (JSON) that say what the program may do in AWS, such as the
	// readerPolicy or consumerPolicy of other components. Default: nothing.
	Policies []pulumi.StringInput `pulumi:"policies,optional"`

	// The ARN of the load balancer's target group (of type "ip") that the tasks
	// register with. It must belong to a listener already.
	TargetGroupArn pulumi.StringPtrInput `pulumi:"targetGroupArn,optional"`
	// The IDs of security groups that may connect to the port, such as a load
	// balancer's. Each gets the rule that lets it reach the tasks. Add new ones at the
	// end: AWS refuses a rule that is there already, as moving one up would make it.
	IngressSecurityGroupIds []pulumi.StringInput `pulumi:"ingressSecurityGroupIds,optional"`
	// The ARN of the Cloud Map namespace to register in with Service Connect, so that
	// other services in it can call this one by name and this one can call those. A
	// task knows the names that were there when it started.
	NamespaceArn pulumi.StringPtrInput `pulumi:"namespaceArn,optional"`
	// The name other services call this one by, unique in the namespace. Calls are HTTP
	// and are cut off after 15 seconds. Default, with namespaceArn: the name of the
	// component.
	DiscoveryName string `pulumi:"discoveryName,optional"`
	// The ARN of a CertificateAuthority: what comes to this service through the
	// namespace is then encrypted by TLS 1.3, from the proxy beside the caller to the
	// proxy beside this program. Programs change nothing: both speak plain HTTP to their
	// own proxy, and the url stays the same. Certificates and keys are made, kept in
	// Secrets Manager and renewed every 5 days by ECS. A load balancer has to speak TLS
	// to the tasks too: a Route with targetTls. It needs namespaceArn. Default: calls
	// are not encrypted.
	CertificateAuthorityArn pulumi.StringPtrInput `pulumi:"certificateAuthorityArn,optional"`
	// TCP ports the tasks may connect to anywhere, beside 443. What is inside the VPC
	// is better reached through securityGroupIds. Default: none.
	EgressPorts []string `pulumi:"egressPorts,optional"`

	// The ARN of the symmetric KMS key that encrypts the logs and, with
	// certificateAuthorityArn, the private keys of TLS. CloudWatch Logs must be let use
	// it, as a Key with the service "logs" does; ECS uses it by a role. Default: keys
	// that AWS owns.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// How long logs are kept, in days, as CloudWatch allows it. Default: 90 in
	// production, 7 in sandbox.
	LogRetentionDays *int `pulumi:"logRetentionDays,optional"`
	// Keep programs from changing the container's files. /tmp stays writable, in memory:
	// up to a quarter of memoryMib. Default: true.
	ReadonlyRootFilesystem *bool `pulumi:"readonlyRootFilesystem,optional"`
	// Let operators open a shell in the container with `aws ecs execute-command`. It
	// needs readonlyRootFilesystem to be false. Default: false.
	ExecuteCommand *bool `pulumi:"executeCommand,optional"`
	// How long a task may take to end after SIGTERM before it is killed, 2 to 120
	// seconds. Default: 30.
	StopTimeoutSeconds *int `pulumi:"stopTimeoutSeconds,optional"`
	// How long a new task may fail the load balancer's health checks, in seconds.
	// Default, with targetGroupArn: 60.
	HealthCheckGracePeriodSeconds *int `pulumi:"healthCheckGracePeriodSeconds,optional"`
	// The names of CloudWatch alarms that undo a deployment when they fire during it:
	// alarms on what users notice, such as a load balancer's errors. Default: none;
	// a deployment whose tasks do not start or do not stay healthy is undone always.
	RollbackAlarmNames []pulumi.StringInput `pulumi:"rollbackAlarmNames,optional"`

	// The ARN of the IAM policy that bounds what the component's roles can be allowed.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// The ARN of the topic that gets the component's alarms (CPU, memory, too few
	// tasks). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of everything the component creates, the tasks included, beside those of the
	// provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform ServiceTransform
}

// ServiceTransform reaches every property of the children of a Service.
type ServiceTransform struct {
	LogGroup            func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	TaskRole            func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	ExecutionRole       func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	TaskPolicy          func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)
	ExecutionPolicy     func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)
	TlsRole             func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	TlsPolicy           func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)
	SecurityGroup       func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	ClientSecurityGroup func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	IngressRule         func(*vpc.SecurityGroupIngressRuleArgs, *[]pulumi.ResourceOption)
	EgressRule          func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption)
	TaskDefinition      func(*ecs.TaskDefinitionArgs, *[]pulumi.ResourceOption)
	Service             func(*ecs.ServiceArgs, *[]pulumi.ResourceOption)
	ScalingTarget       func(*appautoscaling.TargetArgs, *[]pulumi.ResourceOption)
	ScalingPolicy       func(*appautoscaling.PolicyArgs, *[]pulumi.ResourceOption)
	Alarm               convention.AlarmTransform
}

// Service is a container that runs on Fargate in private subnets, scales by load,
// and is rolled back when a new version does not work.
type Service struct {
	pulumi.ResourceState

	// The name of the ECS service, the dimension of its metrics.
	Name pulumi.StringOutput `pulumi:"name"`
	// The ARN of the ECS service.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The ID of the tasks' own security group.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// The ID of the security group that lets its members call the service on its port:
	// one of the securityGroupIds of callers.
	ClientSecurityGroupId pulumi.StringOutput `pulumi:"clientSecurityGroupId"`
	// The ARN of the role the program runs with.
	TaskRoleArn pulumi.StringOutput `pulumi:"taskRoleArn"`
	// The name of the log group.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// Where other services in the namespace call this one: "http://orders:8080". It is
	// http with TLS too: the caller's proxy encrypts.
	// Without a namespace nobody can call it by name; the host then ends in
	// ".no-namespace.invalid", which never resolves.
	Url pulumi.StringOutput `pulumi:"url"`
}

// NewService creates a Service. It fails for sizes that Fargate does not have, for
// bounds that contradict each other, and for names that AWS does not take. It does
// not wait for the tasks to be healthy: ECS watches over that and rolls back.
func NewService(ctx *pulumi.Context, name string, args *ServiceArgs, opts ...pulumi.ResourceOption) (*Service, error) {
	if args == nil {
		args = &ServiceArgs{}
	}
	s := convention.Open(ctx, ServiceToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	b := &serviceBuilder{Scope: s, args: args, serviceSettings: settle(s, args)}
	b.check()
	service := &Service{}
	if err := s.Register(service, args, opts...); err != nil {
		return nil, err
	}

	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	b.account = account
	for _, step := range []func() error{
		b.createLogGroup, b.createSecurityGroups, b.createExecutionRole, b.createTaskRole, b.createTLSRole,
		b.createTaskDefinition, b.createService, b.createScaling, b.createAlarms,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}

	service.Name = b.service.Name
	service.Arn = b.service.ID().ToStringOutput()
	service.SecurityGroupId = b.tasks.ID().ToStringOutput()
	service.ClientSecurityGroupId = b.clients.ID().ToStringOutput()
	service.TaskRoleArn = b.taskRole.Arn
	service.LogGroupName = b.logs.Name
	host := name + ".no-namespace.invalid" // RFC 2606 keeps .invalid from ever existing
	if args.NamespaceArn != nil {
		host = b.discoveryName
	}
	service.Url = pulumi.Sprintf("http://%s:%d", host, b.port)
	return service, s.Done()
}
