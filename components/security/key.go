package security

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// KeyToken is the type of Key in Pulumi's state.
const KeyToken = "scaffold:security:Key"

// KeyArgs are the arguments of a Key.
type KeyArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// What the key protects, shown in the console. Default: the name of the component.
	Description string `pulumi:"description,optional"`
	// The AWS services that may use the key on their own account, because nobody's
	// permissions are at hand when they do: "cloudwatch" (alarms publishing to an
	// encrypted topic), "delivery.logs" (log delivery to a bucket), "events"
	// (EventBridge to an encrypted queue or topic), "logs" (CloudWatch Logs), "s3"
	// (bucket notifications) and "sns" (delivery to an encrypted queue). Each is
	// granted for resources of this account only, where AWS says which account asks
	// (for "events" it does not). Services that act with the
	// caller's permissions (RDS, Secrets Manager, SQS) need no grant here.
	Services []string `pulumi:"services,optional"`
	// Keep the key from being deleted by one mistake. Default: true in production,
	// false in sandbox. Whoever deletes a key deletes all that it encrypts.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// The ARN of a key that exists already: nothing is created, and granting
	// services is left to the key's owner.
	ExistingKeyArn pulumi.StringPtrInput `pulumi:"existingKeyArn,optional"`
	// Tags of the key, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform KeyTransform
}

// KeyTransform reaches every property of the children of a Key.
type KeyTransform struct {
	Key   func(*kms.KeyArgs, *[]pulumi.ResourceOption)
	Alias func(*kms.AliasArgs, *[]pulumi.ResourceOption)
}

// Key is a customer-managed KMS key that is rotated every year and that AWS
// services may use exactly as far as they are named.
type Key struct {
	pulumi.ResourceState

	// The ARN of the key.
	Arn pulumi.StringOutput `pulumi:"arn"`
}

// NewKey creates a Key. It fails for services it has no grant for.
func NewKey(ctx *pulumi.Context, name string, args *KeyArgs, opts ...pulumi.ResourceOption) (*Key, error) {
	if args == nil {
		args = &KeyArgs{}
	}
	s := convention.Open(ctx, KeyToken, name, args.Preset).Tagged(args.Tags)
	for _, service := range args.Services {
		s.OneOf("services", service, slices.Sorted(maps.Keys(serviceGrants))...)
	}
	if args.ExistingKeyArn != nil && len(args.Services) > 0 {
		s.Refuse("services", "cannot be granted on an existing key; its owner has to, in the key's policy. Leave services out")
	}
	k := &Key{}
	if err := s.Register(k, args, opts...); err != nil {
		return nil, err
	}
	if args.ExistingKeyArn != nil {
		k.Arn = args.ExistingKeyArn.ToStringPtrOutput().Elem()
		return k, s.Done()
	}

	policy, err := keyPolicy(s, args.Services)
	if err != nil {
		return nil, err
	}
	description := args.Description
	if description == "" {
		description = name
	}
	keyArgs := &kms.KeyArgs{
		Description:          pulumi.String(description),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(convention.Choose(nil, s.Preset, 30, 7)),
		Policy:               policy,
		Tags:                 s.Tags(""),
	}
	protect := pulumi.Protect(convention.Choose(args.DeletionProtection, s.Preset, true, false))
	key, err := kms.NewKey(ctx, s.Child("key"), keyArgs, convention.With(s, args.Transform.Key, keyArgs, protect))
	if err != nil {
		return nil, fmt.Errorf("creating the key of %s: %w", name, err)
	}
	aliasArgs := &kms.AliasArgs{Name: pulumi.String(aliasName(s)), TargetKeyId: key.KeyId}
	if _, err := kms.NewAlias(ctx, s.Child("alias"), aliasArgs, convention.With(s, args.Transform.Alias, aliasArgs)); err != nil {
		return nil, fmt.Errorf("creating the alias of %s: %w", name, err)
	}
	k.Arn = key.Arn
	return k, s.Done()
}

var notInAlias = regexp.MustCompile(`[^0-9A-Za-z_/-]+`)

// aliasName is the alias of the key. Pulumi's automatic name would lack the
// beginning that KMS asks for; and an alias is moved rather than replaced when
// its key is, so it can do with one name a stack.
func aliasName(s *convention.Scope) string {
	return "alias/" + notInAlias.ReplaceAllString(s.Ctx.Project()+"-"+s.Ctx.Stack()+"/"+s.Name, "-")
}

// serviceGrants are the statements that let a service use a key. A "Resource"
// of "*" in a key policy is that key alone.
var serviceGrants = map[string]func(convention.Account) convention.Statement{
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
	"logs": func(a convention.Account) convention.Statement {
		return convention.Statement{
			Sid: "CloudWatchLogs", Services: []string{"logs." + a.Region + ".amazonaws.com"},
			Actions: []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey"},
			Conditions: convention.When("ArnLike", "kms:EncryptionContext:aws:logs:arn",
				pulumi.String(a.ARN("logs", "log-group:*"))),
		}
	},
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
	"cloudwatch": ofAccount("CloudWatchAlarms", "cloudwatch.amazonaws.com"),
	// https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
	"sns": ofAccount("Topics", "sns.amazonaws.com"),
	// A bus asks what kind of key it has:
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html
	// EventBridge sends no aws:Source… keys when it publishes to an encrypted topic, so a
	// condition on them would lose events:
	// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
	"events": func(convention.Account) convention.Statement {
		return convention.Statement{
			Sid: "EventBridge", Services: []string{"events.amazonaws.com"}, Actions: []string{"kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"},
		}
	},
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
	"s3": ofAccount("BucketNotifications", "s3.amazonaws.com"),
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
	"delivery.logs": ofAccount("LogDelivery", "delivery.logs.amazonaws.com"),
}

func ofAccount(sid, principal string) func(convention.Account) convention.Statement {
	return func(a convention.Account) convention.Statement {
		return convention.Statement{
			Sid: sid, Services: []string{principal},
			Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Conditions: convention.When("StringEquals", "aws:SourceAccount", pulumi.String(a.ID)),
		}
	}
}

// keyPolicy leaves the use of the key to IAM policies of the account, as AWS's
// own default policy does (without that statement nobody could mend the policy
// ever after), and grants the services named.
func keyPolicy(s *convention.Scope, services []string) (pulumi.StringOutput, error) {
	account, err := s.Account()
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	statements := []convention.Statement{{
		Sid: "AccountPermissions", Actions: []string{"kms:*"},
		AWS: []pulumi.StringInput{pulumi.Sprintf("arn:%s:iam::%s:root", account.Partition, account.ID)},
	}}
	for _, service := range slices.Compact(slices.Sorted(slices.Values(services))) {
		statements = append(statements, serviceGrants[service](account))
	}
	for i := range statements {
		statements[i].Resources = []pulumi.StringInput{pulumi.String("*")}
	}
	return convention.Policy(statements...), nil
}
