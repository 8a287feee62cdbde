package recorder_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	rec := run(t, func(ctx *pulumi.Context) error {
		_, err1 := sqs.NewQueue(ctx, "jobs", &sqs.QueueArgs{FifoQueue: pulumi.Bool(true)})
		_, err2 := sns.NewTopic(ctx, "named", &sns.TopicArgs{Name: pulumi.String("events"), Tags: pulumi.StringMap{"a": pulumi.String("b")}})
		_, err3 := kms.NewKey(ctx, "key", nil)
		_, err4 := rds.NewInstance(ctx, "db", &rds.InstanceArgs{
			InstanceClass: pulumi.String("db.t4g.micro"), Engine: pulumi.String("mysql"), IdentifierPrefix: pulumi.String("shop-"),
		})
		_, err5 := iam.NewRole(ctx, "role", &iam.RoleArgs{AssumeRolePolicy: pulumi.Map{
			"Version": pulumi.String("2012-10-17"), "Statement": pulumi.Map{"Effect": pulumi.String("Allow"),
				"Action": pulumi.String("sts:AssumeRole"), "Principal": pulumi.String("*")},
		}})
		return errors.Join(err1, err2, err3, err4, err5)
	}, recorder.Region("us-gov-west-1"))

	uuid := `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}`
	for _, c := range []struct{ token, name, output, want string }{
		{queueType, "jobs", "name", `jobs-1234567\.fifo`},
		{queueType, "jobs", "url", `https://sqs\.us-gov-west-1\.amazonaws\.com/123456789012/jobs-1234567\.fifo`},
		{queueType, "jobs", "arn", `arn:aws-us-gov:sqs:us-gov-west-1:123456789012:jobs-1234567\.fifo`},
		{"aws:sns/topic:Topic", "named", "arn", `arn:aws-us-gov:sns:us-gov-west-1:123456789012:events`},
		{"aws:sns/topic:Topic", "named", "tagsAll.a", `b`},
		{"aws:sns/topic:Topic", "named", "owner", `123456789012`},
		{"aws:kms/key:Key", "key", "keyId", uuid},
		{"aws:kms/key:Key", "key", "arn", `arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/` + uuid},
		{"aws:rds/instance:Instance", "db", "identifier", `shop-1234567`},
		{"aws:rds/instance:Instance", "db", "endpoint", `shop-1234567\.abcdefgh\.us-gov-west-1\.rds\.amazonaws\.com:3306`},
		{"aws:rds/instance:Instance", "db", "engine", `mysql`},
		{"aws:rds/instance:Instance", "db", "masterUserSecrets[0].secretArn", `arn:aws-us-gov:secretsmanager:.*`},
		{"aws:iam/role:Role", "role", "assumeRolePolicy", `\{"Statement":\{.*`},
		{"aws:iam/role:Role", "role", "arn", `arn:aws-us-gov:iam::123456789012:role/role-1234567`},
	} {
		got, _ := rec.Find(c.token, c.name).Output(c.output).(string)
		if !regexp.MustCompile("^" + c.want + "$").MatchString(got) {
			t.Errorf("%s %q: %s = %q, want %s", c.token, c.name, c.output, got, c.want)
		}
	}
	if got := rec.Find("aws:rds/instance:Instance", "db").Output("port"); got != 3306.0 {
		t.Errorf("port = %v", got)
	}
}

// Whatever a provider computes has a value, down to the last nested one.
func TestNoPlaceholderIsEmpty(t *testing.T) {
	t.Parallel()
	rec := run(t, func(ctx *pulumi.Context) error {
		_, err := rds.NewCluster(ctx, "db", &rds.ClusterArgs{Engine: pulumi.String("aurora-postgresql")})
		return err
	})
	for name, output := range rec.Find("aws:rds/cluster:Cluster", "db").Outputs {
		if output == nil || output == "" || cmp.Equal(output, []any{}) || cmp.Equal(output, map[string]any{}) {
			t.Errorf("%s is empty: %#v", name, output)
		}
	}
}

func TestOutputOption(t *testing.T) {
	t.Parallel()
	rec := run(t, func(ctx *pulumi.Context) error {
		q, err := sqs.NewQueue(ctx, "q", nil)
		if err != nil {
			return err
		}
		ctx.Export("url", q.Url)
		ref, err := pulumi.NewStackReference(ctx, "org/network/prod", nil)
		if err != nil {
			return err
		}
		ctx.Export("vpc", ref.GetStringOutput(pulumi.String("vpcId")))
		return nil
	}, recorder.Output(queueType, "url", "https://queue.example.com"),
		recorder.Output("pulumi:pulumi:StackReference", "outputs", map[string]any{"vpcId": "vpc-1"}))
	if diff := cmp.Diff(map[string]any{"url": "https://queue.example.com", "vpc": "vpc-1"}, rec.Exports); diff != "" {
		t.Errorf("exports (-want +got):\n%s", diff)
	}
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	rec := run(t, func(ctx *pulumi.Context) error {
		zones, err := aws.GetAvailabilityZones(ctx, nil)
		if err != nil {
			return err
		}
		who, err := aws.GetCallerIdentity(ctx, nil)
		if err != nil {
			return err
		}
		doc, err := iam.GetPolicyDocument(ctx, &iam.GetPolicyDocumentArgs{Statements: []iam.GetPolicyDocumentStatement{{
			Actions: []string{"sqs:SendMessage"}, Resources: []string{"*"},
			Principals: []iam.GetPolicyDocumentStatementPrincipal{{Type: "Service", Identifiers: []string{"sns.amazonaws.com"}}},
			Conditions: []iam.GetPolicyDocumentStatementCondition{{Test: "StringEquals", Variable: "aws:SourceAccount", Values: []string{who.AccountId}}},
		}}})
		if err != nil {
			return err
		}
		partition, err := aws.GetPartition(ctx, nil)
		if err != nil {
			return err
		}
		ctx.Export("zones", pulumi.ToStringArray(zones.Names))
		ctx.Export("zone", pulumi.String(zones.ZoneIds[5]))
		ctx.Export("policy", pulumi.String(doc.Json))
		ctx.Export("partition", pulumi.String(partition.Partition))
		ctx.Export("region", aws.GetRegionOutput(ctx, aws.GetRegionOutputArgs{}).Name())
		ctx.Export("alias", kms.LookupAliasOutput(ctx, kms.LookupAliasOutputArgs{Name: pulumi.String("alias/x")}).TargetKeyArn())
		return nil
	}, recorder.Config(map[string]string{"aws:region": "ap-southeast-2"}),
		recorder.Invoke("aws:kms/getAlias:getAlias", func(args map[string]any) (map[string]any, error) {
			return map[string]any{"targetKeyArn": "the key of " + args["name"].(string)}, nil
		}))
	want := map[string]any{
		"zones":     []any{"ap-southeast-2a", "ap-southeast-2b", "ap-southeast-2c", "ap-southeast-2d", "ap-southeast-2e", "ap-southeast-2f"},
		"zone":      "apse2-az6",
		"partition": "aws",
		"region":    "ap-southeast-2",
		"alias":     "the key of alias/x",
		"policy": map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
			"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*",
			"Principal": map[string]any{"Service": "sns.amazonaws.com"},
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"}},
		}}},
	}
	rec.Exports["policy"] = recorder.JSON(rec.Exports["policy"])
	if diff := cmp.Diff(want, rec.Exports); diff != "" {
		t.Errorf("exports (-want +got):\n%s", diff)
	}
}

func TestUnansweredFunction(t *testing.T) {
	t.Parallel()
	_, err := recorder.Run(func(ctx *pulumi.Context) error {
		_, err := sns.LookupTopic(ctx, &sns.LookupTopicArgs{Name: "x"})
		return err
	})
	if err == nil || strings.Contains(err.Error(), "\n") ||
		!strings.Contains(err.Error(), `give one with recorder.Invoke("aws:sns/getTopic:getTopic", func(`) {
		t.Errorf("error = %v", err)
	}
}
