package compute

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
var privateImage = regexp.MustCompile(`^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([^:@]+)`)

// createExecutionRole makes the role that ECS itself uses to start tasks.
func (b *serviceBuilder) createExecutionRole() error {
	role, err := b.role("execution", "Starts the tasks of "+b.Name, convention.AssumedBy("ecs-tasks.amazonaws.com", b.account.ID), b.args.Transform.ExecutionRole)
	if err != nil {
		return err
	}
	b.executionRole = role
	return b.allow("execution", role, b.executionPolicy(), b.args.Transform.ExecutionPolicy)
}

// createTaskRole makes the role that the program runs with.
func (b *serviceBuilder) createTaskRole() error {
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
	trust := convention.Policy(convention.Statement{
		Services: []string{"ecs-tasks.amazonaws.com"}, Actions: []string{"sts:AssumeRole"},
		Conditions: map[string]map[string][]pulumi.StringInput{
			"StringEquals": {"aws:SourceAccount": {pulumi.String(b.account.ID)}},
			"ArnLike":      {"aws:SourceArn": {pulumi.String(b.account.ARN("ecs", "*"))}},
		},
	})
	role, err := b.role("task", "The program of "+b.Name, trust, b.args.Transform.TaskRole)
	if err != nil {
		return err
	}
	b.taskRole = role
	for i, policy := range b.args.Policies {
		if err := b.allow("policy-"+strconv.Itoa(i+1), role, policy, b.args.Transform.TaskPolicy); err != nil {
			return err
		}
	}
	if b.executeCommand {
		return b.allow("execute-command", role, b.executeCommandPolicy(), b.args.Transform.TaskPolicy)
	}
	return nil
}

func (b *serviceBuilder) role(role, description string, trust pulumi.StringInput, transform func(*iam.RoleArgs, *[]pulumi.ResourceOption)) (*iam.Role, error) {
	args := &iam.RoleArgs{
		Name:                b.ShortName(role, 64), // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
		Description:         pulumi.String(description),
		AssumeRolePolicy:    trust,
		PermissionsBoundary: b.args.PermissionsBoundaryArn,
		Tags:                b.Tags(""),
	}
	made, err := iam.NewRole(b.Ctx, b.Child(role), args, convention.With(b.Scope, transform, args))
	if err != nil {
		return nil, fmt.Errorf("creating the %s role: %w", role, err)
	}
	return made, nil
}

func (b *serviceBuilder) allow(role string, to *iam.Role, policy pulumi.StringInput, transform func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)) error {
	args := &iam.RolePolicyArgs{Role: to.Name, Policy: policy}
	made, err := iam.NewRolePolicy(b.Ctx, b.Child(role), args, convention.With(b.Scope, transform, args))
	if err != nil {
		return fmt.Errorf("creating the policy %s: %w", role, err)
	}
	b.before = append(b.before, made)
	return nil
}

// executionPolicy allows what starting these tasks takes. It is written as a whole
// once the secrets are known, since how many there are is part of it.
func (b *serviceBuilder) executionPolicy() pulumi.StringOutput {
	key := b.args.SecretsKmsKeyArn
	if key == nil {
		key = b.args.KmsKeyArn
	}
	return pulumi.All(b.logs.Arn, mapOrEmpty(b.args.Secrets), textOrEmpty(key)).ApplyT(func(all []any) (string, error) {
		logs, secrets, key := all[0].(string), all[1].(map[string]string), all[2].(string)
		statements := append([]statement{{
			Sid: "WriteLogs", Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resource: []string{logs + ":*"},
		}}, b.pullStatements()...)
		arns, err := secretArns(secrets)
		if err != nil {
			return "", fmt.Errorf("%s %q: secrets: %w", ServiceToken, b.Name, err)
		}
		if len(arns) > 0 {
			statements = append(statements, statement{Sid: "ReadSecrets", Action: []string{"secretsmanager:GetSecretValue"}, Resource: arns})
		}
		if len(arns) > 0 && key != "" {
			statements = append(statements, statement{
				Sid: "DecryptSecrets", Action: []string{"kms:Decrypt"}, Resource: []string{key},
				Condition: map[string]map[string]string{"StringEquals": {"kms:ViaService": "secretsmanager." + b.account.Region + ".amazonaws.com"}},
			})
		}
		for i := range statements {
			statements[i].Effect = "Allow"
		}
		document, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
		return string(document), err
	}).(pulumi.StringOutput)
}

// pullStatements allow to pull the image where that takes permission: public
// registries need none.
func (b *serviceBuilder) pullStatements() []statement {
	image := privateImage.FindStringSubmatch(b.image)
	if image == nil {
		return nil
	}
	return []statement{
		// A token is for all that the role may pull; AWS knows no finer resource
		// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html).
		{Sid: "LogIn", Action: []string{"ecr:GetAuthorizationToken"}, Resource: []string{"*"}},
		{
			Sid:      "PullImage",
			Action:   []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
			Resource: []string{fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s", b.account.Partition, image[2], image[1], image[3])},
		},
	}
}

// executeCommandPolicy lets the agent of `aws ecs execute-command` open its channels
// and write what was typed to the log
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html).
func (b *serviceBuilder) executeCommandPolicy() pulumi.StringOutput {
	statements := []convention.Statement{
		{
			// These have no resources, AWS knows them by "*" only
			// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsessionmanagermessagegatewayservice.html).
			Sid: "OpenSession", Resources: []pulumi.StringInput{pulumi.String("*")},
			Actions: []string{"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"},
		},
		{
			Sid: "FindLogs", Actions: []string{"logs:DescribeLogGroups"},
			Resources: []pulumi.StringInput{pulumi.String(b.account.ARN("logs", "log-group:*"))},
		},
		{
			Sid: "LogSession", Resources: []pulumi.StringInput{pulumi.Sprintf("%s:*", b.logs.Arn)},
			Actions: []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		},
	}
	if b.args.KmsKeyArn != nil {
		statements = append(statements, convention.Statement{
			Sid: "DecryptSession", Actions: []string{"kms:Decrypt"},
			Resources: []pulumi.StringInput{b.args.KmsKeyArn.ToStringPtrOutput().Elem()},
		})
	}
	return convention.Policy(statements...)
}

// statement is one statement of a policy whose values are all known.
type statement struct {
	Sid       string
	Effect    string
	Action    oneOrMany
	Resource  oneOrMany
	Condition map[string]map[string]string `json:",omitempty"`
}

// oneOrMany is written as AWS stores it, a list of one as its element, which keeps a
// second preview free of differences.
type oneOrMany []string

func (o oneOrMany) MarshalJSON() ([]byte, error) {
	if len(o) == 1 {
		return json.Marshal(o[0])
	}
	return json.Marshal([]string(o))
}

// secretArns are the ARNs of the secrets themselves, without the keys in them.
func secretArns(secrets map[string]string) ([]string, error) {
	var arns []string
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		match := secretArn.FindStringSubmatch(secrets[name])
		if match == nil {
			// Not printed: somebody may have put the secret itself here.
			return nil, fmt.Errorf("%s is not the ARN of a Secrets Manager secret; write <arn> for all of it, or <arn>:key:: for the value of one key", name)
		}
		arns = append(arns, match[1])
	}
	slices.Sort(arns)
	return slices.Compact(arns), nil
}

func mapOrEmpty(input pulumi.StringMapInput) pulumi.StringMapOutput {
	if input == nil {
		return pulumi.StringMap{}.ToStringMapOutput()
	}
	return input.ToStringMapOutput()
}

func textOrEmpty(input pulumi.StringPtrInput) pulumi.StringOutput {
	if input == nil {
		return pulumi.String("").ToStringOutput()
	}
	return input.ToStringPtrOutput().Elem()
}
