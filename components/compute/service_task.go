package compute

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	containerName = "app"
	portName      = "http"
)

func (b *serviceBuilder) createLogGroup() error {
	args := &cloudwatch.LogGroupArgs{
		RetentionInDays: pulumi.Int(b.logRetention),
		KmsKeyId:        b.args.KmsKeyArn,
		Tags:            b.Tags(""),
	}
	var err error
	if b.logs, err = cloudwatch.NewLogGroup(b.Ctx, b.Child("logs"), args, convention.With(b.Scope, b.args.Transform.LogGroup, args)); err != nil {
		return fmt.Errorf("creating the log group: %w", err)
	}
	return nil
}

func (b *serviceBuilder) createTaskDefinition() error {
	args := &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(b.family()),
		ContainerDefinitions:    b.containers(),
		Cpu:                     pulumi.String(strconv.Itoa(b.cpu)),
		Memory:                  pulumi.String(strconv.Itoa(b.memory)),
		NetworkMode:             pulumi.String("awsvpc"),
		RequiresCompatibilities: pulumi.ToStringArray([]string{"FARGATE"}),
		RuntimePlatform: ecs.TaskDefinitionRuntimePlatformArgs{
			OperatingSystemFamily: pulumi.String("LINUX"), CpuArchitecture: pulumi.String(strings.ToUpper(b.architecture)),
		},
		ExecutionRoleArn: b.executionRole.Arn,
		TaskRoleArn:      b.taskRole.Arn,
		// A revision that is taken away cannot be rolled back to, and ECS rolls back
		// minutes after the new one is deployed. Revisions cost nothing.
		SkipDestroy: pulumi.Bool(true),
		Tags:        b.Tags(""),
	}
	var err error
	if b.definition, err = ecs.NewTaskDefinition(b.Ctx, b.Child("task"), args, convention.With(b.Scope, b.args.Transform.TaskDefinition, args)); err != nil {
		return fmt.Errorf("creating the task definition: %w", err)
	}
	return nil
}

// family is what the revisions of the task definition are counted under. Pulumi
// does not make it unique, so two stacks in one account would share it.
func (b *serviceBuilder) family() string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '-'
	}, b.Ctx.Project()+"-"+b.Ctx.Stack()+"-"+b.Name)
	return name[max(0, len(name)-255):]
}

// containers is the JSON of the container definitions
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html).
func (b *serviceBuilder) containers() pulumi.StringOutput {
	return pulumi.All(b.logs.Name, mapOrEmpty(b.args.Environment), mapOrEmpty(b.args.Secrets)).ApplyT(func(all []any) (string, error) {
		logs, environment, secrets := all[0].(string), all[1].(map[string]string), all[2].(map[string]string)
		for _, p := range variableProblems(slices.Sorted(maps.Keys(environment)), slices.Sorted(maps.Keys(secrets))) {
			return "", fmt.Errorf("%s %q: %s: %s", ServiceToken, b.Name, p.argument, p.problem)
		}
		container := b.container(logs)
		if len(environment) > 0 {
			container["environment"] = pairs(environment, "value")
		}
		if len(secrets) > 0 {
			container["secrets"] = pairs(secrets, "valueFrom")
		}
		document, err := json.Marshal([]any{container})
		return string(document), err
	}).(pulumi.StringOutput)
}

func (b *serviceBuilder) container(logs string) map[string]any {
	port := map[string]any{"name": portName, "containerPort": b.port, "hostPort": b.port, "protocol": "tcp"}
	if b.args.NamespaceArn != nil {
		// The proxy then retries, balances and measures requests instead of connections.
		port["appProtocol"] = "http"
	}
	linux := map[string]any{
		// Reaps orphans and passes signals on, which programs made for a terminal do not.
		"initProcessEnabled": true,
		// What no service needs and an intruder likes. Capabilities that an image needs to
		// give up root by itself stay; images that never are root have none anyway.
		"capabilities": map[string]any{"drop": []string{"AUDIT_WRITE", "MKNOD", "NET_RAW"}},
	}
	container := map[string]any{
		"name": containerName, "image": b.image, "essential": true,
		"readonlyRootFilesystem": b.readonlyRootFilesystem,
		"portMappings":           []any{port},
		"linuxParameters":        linux,
		"stopTimeout":            b.stopTimeout,
		"logConfiguration":       map[string]any{"logDriver": "awslogs", "options": b.logOptions(logs, "app")},
	}
	if b.readonlyRootFilesystem {
		// In memory and not a volume: Fargate's volumes belong to root with mode 0755, so
		// that a program that is not root could not write
		// (https://github.com/aws/containers-roadmap/issues/938). Fargate has tmpfs since 2026
		// (https://github.com/aws/containers-roadmap/issues/736).
		linux["tmpfs"] = []any{map[string]any{"containerPath": "/tmp", "size": b.memory / 4, "mountOptions": []string{"nodev", "nosuid"}}}
	}
	if len(b.args.Command) > 0 {
		container["command"] = b.args.Command
	}
	if len(b.args.HealthCommand) > 0 {
		container["healthCheck"] = map[string]any{
			"command":  append([]string{"CMD"}, b.args.HealthCommand...),
			"interval": 30, "timeout": 5, "retries": 3, "startPeriod": 60,
		}
	}
	return container
}

// logOptions make a program that logs faster than CloudWatch takes it lose lines
// rather than stand still
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html).
func (b *serviceBuilder) logOptions(group, prefix string) map[string]string {
	return map[string]string{
		"awslogs-group": group, "awslogs-region": b.account.Region, "awslogs-stream-prefix": prefix,
		"mode": "non-blocking", "max-buffer-size": "25m",
	}
}

// pairs is a map as the list that ECS writes it as, in order.
func pairs(values map[string]string, key string) []map[string]string {
	var list []map[string]string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, map[string]string{"name": name, key: values[name]})
	}
	return list
}
