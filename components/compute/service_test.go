package compute_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	alarmType         = "aws:cloudwatch/metricAlarm:MetricAlarm"
	logGroupType      = "aws:cloudwatch/logGroup:LogGroup"
	roleType          = "aws:iam/role:Role"
	rolePolicyType    = "aws:iam/rolePolicy:RolePolicy"
	securityGroupType = "aws:ec2/securityGroup:SecurityGroup"
	ingressType       = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressType        = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	taskType          = "aws:ecs/taskDefinition:TaskDefinition"
	serviceType       = "aws:ecs/service:Service"
	targetType        = "aws:appautoscaling/target:Target"
	policyType        = "aws:appautoscaling/policy:Policy"

	keyArn    = "arn:aws:kms:eu-central-1:123456789012:key/logs"
	secretArn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-AbCdEf"
	namespace = pulumi.String("arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-shop")
)

// required are the arguments that every service needs.
func required() *compute.ServiceArgs {
	return &compute.ServiceArgs{
		ClusterArn: existing, ClusterName: pulumi.String("company"), VpcId: pulumi.String("vpc-1"),
		SubnetIds: pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")},
	}
}

// program is one service "orders", with the required arguments and what set sets.
func program(name string, set func(*compute.ServiceArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := required()
		if set != nil {
			set(args)
		}
		_, err := compute.NewService(ctx, name, args)
		return err
	}
}

func service(t *testing.T, set func(*compute.ServiceArgs)) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(program("orders", set))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func TestServiceByPreset(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		preset, provider, cpu, memory string
		least, most, days             float64
	}{
		{"", "FARGATE", "512", "1024", 2, 10, 90},
		{"production", "FARGATE", "512", "1024", 2, 10, 90},
		{"sandbox", "FARGATE_SPOT", "256", "512", 1, 2, 7},
	} {
		t.Run("preset "+test.preset, func(t *testing.T) {
			t.Parallel()
			rec := service(t, func(a *compute.ServiceArgs) { a.Preset = test.preset })
			same(t, "resources", rec.List(), []string{
				policyType + " orders-cpu",
				targetType + " orders-scaling",
				logGroupType + " orders-logs",
				securityGroupType + " orders-clients",
				securityGroupType + " orders-tasks",
				serviceType + " orders-service",
				taskType + " orders-task",
				roleType + " orders-execution",
				roleType + " orders-task",
				rolePolicyType + " orders-execution",
				egressType + " orders-clients-to-tasks",
				egressType + " orders-egress-443",
				ingressType + " orders-from-clients",
				compute.ServiceToken + " orders",
			})
			same(t, "log retention", rec.Find(logGroupType, "orders-logs").Input("retentionInDays"), test.days)
			task := rec.Find(taskType, "orders-task")
			same(t, "cpu", task.Input("cpu"), test.cpu)
			same(t, "memory", task.Input("memory"), test.memory)
			made := rec.Find(serviceType, "orders-service")
			same(t, "tasks at first", made.Input("desiredCount"), test.least)
			same(t, "capacity", made.Input("capacityProviderStrategies"), []any{map[string]any{"capacityProvider": test.provider, "weight": 1.0}})
			target := rec.Find(targetType, "orders-scaling")
			same(t, "fewest tasks", target.Input("minCapacity"), test.least)
			same(t, "most tasks", target.Input("maxCapacity"), test.most)
			same(t, "what scales", target.Input("resourceId"), "service/company/"+made.Output("name").(string))
		})
	}
}

func TestDeploymentsAreSafe(t *testing.T) {
	t.Parallel()
	rec := service(t, nil)
	made := rec.Find(serviceType, "orders-service")
	for path, want := range map[string]any{
		"cluster":                             string(existing),
		"taskDefinition":                      rec.Find(taskType, "orders-task").Output("arn"),
		"deploymentCircuitBreaker.enable":     true,
		"deploymentCircuitBreaker.rollback":   true,
		"deploymentMinimumHealthyPercent":     100.0,
		"deploymentMaximumPercent":            200.0,
		"networkConfiguration.assignPublicIp": false,
		"networkConfiguration.subnets":        []any{"subnet-1", "subnet-2"},
		"availabilityZoneRebalancing":         "ENABLED",
		"enableExecuteCommand":                false,
		"waitForSteadyState":                  false,
		"propagateTags":                       "SERVICE",
		"forceNewDeployment":                  true,
		"loadBalancers":                       nil,
		"healthCheckGracePeriodSeconds":       nil,
		"serviceConnectConfiguration":         nil,
		"alarms":                              nil,
	} {
		same(t, path, made.Input(path), want)
	}
	same(t, "security groups", made.Input("networkConfiguration.securityGroups"), []any{rec.Find(securityGroupType, "orders-tasks").ID})
	// Otherwise each deployment would undo what scaling did.
	same(t, "ignored changes", made.IgnoreChanges, []string{"desiredCount"})
	// Otherwise a rollback has nothing to go back to.
	same(t, "old revisions stay", rec.Find(taskType, "orders-task").Input("skipDestroy"), true)
	// A task that starts before its permissions and rules are there fails.
	for _, needed := range []*recorder.Resource{
		rec.Find(rolePolicyType, "orders-execution"), rec.Find(egressType, "orders-egress-443"), rec.Find(ingressType, "orders-from-clients"),
	} {
		if !strings.Contains(strings.Join(made.Dependencies, "\n"), needed.URN) {
			t.Errorf("the service does not wait for %s", needed)
		}
	}
}

func TestContainer(t *testing.T) {
	t.Parallel()
	rec := service(t, nil)
	task := rec.Find(taskType, "orders-task")
	same(t, "containers", recorder.JSON(task.Input("containerDefinitions")), []any{map[string]any{
		"name": "app", "image": "public.ecr.aws/nginx/nginx-unprivileged:stable", "essential": true,
		"readonlyRootFilesystem": true, "stopTimeout": 30.0,
		"portMappings": []any{map[string]any{"name": "http", "containerPort": 8080.0, "hostPort": 8080.0, "protocol": "tcp"}},
		"linuxParameters": map[string]any{
			"initProcessEnabled": true,
			"capabilities":       map[string]any{"drop": []any{"AUDIT_WRITE", "MKNOD", "NET_RAW"}},
			"tmpfs":              []any{map[string]any{"containerPath": "/tmp", "size": 256.0, "mountOptions": []any{"nodev", "nosuid"}}},
		},
		"logConfiguration": map[string]any{"logDriver": "awslogs", "options": map[string]any{
			"awslogs-group": rec.Find(logGroupType, "orders-logs").Output("name"), "awslogs-region": "eu-central-1",
			"awslogs-stream-prefix": "app", "mode": "non-blocking", "max-buffer-size": "25m",
		}},
	}})
	for path, want := range map[string]any{
		"family": "project-test-orders", "networkMode": "awsvpc", "requiresCompatibilities": []any{"FARGATE"},
		"runtimePlatform":  map[string]any{"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
		"executionRoleArn": rec.Find(roleType, "orders-execution").Output("arn"),
		"taskRoleArn":      rec.Find(roleType, "orders-task").Output("arn"),
	} {
		same(t, path, task.Input(path), want)
	}
}

func TestContainerArguments(t *testing.T) {
	t.Parallel()
	rec := service(t, func(a *compute.ServiceArgs) {
		a.Image, a.Command, a.Port = "ghcr.io/acme/orders:1.4", []string{"serve", "--fast"}, pulumi.IntRef(9000)
		a.HealthCommand, a.StopTimeoutSeconds = []string{"curl", "-f", "http://localhost:9000/"}, pulumi.IntRef(120)
		a.Cpu, a.MemoryMib, a.Architecture = pulumi.IntRef(8192), pulumi.IntRef(20480), "arm64"
		a.ReadonlyRootFilesystem = pulumi.BoolRef(false)
		a.Environment = pulumi.StringMap{"B": pulumi.String("2"), "A": pulumi.String("1")}
		a.Secrets = pulumi.StringMap{"PASSWORD": pulumi.String(secretArn + ":password::"), "ALL": pulumi.String(secretArn)}
		a.KmsKeyArn = pulumi.String(keyArn)
	})
	task := rec.Find(taskType, "orders-task")
	for path, want := range map[string]any{
		"image": "ghcr.io/acme/orders:1.4", "command": []any{"serve", "--fast"}, "stopTimeout": 120.0,
		"portMappings[0].containerPort": 9000.0,
		"healthCheck.command":           []any{"CMD", "curl", "-f", "http://localhost:9000/"},
		"healthCheck.startPeriod":       60.0,
		"readonlyRootFilesystem":        false,
		"linuxParameters.tmpfs":         nil,
		"environment":                   []any{map[string]any{"name": "A", "value": "1"}, map[string]any{"name": "B", "value": "2"}},
		"secrets": []any{
			map[string]any{"name": "ALL", "valueFrom": secretArn},
			map[string]any{"name": "PASSWORD", "valueFrom": secretArn + ":password::"},
		},
	} {
		same(t, path, task.Input("containerDefinitions[0]."+path), want)
	}
	same(t, "cpu", task.Input("cpu"), "8192")
	same(t, "memory", task.Input("memory"), "20480")
	same(t, "architecture", task.Input("runtimePlatform.cpuArchitecture"), "ARM64")
	same(t, "key of the logs", rec.Find(logGroupType, "orders-logs").Input("kmsKeyId"), keyArn)
	same(t, "port of the rule", rec.Find(ingressType, "orders-from-clients").Input("fromPort"), 9000.0)
}

func TestNetworkOpensExactlyThePort(t *testing.T) {
	t.Parallel()
	rec := service(t, func(a *compute.ServiceArgs) {
		a.SecurityGroupIds = pulumi.StringArray{pulumi.String("sg-database")}
		a.IngressSecurityGroupIds = []pulumi.StringInput{pulumi.String("sg-balancer")}
		a.TargetGroupArn = pulumi.String("arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/1")
		a.EgressPorts = []string{"5432"}
		a.Tags = pulumi.StringMap{"Team": pulumi.String("commerce")}
	})
	tasks, clients := rec.Find(securityGroupType, "orders-tasks").ID, rec.Find(securityGroupType, "orders-clients").ID
	rule := func(group, direction string, port float64, description string) map[string]any {
		m := map[string]any{"securityGroupId": group, "description": description, "ipProtocol": "tcp", "fromPort": port, "toPort": port, "tags": map[string]any{"Team": "commerce"}}
		if strings.Contains(direction, "/") {
			m["cidrIpv4"] = direction
		} else {
			m["referencedSecurityGroupId"] = direction
		}
		return m
	}
	got := map[string]any{}
	for _, r := range append(rec.Type(ingressType), rec.Type(egressType)...) {
		got[r.Name] = r.Inputs
	}
	same(t, "rules", got, map[string]any{
		"orders-from-clients":      rule(tasks, clients, 8080, "From the callers of the service"),
		"orders-from-caller-1":     rule(tasks, "sg-balancer", 8080, "From a group that may connect"),
		"orders-clients-to-tasks":  rule(clients, tasks, 8080, "To the tasks of orders"),
		"orders-caller-1-to-tasks": rule("sg-balancer", tasks, 8080, "To the tasks of orders"),
		"orders-egress-443":        rule(tasks, "0.0.0.0/0", 443, "Tasks to port 443 anywhere"),
		"orders-egress-5432":       rule(tasks, "0.0.0.0/0", 5432, "Tasks to port 5432 anywhere"),
	})
	for _, group := range rec.Type(securityGroupType) {
		same(t, group.Name+": rules inside the group", []any{group.Input("ingress"), group.Input("egress")}, []any{nil, nil})
		same(t, group.Name+": name shown", group.Input("tags.Name"), group.Name)
	}
	made := rec.Find(serviceType, "orders-service")
	same(t, "security groups", made.Input("networkConfiguration.securityGroups"), []any{tasks, "sg-database"})
	same(t, "load balancers", made.Input("loadBalancers"), []any{map[string]any{
		"containerName": "app", "containerPort": 8080.0, "targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/1",
	}})
	same(t, "grace period", made.Input("healthCheckGracePeriodSeconds"), 60.0)
}

func TestServiceConnect(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ discovery, want string }{{"", "orders"}, {"order-api", "order-api"}} {
		rec := service(t, func(a *compute.ServiceArgs) { a.NamespaceArn, a.DiscoveryName = namespace, test.discovery })
		made := rec.Find(serviceType, "orders-service")
		same(t, "configuration", made.Input("serviceConnectConfiguration"), map[string]any{
			"enabled": true, "namespace": string(namespace),
			"logConfiguration": map[string]any{"logDriver": "awslogs", "options": map[string]any{
				"awslogs-group": rec.Find(logGroupType, "orders-logs").Output("name"), "awslogs-region": "eu-central-1",
				"awslogs-stream-prefix": "service-connect", "mode": "non-blocking", "max-buffer-size": "25m",
			}},
			"services": []any{map[string]any{"portName": "http", "discoveryName": test.want, "clientAlias": []any{map[string]any{"dnsName": test.want, "port": 8080.0}}}},
		})
		same(t, "protocol", rec.Find(taskType, "orders-task").Input("containerDefinitions[0].portMappings[0].appProtocol"), "http")
		same(t, "url", rec.Find(compute.ServiceToken, "orders").Output("url"), "http://"+test.want+":8080")
	}
}

func TestServiceOutputs(t *testing.T) {
	t.Parallel()
	rec := service(t, nil)
	same(t, "outputs", rec.Find(compute.ServiceToken, "orders").Outputs, map[string]any{
		"name":                  rec.Find(serviceType, "orders-service").Output("name"),
		"arn":                   rec.Find(serviceType, "orders-service").ID,
		"securityGroupId":       rec.Find(securityGroupType, "orders-tasks").ID,
		"clientSecurityGroupId": rec.Find(securityGroupType, "orders-clients").ID,
		"taskRoleArn":           rec.Find(roleType, "orders-task").Output("arn"),
		"logGroupName":          rec.Find(logGroupType, "orders-logs").Output("name"),
		// Never empty, and never taken for an address that works.
		"url": "http://orders.no-namespace.invalid:8080",
	})
}

func TestScaling(t *testing.T) {
	t.Parallel()
	rec := service(t, func(a *compute.ServiceArgs) {
		a.MinTasks, a.CpuTargetPercent = pulumi.IntRef(20), pulumi.IntRef(40)
		a.QueueName, a.BacklogPerTask = pulumi.String("inbox"), pulumi.IntRef(7)
	})
	same(t, "most tasks, by default twice the fewest", rec.Find(targetType, "orders-scaling").Input("maxCapacity"), 40.0)
	same(t, "by CPU", rec.Find(policyType, "orders-cpu").Input("targetTrackingScalingPolicyConfiguration"), map[string]any{
		"targetValue": 40.0, "scaleOutCooldown": 60.0, "scaleInCooldown": 300.0,
		"predefinedMetricSpecification": map[string]any{"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
	})
	name := rec.Find(serviceType, "orders-service").Output("name")
	dimension := func(name string, value any) any { return map[string]any{"name": name, "value": value} }
	same(t, "by backlog", rec.Find(policyType, "orders-backlog").Input("targetTrackingScalingPolicyConfiguration"), map[string]any{
		"targetValue": 7.0, "scaleOutCooldown": 60.0, "scaleInCooldown": 300.0,
		"customizedMetricSpecification": map[string]any{"metrics": []any{
			map[string]any{"id": "visible", "returnData": false, "metricStat": map[string]any{"stat": "Average", "metric": map[string]any{
				"namespace": "AWS/SQS", "metricName": "ApproximateNumberOfMessagesVisible", "dimensions": []any{dimension("QueueName", "inbox")},
			}}},
			map[string]any{"id": "tasks", "returnData": false, "metricStat": map[string]any{"stat": "SampleCount", "metric": map[string]any{
				"namespace": "AWS/ECS", "metricName": "CPUUtilization", "dimensions": []any{dimension("ClusterName", "company"), dimension("ServiceName", name)},
			}}},
			map[string]any{"id": "backlog", "label": "Messages per task", "expression": "visible / tasks", "returnData": true},
		}},
	})
}

func TestServiceAlarms(t *testing.T) {
	t.Parallel()
	topic := "arn:aws:sns:eu-central-1:123456789012:alarms"
	rec := service(t, func(a *compute.ServiceArgs) {
		a.AlarmTopicArn, a.MinTasks = pulumi.String(topic), pulumi.IntRef(3)
		a.RollbackAlarmNames = []pulumi.StringInput{pulumi.String("too-many-errors")}
	})
	dimensions := map[string]any{"ClusterName": "company", "ServiceName": rec.Find(serviceType, "orders-service").Output("name")}
	for name, want := range map[string][]any{
		"orders-cpu-high":    {"CPUUtilization", "Average", "GreaterThanThreshold", 85.0, 10.0, "notBreaching"},
		"orders-memory-high": {"MemoryUtilization", "Maximum", "GreaterThanThreshold", 85.0, 5.0, "notBreaching"},
		"orders-tasks-low":   {"CPUUtilization", "SampleCount", "LessThanThreshold", 3.0, 5.0, "breaching"},
	} {
		alarm := rec.Find(alarmType, name)
		same(t, name, []any{
			alarm.Input("metricName"), alarm.Input("statistic"), alarm.Input("comparisonOperator"), alarm.Input("threshold"),
			alarm.Input("evaluationPeriods"), alarm.Input("treatMissingData"),
		}, want)
		same(t, name+": namespace", alarm.Input("namespace"), "AWS/ECS")
		same(t, name+": period, in which a sample is a task", alarm.Input("period"), 60.0)
		same(t, name+": dimensions", alarm.Input("dimensions"), dimensions)
		same(t, name+": actions", alarm.Input("alarmActions"), []any{topic})
	}
	same(t, "alarms", len(rec.Type(alarmType)), 3)
	same(t, "alarms that roll back", rec.Find(serviceType, "orders-service").Input("alarms"), map[string]any{
		"enable": true, "rollback": true, "alarmNames": []any{"too-many-errors"},
	})
}

func TestServiceTransform(t *testing.T) {
	t.Parallel()
	var seen []string
	note := func(what string) { seen = append(seen, what) }
	rec := service(t, func(a *compute.ServiceArgs) {
		a.AlarmTopicArn, a.Policies = pulumi.String("arn:aws:sns:eu-central-1:123456789012:alarms"), []pulumi.StringInput{pulumi.String(allowed)}
		a.Transform = compute.ServiceTransform{
			LogGroup:            func(a *cloudwatch.LogGroupArgs, _ *[]pulumi.ResourceOption) { a.Name = pulumi.String("/ecs/orders") },
			TaskRole:            func(*iam.RoleArgs, *[]pulumi.ResourceOption) { note("task role") },
			ExecutionRole:       func(*iam.RoleArgs, *[]pulumi.ResourceOption) { note("execution role") },
			TaskPolicy:          func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption) { note("task policy") },
			ExecutionPolicy:     func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption) { note("execution policy") },
			SecurityGroup:       func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption) { note("group") },
			ClientSecurityGroup: func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption) { note("client group") },
			IngressRule:         func(*vpc.SecurityGroupIngressRuleArgs, *[]pulumi.ResourceOption) { note("ingress") },
			EgressRule:          func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption) { note("egress") },
			TaskDefinition:      func(a *ecs.TaskDefinitionArgs, _ *[]pulumi.ResourceOption) { a.PidMode = pulumi.String("task") },
			Service:             func(_ *ecs.ServiceArgs, o *[]pulumi.ResourceOption) { *o = append(*o, pulumi.Protect(true)) },
			ScalingTarget:       func(*appautoscaling.TargetArgs, *[]pulumi.ResourceOption) { note("target") },
			ScalingPolicy:       func(*appautoscaling.PolicyArgs, *[]pulumi.ResourceOption) { note("scaling") },
			Alarm:               func(*cloudwatch.MetricAlarmArgs, *[]pulumi.ResourceOption) { note("alarm") },
		}
	})
	same(t, "transforms that ran, in order", seen, []string{
		"group", "client group", "ingress", "egress", "egress", "execution role", "execution policy",
		"task role", "task policy", "target", "scaling", "alarm", "alarm", "alarm",
	})
	same(t, "name of the log group", rec.Find(logGroupType, "orders-logs").Input("name"), "/ecs/orders")
	same(t, "process namespace", rec.Find(taskType, "orders-task").Input("pidMode"), "task")
	same(t, "service protected", rec.Find(serviceType, "orders-service").Protect, true)
}

// What is known only at deployment is judged then.
func TestServiceJudgesLate(t *testing.T) {
	t.Parallel()
	later := func(ctx *pulumi.Context, values pulumi.StringMap) pulumi.StringMapOutput {
		return values.ToStringMapOutput()
	}
	for name, test := range map[string]struct {
		set  func(*pulumi.Context, *compute.ServiceArgs)
		want string
	}{
		"one variable twice": {func(ctx *pulumi.Context, a *compute.ServiceArgs) {
			a.Environment = later(ctx, pulumi.StringMap{"TOKEN": pulumi.String("x")})
			a.Secrets = later(ctx, pulumi.StringMap{"TOKEN": pulumi.String(secretArn)})
		}, "secrets: TOKEN is in environment too, and ECS takes a name once; leave one out"},
		"a secret that is none": {func(ctx *pulumi.Context, a *compute.ServiceArgs) {
			a.Secrets = pulumi.StringMap{"TOKEN": pulumi.String("hunter2")}
		}, "secrets: TOKEN is not given as the ARN of a Secrets Manager secret; a key in it is written as <arn>:key::"},
		"too many groups": {func(_ *pulumi.Context, a *compute.ServiceArgs) {
			a.SecurityGroupIds = pulumi.ToStringArray([]string{"a", "b", "c", "d", "e"}).ToStringArrayOutput()
		}, "securityGroupIds: 5 are too many: a network interface has 5 security groups and one is the service's own; use at most 4"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := recorder.Run(func(ctx *pulumi.Context) error {
				args := required()
				test.set(ctx, args)
				_, err := compute.NewService(ctx, "orders", args)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), `scaffold:compute:Service "orders": `+test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

// Names that AWS limits must not overflow, and a preview must not trip over what is not known yet.
func TestLongNameAndPreview(t *testing.T) {
	t.Parallel()
	name := "service-" + strings.Repeat("n", 42)
	for _, opts := range [][]recorder.Option{nil, {recorder.Preview()}} {
		rec, err := recorder.Run(program(name, func(a *compute.ServiceArgs) {
			a.NamespaceArn = namespace
			a.Secrets = pulumi.StringMap{"TOKEN": pulumi.String(secretArn)}
		}), opts...)
		if err != nil {
			t.Fatal(err)
		}
		for _, role := range rec.Type(roleType) {
			physical, set := role.Input("name").(string)
			if !set {
				physical = role.Name + "-1234567" // as Pulumi makes it
			}
			if len(physical) > 64 {
				t.Errorf("the role's name %s has %d characters; IAM takes 64", physical, len(physical))
			}
		}
	}
}
