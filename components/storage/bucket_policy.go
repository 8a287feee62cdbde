package storage

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// policy gives the bucket its one policy, unless a CDN does.
//
// A bucket that is the origin of a distribution and that distribution need each
// other: the distribution is made for the bucket's domain name, and the bucket's
// policy names the distribution's ARN. Only one of the two can come last, and S3
// keeps the policy apart from the bucket, so the policy is what comes last: the
// CDN creates it, from the statements here and its own. A wildcard in place of the
// ARN would need no such order, and let in every distribution of the account.
func (b *builder) policy(of *Bucket, main *family) error {
	statements := []convention.Statement{convention.TLSOnly("s3:*", main.bucket.Arn, pulumi.Sprintf("%s/*", main.bucket.Arn))}
	if len(b.args.ReaderDistributionArns) > 0 {
		// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
		statements = append(statements, convention.Statement{
			Sid: "Distributions", Services: []string{"cloudfront.amazonaws.com"}, Actions: []string{"s3:GetObject"},
			Resources:  []pulumi.StringInput{pulumi.Sprintf("%s/*", main.bucket.Arn)},
			Conditions: convention.When("StringEquals", "aws:SourceArn", b.distributions()...),
		})
	}
	document := convention.Policy(statements...)
	if len(b.args.PolicyDocuments) > 0 {
		document = convention.MergePolicies(append([]pulumi.StringInput{document}, b.args.PolicyDocuments...)...)
	}
	if b.args.PolicyOwner == "cdn" {
		of.Policy = document
		return nil
	}
	of.Policy = empty()
	_, err := b.attach(main, document)
	return err
}

// attach creates the policy of a bucket.
func (b *builder) attach(to *family, document pulumi.StringOutput) (*s3.BucketPolicy, error) {
	args := &s3.BucketPolicyArgs{Bucket: to.bucket.ID(), Policy: document}
	// S3 refuses two changes of a bucket's access at the same time.
	policy, err := s3.NewBucketPolicy(b.Ctx, b.Child(to.role), args,
		convention.With(b.Scope, b.args.Transform.Policy, args, pulumi.DependsOn([]pulumi.Resource{to.block})))
	if err != nil {
		return nil, fmt.Errorf("creating the policy of %s: %w", b.Child(to.role), err)
	}
	return policy, nil
}

// distributions are those that may read. The ARN of one that is yet to be
// created shows only then what it is.
func (b *builder) distributions() []pulumi.StringInput {
	var arns []pulumi.StringInput
	for _, arn := range b.args.ReaderDistributionArns {
		arns = append(arns, arn.ToStringOutput().ApplyT(func(arn string) (string, error) {
			if err := readable(arn); err != nil {
				return "", fmt.Errorf("%s %q: readerDistributionArns: %w", b.Token, b.Name, err)
			}
			return arn, nil
		}).(pulumi.StringOutput))
	}
	return arns
}

// key finds or creates the key of the bucket. The key's policy is a resource of
// its own, so that a CDN can write it for the same reason as the bucket's.
func (b *builder) key(of *Bucket) error {
	of.KeyArn, of.KeyPolicy = empty(), empty()
	if b.args.KmsKeyArn != nil {
		of.KeyArn = b.args.KmsKeyArn.ToStringPtrOutput().Elem()
	}
	if !convention.Or(b.args.OwnKey, false) {
		return nil
	}
	keyArgs := &kms.KeyArgs{
		Description:          pulumi.String("Objects of bucket " + b.Name),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(convention.Choose(nil, b.Preset, 30, 7)),
		Tags:                 b.Tags(""),
	}
	key, err := kms.NewKey(b.Ctx, b.Child("key"), keyArgs, convention.With(b.Scope, b.args.Transform.Key, keyArgs, pulumi.Protect(b.protect)))
	if err != nil {
		return fmt.Errorf("creating the key of %s: %w", b.Name, err)
	}
	of.KeyArn = key.Arn

	// Leaves the use of the key to IAM policies of the account, as AWS's default
	// policy does: without that nobody could mend the policy ever after. The resource
	// "*" of a key policy is that key alone.
	// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
	self := []pulumi.StringInput{pulumi.String("*")}
	statements := []convention.Statement{{
		Sid: "AccountPermissions", Actions: []string{"kms:*"}, Resources: self,
		AWS: []pulumi.StringInput{pulumi.Sprintf("arn:%s:iam::%s:root", b.account.Partition, b.account.ID)},
	}}
	if len(b.args.ReaderDistributionArns) > 0 {
		statements = append(statements, convention.Statement{
			Sid: "Distributions", Services: []string{"cloudfront.amazonaws.com"}, Actions: []string{"kms:Decrypt"}, Resources: self,
			Conditions: convention.When("StringEquals", "aws:SourceArn", b.distributions()...),
		})
	}
	document := convention.Policy(statements...)
	if b.args.PolicyOwner == "cdn" {
		of.KeyPolicy = document
		return nil
	}
	policyArgs := &kms.KeyPolicyArgs{KeyId: key.KeyId, Policy: document}
	if _, err := kms.NewKeyPolicy(b.Ctx, b.Child("key"), policyArgs, convention.With(b.Scope, b.args.Transform.KeyPolicy, policyArgs)); err != nil {
		return fmt.Errorf("creating the policy of the key of %s: %w", b.Name, err)
	}
	return nil
}
