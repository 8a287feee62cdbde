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
	for name, test := range map[string]struct {
		set  func(*compute.ServiceArgs)
		want string
	}{
		"one variable twice": {func(a *compute.ServiceArgs) {
			a.Environment = pulumi.StringMap{"TOKEN": pulumi.String("x")}.ToStringMapOutput()
			a.Secrets = pulumi.StringMap{"TOKEN": pulumi.String(secretArn)}.ToStringMapOutput()
		}, "secrets: TOKEN is in environment too, and ECS takes a name once; leave one out"},
		"a secret that is none": {func(a *compute.ServiceArgs) {
			a.Secrets = pulumi.StringMap{"TOKEN": pulumi.String("hunter2")}
		}, "secrets: TOKEN is not the ARN of a Secrets Manager secret; write <arn> for all of it, or <arn>:key:: for the value of one key"},
		"too many groups": {func(a *compute.ServiceArgs) {
			a.SecurityGroupIds = pulumi.ToStringArray([]string{"a", "b", "c", "d", "e"}).ToStringArrayOutput()
		}, "securityGroupIds: 5 are too many: a network interface has 5 security groups and one is the service's own; use at most 4"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := recorder.Run(program("orders", test.set))
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
