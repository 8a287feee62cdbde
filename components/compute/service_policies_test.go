package compute_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	allowed  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"arn:aws:sqs:eu-central-1:123456789012:inbox"}]}`
	boundary = "arn:aws:iam::123456789012:policy/boundary"
)

type object = map[string]any

func document(statements ...any) any {
	return object{"Version": "2012-10-17", "Statement": statements}
}

// writeLogs is the statement that every execution role has.
func writeLogs(rec *recorder.Recording) object {
	return object{
		"Sid": "WriteLogs", "Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:PutLogEvents"},
		"Resource": rec.Find(logGroupType, "orders-logs").Output("arn").(string) + ":*",
	}
}

func executionPolicy(rec *recorder.Recording) any {
	return recorder.JSON(rec.Find(rolePolicyType, "orders-execution").Input("policy"))
}

func TestTrust(t *testing.T) {
	t.Parallel()
	rec := service(t, func(a *compute.ServiceArgs) { a.PermissionsBoundaryArn = pulumi.String(boundary) })
	account := object{"aws:SourceAccount": "123456789012"}
	for role, condition := range map[string]object{
		"orders-execution": {"StringEquals": account},
		"orders-task":      {"StringEquals": account, "ArnLike": object{"aws:SourceArn": "arn:aws:ecs:eu-central-1:123456789012:*"}},
	} {
		made := rec.Find(roleType, role)
		same(t, role, recorder.JSON(made.Input("assumeRolePolicy")), document(object{
			"Effect": "Allow", "Principal": object{"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole", "Condition": condition,
		}))
		same(t, role+": boundary", made.Input("permissionsBoundary"), boundary)
	}
	same(t, "boundary by default", service(t, nil).Find(roleType, "orders-task").Input("permissionsBoundary"), nil)
}

func TestPullingImages(t *testing.T) {
	t.Parallel()
	pull := func(repository string) []any {
		return []any{
			object{"Sid": "LogIn", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
			object{
				"Sid": "PullImage", "Effect": "Allow", "Resource": repository,
				"Action": []any{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
			},
		}
	}
	for image, want := range map[string][]any{
		"":                               nil,
		"ghcr.io/acme/orders:1.4":        nil,
		"public.ecr.aws/acme/orders:1.4": nil,
		"localhost:5000/orders":          nil,
		"210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/orders:1.4":                                                                   pull("arn:aws:ecr:eu-west-1:210987654321:repository/team/orders"),
		"123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef": pull("arn:aws:ecr:eu-central-1:123456789012:repository/orders"),
	} {
		rec := service(t, func(a *compute.ServiceArgs) { a.Image = image })
		same(t, "policy for "+image, executionPolicy(rec), document(append([]any{writeLogs(rec)}, want...)...))
	}
}

func TestReadingSecrets(t *testing.T) {
	t.Parallel()
	other := "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!cluster-1-XyZxyz"
	secrets := pulumi.StringMap{
		"PASSWORD": pulumi.String(secretArn + ":password::"), "USER": pulumi.String(secretArn + ":user::"), "MASTER": pulumi.String(other),
	}
	read := object{"Sid": "ReadSecrets", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": []any{secretArn, other}}
	decrypt := func(key string) object {
		return object{
			"Sid": "DecryptSecrets", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": key,
			"Condition": object{"StringEquals": object{"kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com"}},
		}
	}
	own := "arn:aws:kms:eu-central-1:123456789012:key/secrets"
	for name, test := range map[string]struct {
		set  func(*compute.ServiceArgs)
		want []any
	}{
		"AWS's key":      {func(a *compute.ServiceArgs) { a.Secrets = secrets }, []any{read}},
		"known late":     {func(a *compute.ServiceArgs) { a.Secrets = secrets.ToStringMapOutput() }, []any{read}},
		"the common key": {func(a *compute.ServiceArgs) { a.Secrets, a.KmsKeyArn = secrets, pulumi.String(keyArn) }, []any{read, decrypt(keyArn)}},
		"a key of their own": {func(a *compute.ServiceArgs) {
			a.Secrets, a.KmsKeyArn, a.SecretsKmsKeyArn = secrets, pulumi.String(keyArn), pulumi.String(own)
		}, []any{read, decrypt(own)}},
		"no secrets":   {func(a *compute.ServiceArgs) { a.KmsKeyArn = pulumi.String(keyArn) }, nil},
		"none in them": {func(a *compute.ServiceArgs) { a.Secrets, a.KmsKeyArn = pulumi.StringMap{}, pulumi.String(keyArn) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := service(t, test.set)
			same(t, "policy", executionPolicy(rec), document(append([]any{writeLogs(rec)}, test.want...)...))
		})
	}
}

func TestProgramMayDoWhatItIsGiven(t *testing.T) {
	t.Parallel()
	rec := service(t, func(a *compute.ServiceArgs) {
		a.Policies = []pulumi.StringInput{pulumi.String(allowed), pulumi.String(allowed)}
	})
	for _, name := range []string{"orders-policy-1", "orders-policy-2"} {
		same(t, name, rec.Find(rolePolicyType, name).Inputs, object{"role": rec.Find(roleType, "orders-task").Output("name"), "policy": allowed})
	}
	same(t, "policies", len(rec.Type(rolePolicyType)), 3)
}

func TestExecuteCommand(t *testing.T) {
	t.Parallel()
	rec := service(t, func(a *compute.ServiceArgs) {
		a.ExecuteCommand, a.ReadonlyRootFilesystem, a.KmsKeyArn = pulumi.BoolRef(true), pulumi.BoolRef(false), pulumi.String(keyArn)
	})
	same(t, "switch", rec.Find(serviceType, "orders-service").Input("enableExecuteCommand"), true)
	policy := rec.Find(rolePolicyType, "orders-execute-command")
	same(t, "role", policy.Input("role"), rec.Find(roleType, "orders-task").Output("name"))
	same(t, "policy", recorder.JSON(policy.Input("policy")), document(
		object{"Sid": "OpenSession", "Effect": "Allow", "Resource": "*", "Action": []any{
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		}},
		object{"Sid": "FindLogs", "Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "arn:aws:logs:eu-central-1:123456789012:log-group:*"},
		object{
			"Sid": "LogSession", "Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			"Resource": rec.Find(logGroupType, "orders-logs").Output("arn").(string) + ":*",
		},
		object{"Sid": "DecryptSession", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": keyArn},
	))
}
