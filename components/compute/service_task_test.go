package compute_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

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
