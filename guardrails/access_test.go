package guardrails_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// guarded is a queue with policies that are made from its ARN.
func guarded(policies ...func(arn string) string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		queue, err := sqs.NewQueue(ctx, "orders", nil)
		if err != nil {
			return err
		}
		for i, policy := range policies {
			if _, err := sqs.NewQueuePolicy(ctx, []string{"first", "second"}[i], &sqs.QueuePolicyArgs{
				QueueUrl: queue.Url, Policy: queue.Arn.ApplyT(policy).(pulumi.StringOutput),
			}); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestAccess(t *testing.T) {
	right := func(arn string) string {
		return document(tls("sqs:*", arn), allow(service("sns.amazonaws.com"), "sqs:SendMessage",
			object{"ArnEquals": object{"AWS:SourceArn": "arn:aws:sns:eu-central-1:123456789012:t"}}, arn))
	}
	sourceless := func(arn string) string {
		return document(tls("sqs:*", arn), allow(service("sns.amazonaws.com"), "sqs:SendMessage", nil, arn))
	}
	open := func(arn string) string {
		return document(allow(root, "sqs:SendMessage", nil, arn))
	}
	expect(t, record(t, guarded(right)), "I4")
	expect(t, record(t, guarded(right, right)), "I4",
		`aws:sqs/queuePolicy:QueuePolicy "second" policy: is a second policy of "orders": it and that of "first" replace each other; put all statements into one policy`)
	expect(t, record(t, guarded(sourceless)), "I4",
		`aws:sqs/queuePolicy:QueuePolicy "first" policy.Statement[1]: lets sns.amazonaws.com in for anybody's resources; add a condition on aws:SourceArn or aws:SourceAccount`)
	const plain = `aws:sqs/queue:Queue "orders": takes requests in plaintext; deny sqs:* to everyone in its policy where aws:SecureTransport is false`
	expect(t, record(t, guarded(open)), "I4", plain)
	expect(t, record(t, guarded()), "I4", plain)

	// What a preview cannot know is no fault; how many policies there are it can.
	expect(t, record(t, guarded(sourceless), recorder.Preview()), "I4")
	expect(t, record(t, guarded(right, open), recorder.Preview()), "I4",
		`aws:sqs/queuePolicy:QueuePolicy "second" policy: is a second policy of "orders": it and that of "first" replace each other; put all statements into one policy`)
}

func TestAccessOfTopicsAndBuckets(t *testing.T) {
	const topic, bucket = "arn:aws:sns:eu-central-1:123456789012:t", "arn:aws:s3:::b"
	expect(t, recording(
		made("aws:sns/topic:Topic", "t", object{"policy": document(tls("sns:Publish", topic))}, object{"arn": topic}),
		made("aws:s3/bucketV2:BucketV2", "b", object{}, object{"arn": bucket, "id": "b"}),
		made("aws:s3/bucketPolicy:BucketPolicy", "b", object{"bucket": "b", "policy": document(tls("s3:*", bucket, bucket+"/*"),
			allow(service("logdelivery.elasticloadbalancing.amazonaws.com"), "s3:PutObject", nil, bucket+"/AWSLogs/123456789012/*"))}, nil),
	), "I4")
	expect(t, recording(
		made("aws:sns/topic:Topic", "t", object{"policy": document(allow("*", "sns:Publish", nil, topic))}, object{"arn": topic}),
		made("aws:s3/bucket:Bucket", "b", object{"policy": document(tls("s3:*", bucket))}, object{"arn": bucket, "id": "b"}),
		made("aws:s3/bucketPolicy:BucketPolicy", "b", object{"bucket": "b", "policy": document(tls("s3:GetObject", bucket+"/*"))}, nil),
		made("aws:s3/bucketNotification:BucketNotification", "n1", object{"bucket": "b"}, nil),
		made("aws:s3/bucketNotification:BucketNotification", "n2", object{"bucket": "b"}, nil),
		made("aws:lambda/permission:Permission", "p", object{"principal": "s3.amazonaws.com"}, nil),
		made("aws:lambda/permission:Permission", "q", object{"principal": "s3.amazonaws.com", "sourceArn": bucket}, nil),
	), "I4",
		`aws:lambda/permission:Permission "p" principal: lets s3.amazonaws.com invoke the function for anybody's resources; set sourceArn or sourceAccount`,
		`aws:s3/bucket:Bucket "b": takes requests in plaintext; deny s3:* to everyone in its policy where aws:SecureTransport is false, for the bucket and for what is in it (arn and arn/*)`,
		`aws:s3/bucketNotification:BucketNotification "n2" bucket: has notifications already: these and those of "n1" replace each other; put all notifications into one resource`,
		`aws:s3/bucketPolicy:BucketPolicy "b" policy: is a second policy of "b": it and that of "b" replace each other; put all statements into one policy`,
		`aws:sns/topic:Topic "t": takes requests in plaintext; deny sns:Publish to everyone in its policy where aws:SecureTransport is false`)
}

func TestKeyPoliciesNameTheirSources(t *testing.T) {
	logs := allow(service("logs.eu-central-1.amazonaws.com"), "kms:Encrypt",
		object{"ArnLike": object{"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:123456789012:*"}}, "*")
	events := allow(service("events.amazonaws.com"), "kms:Decrypt", nil, "*")
	cdn := allow(service("cloudfront.amazonaws.com"), "kms:Decrypt", nil, "*")
	key := func(statements ...object) *recorder.Recording {
		return recording(made("aws:kms/key:Key", "k", object{"policy": document(statements...)}, nil))
	}
	expect(t, key(keyRoot, logs, events), "I4")
	expect(t, key(keyRoot, cdn), "I4",
		`aws:kms/key:Key "k" policy.Statement[1]: lets cloudfront.amazonaws.com in for anybody's resources; add a condition on aws:SourceArn or aws:SourceAccount`)
}

// holder is a role with an inline policy.
func holder(policy string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		role, err := iam.NewRole(ctx, "role", &iam.RoleArgs{
			AssumeRolePolicy: pulumi.String(document(allow(service("ecs-tasks.amazonaws.com"), "sts:AssumeRole", account))),
		})
		if err != nil {
			return err
		}
		_, err = iam.NewRolePolicy(ctx, "role", &iam.RolePolicyArgs{Role: role.Name, Policy: pulumi.String(policy)})
		return err
	}
}

func TestPermissions(t *testing.T) {
	const queue = "arn:aws:sqs:eu-central-1:123456789012:orders"
	const subject = `aws:iam/rolePolicy:RolePolicy "role" policy.Statement[0]`
	namespace := object{"StringEquals": object{"cloudwatch:namespace": "shop"}}
	passed := object{"StringEquals": object{"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
	notAction := object{"Effect": "Allow", "NotAction": "iam:*", "Resource": queue}
	notResource := object{"Effect": "Allow", "Action": "sqs:SendMessage", "NotResource": queue}
	for name, c := range map[string]struct {
		statement object
		want      []string
	}{
		"exact":           {allow(nil, []string{"sqs:SendMessage", "sqs:Get*"}, nil, queue), nil},
		"below":           {allow(nil, "dynamodb:Query", nil, "arn:aws:dynamodb:eu-central-1:123456789012:table/t/index/*"), nil},
		"no resource":     {allow(nil, []string{"ecr:GetAuthorizationToken", "ec2:DescribeSubnets", "ec2:Describe*", "xray:PutTraceSegments", "ssmmessages:OpenDataChannel"}, nil, "*"), nil},
		"metrics":         {allow(nil, "cloudwatch:PutMetricData", namespace, "*"), nil},
		"pass role":       {allow(nil, "iam:PassRole", passed, "arn:aws:iam::123456789012:role/task"), nil},
		"service":         {allow(nil, "sqs:*", nil, queue), []string{subject + `.Action: allows "sqs:*", every action of a service; name the actions that are needed`}},
		"everything":      {allow(nil, "*", nil, queue), []string{subject + `.Action: allows "*", every action of every service; name the actions that are needed`}},
		"but one action":  {notAction, []string{subject + `.NotAction: allows every action but the ones named; name the actions that are needed`}},
		"but one":         {notResource, []string{subject + `.NotResource: allows sqs:SendMessage on every resource but the ones named; name the resources by their ARNs`}},
		"every resource":  {allow(nil, []string{"sqs:SendMessage", "sqs:ListQueues"}, nil, "*"), []string{subject + `.Resource: allows sqs:SendMessage on "*"; name the resources by their ARNs`}},
		"every queue":     {allow(nil, "sqs:SendMessage", nil, "arn:aws:sqs:eu-central-1:123456789012:*"), []string{subject + `.Resource: allows sqs:SendMessage on "arn:aws:sqs:eu-central-1:123456789012:*"; name the resources by their ARNs`}},
		"every namespace": {allow(nil, "cloudwatch:PutMetricData", nil, "*"), []string{subject + `.Resource: allows cloudwatch:PutMetricData on "*" without a condition on cloudwatch:namespace; add that condition`}},
		"pass any":        {allow(nil, "iam:Pass*", nil, "arn:aws:iam::123456789012:role/task"), []string{subject + `: allows iam:PassRole to any service; add a condition on iam:PassedToService`}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, record(t, holder(document(c.statement))), "I10", c.want...) })
	}
}

func TestPermissionsElsewhere(t *testing.T) {
	const task = "arn:aws:iam::123456789012:role/task"
	secure := object{"Bool": object{"aws:SecureTransport": "true"}}
	right := recording(
		made("aws:kms/key:Key", "k", object{"policy": document(keyRoot)}, nil),
		made("aws:ec2/vpcEndpoint:VpcEndpoint", "e", object{"policy": document(allow("*", "*", nil, "*"))}, nil),
		made("aws:sns/topic:Topic", "t", object{"policy": document(allow("*", "sns:Publish", account, "*"))}, nil),
		made("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", object{"policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"}, nil),
		made("aws:iam/policy:Policy", "most", object{"policy": document(allow(nil, "*", nil, "*"))}, object{"arn": "arn:aws:iam::123456789012:policy/most"}),
		made("aws:iam/role:Role", "r", object{"permissionsBoundary": "arn:aws:iam::123456789012:policy/most"}, nil),
	)
	expect(t, right, "I10")
	expect(t, recording(
		made("aws:kms/key:Key", "k", object{"policy": document(allow(object{"AWS": task}, "kms:*", nil, "*"))}, nil),
		made("aws:sns/topic:Topic", "t", object{"policy": document(allow("*", "sns:Publish", secure, "*"))}, nil),
		made("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", object{"policyArn": "arn:aws:iam::aws:policy/AmazonSQSFullAccess"}, nil),
		made("aws:iam/role:Role", "bound", object{"permissionsBoundary": task}, nil),
		made("aws:iam/role:Role", "free", object{"assumeRolePolicy": document(allow(object{"AWS": "*"}, "sts:AssumeRole", nil)),
			"managedPolicyArns": []any{"arn:aws:iam::aws:policy/AdministratorAccess"},
			"inlinePolicies":    []any{object{"name": "all", "policy": document(allow(nil, "s3:*", nil, "arn:aws:s3:::b"))}}}, nil),
		made("aws:lambda/functionUrl:FunctionUrl", "u", object{"authorizationType": "NONE"}, nil),
		made("aws:lambda/permission:Permission", "p", object{"principal": "*"}, nil),
	), "I10",
		`aws:iam/role:Role "free" assumeRolePolicy.Statement[0].Principal: lets everybody in; name the principals, or add a condition such as aws:PrincipalOrgID`,
		`aws:iam/role:Role "free" inlinePolicies[0].policy.Statement[0].Action: allows "s3:*", every action of a service; name the actions that are needed`,
		`aws:iam/role:Role "free" managedPolicyArns[0]: is AdministratorAccess, which allows every action of a service or more; write a policy with the actions and resources that are needed`,
		`aws:iam/role:Role "free" permissionsBoundary: is not set, though "bound" has one; set the same boundary`,
		`aws:iam/rolePolicyAttachment:RolePolicyAttachment "a" policyArn: is AmazonSQSFullAccess, which allows every action of a service or more; write a policy with the actions and resources that are needed`,
		`aws:kms/key:Key "k" policy.Statement[0].Action: allows "kms:*", every action of a service; name the actions that are needed`,
		`aws:lambda/functionUrl:FunctionUrl "u" authorizationType: lets everybody invoke the function; set it to "AWS_IAM"`,
		`aws:lambda/permission:Permission "p" principal: lets everybody invoke the function; name the principal, or set sourceArn`,
		`aws:sns/topic:Topic "t" policy.Statement[0].Principal: lets everybody in; name the principals, or add a condition such as aws:PrincipalOrgID`)
}

func TestNoSecretsInPlain(t *testing.T) {
	task := func(environment ...object) *recorder.Recording {
		return recording(made("aws:ecs/taskDefinition:TaskDefinition", "task", object{
			"containerDefinitions": strings.Trim(strings.TrimSuffix(strings.TrimPrefix(document(object{"environment": environment}), `{"Statement":`), `,"Version":"2012-10-17"}`), " "),
		}, nil))
	}
	variable := func(name, value string) object { return object{"name": name, "value": value} }
	expect(t, task(variable("DB_PASSWORD_ARN", "x"), variable("DB_PASSWORD", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db"),
		variable("MAX_TOKENS", "5"), variable("TOKEN_URL", "https://login.example.com/token"), variable("USE_TOKEN", "true")), "I11")
	const remedy = "; put it into Secrets Manager and name it in the secrets of the container"
	rec := task(variable("DB_PASSWORD", "hush"), variable("apiToken", "hush"), variable("STRIPE_API_KEY", "hush"),
		variable("DATABASE_URL", "postgres://shop:hush@db:5432/shop"), variable("ID", "AKIAIOSFODNN7EXAMPLE"))
	expect(t, rec, "I11",
		`aws:ecs/taskDefinition:TaskDefinition "task" containerDefinitions[0].environment[0]: is DB_PASSWORD, which looks like a secret in plain`+remedy,
		`aws:ecs/taskDefinition:TaskDefinition "task" containerDefinitions[0].environment[1]: is apiToken, which looks like a secret in plain`+remedy,
		`aws:ecs/taskDefinition:TaskDefinition "task" containerDefinitions[0].environment[2]: is STRIPE_API_KEY, which looks like a secret in plain`+remedy,
		`aws:ecs/taskDefinition:TaskDefinition "task" containerDefinitions[0].environment[3]: is DATABASE_URL, whose value looks like a secret in plain`+remedy,
		`aws:ecs/taskDefinition:TaskDefinition "task" containerDefinitions[0].environment[4]: is ID, whose value looks like a secret in plain`+remedy)
	for _, f := range guardrails.Wiring(rec) {
		if strings.Contains(f.String(), "hush") || strings.Contains(f.String(), "AKIA") {
			t.Errorf("a message shows a secret: %s", f)
		}
	}

	expect(t, recording(made("aws:lambda/function:Function", "f", object{"environment": object{"variables": object{"SECRET": "hush", "SECRET_NAME": "db"}}}, nil)), "I11",
		`aws:lambda/function:Function "f" environment.variables.SECRET: is SECRET, which looks like a secret in plain; put it into Secrets Manager and give the function the secret's ARN`)
}

// A program whose only fault is that nothing refuses plaintext shows all
// fields of a finding.
func TestFindingsAreComplete(t *testing.T) {
	rec := record(t, func(ctx *pulumi.Context) error {
		_, err := sns.NewTopic(ctx, "news", nil)
		return err
	})
	findings := guardrails.Wiring(rec)
	want := guardrails.Finding{
		Rule: "I4", Title: "One policy a resource, a named source for every service, TLS only",
		URN: rec.Find("aws:sns/topic:Topic", "news").URN, Type: "aws:sns/topic:Topic", Name: "news",
		Message: "takes requests in plaintext",
		Remedy:  "deny sns:Publish to everyone in its policy where aws:SecureTransport is false",
	}
	if !reflect.DeepEqual(findings, []guardrails.Finding{want}) {
		t.Errorf("got %+v, want %+v", findings, want)
	}
}
