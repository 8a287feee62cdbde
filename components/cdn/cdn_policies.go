package cdn

import (
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// cachePolicy is how long answers of cachedPaths are kept, and what they differ
// by. What is not in it is not passed on either: an answer that could be for one
// user alone must not be kept for all.
func (e *edge) cachePolicy() (*cloudfront.CachePolicy, error) {
	headers := cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs{HeaderBehavior: pulumi.String("none")}
	if len(e.args.CachedHeaders) > 0 {
		headers.HeaderBehavior = pulumi.String("whitelist")
		headers.Headers = cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigHeadersArgs{Items: pulumi.ToStringArray(e.args.CachedHeaders)}
	}
	ttl := convention.Or(e.args.CachedTtlSeconds, 0)
	args := &cloudfront.CachePolicyArgs{
		Name:    e.ShortName("cached", 128),
		Comment: pulumi.String("Cached paths of CDN " + e.Name),
		MinTtl:  pulumi.Int(0), DefaultTtl: pulumi.Int(ttl), MaxTtl: pulumi.Int(aYear),
		ParametersInCacheKeyAndForwardedToOrigin: cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginArgs{
			EnableAcceptEncodingBrotli: pulumi.Bool(true), EnableAcceptEncodingGzip: pulumi.Bool(true),
			CookiesConfig: cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfigArgs{CookieBehavior: pulumi.String("none")},
			HeadersConfig: headers,
			QueryStringsConfig: cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfigArgs{
				QueryStringBehavior: pulumi.String("all"),
			},
		},
	}
	policy, err := cloudfront.NewCachePolicy(e.Ctx, e.Child("cached"), args, convention.With(e.Scope, e.args.Transform.CachePolicy, args))
	if err != nil {
		return nil, fmt.Errorf("creating the cache policy: %w", err)
	}
	return policy, nil
}

// responseHeaders tell browsers what not to do with what they get. Where an origin
// has its own say about frames, referrers and contents, that holds.
func (e *edge) responseHeaders() (pulumi.StringPtrInput, error) {
	content := e.args.ContentSecurityPolicy
	if content == "" {
		content = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; upgrade-insecure-requests"
	}
	args := &cloudfront.ResponseHeadersPolicyArgs{
		Name:    e.ShortName("headers", 128),
		Comment: pulumi.String("Security headers of CDN " + e.Name),
		SecurityHeadersConfig: cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs{
			// Two years, as https://hstspreload.org asks for; in a sandbox not for long.
			StrictTransportSecurity: cloudfront.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs{
				AccessControlMaxAgeSec: pulumi.Int(convention.Choose(nil, e.Preset, 63072000, 300)),
				IncludeSubdomains:      pulumi.Bool(convention.Choose(nil, e.Preset, true, false)), Override: pulumi.Bool(true),
			},
			ContentTypeOptions: cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs{Override: pulumi.Bool(true)},
			FrameOptions: cloudfront.ResponseHeadersPolicySecurityHeadersConfigFrameOptionsArgs{
				FrameOption: pulumi.String("DENY"), Override: pulumi.Bool(false),
			},
			ReferrerPolicy: cloudfront.ResponseHeadersPolicySecurityHeadersConfigReferrerPolicyArgs{
				ReferrerPolicy: pulumi.String("strict-origin-when-cross-origin"), Override: pulumi.Bool(false),
			},
			ContentSecurityPolicy: cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicyArgs{
				ContentSecurityPolicy: pulumi.String(content), Override: pulumi.Bool(false),
			},
		},
		// It tells attackers what to try.
		RemoveHeadersConfig: cloudfront.ResponseHeadersPolicyRemoveHeadersConfigArgs{Items: cloudfront.ResponseHeadersPolicyRemoveHeadersConfigItemArray{
			cloudfront.ResponseHeadersPolicyRemoveHeadersConfigItemArgs{Header: pulumi.String("X-Powered-By")},
		}},
	}
	policy, err := cloudfront.NewResponseHeadersPolicy(e.Ctx, e.Child("headers"), args, convention.With(e.Scope, e.args.Transform.ResponseHeadersPolicy, args))
	if err != nil {
		return nil, fmt.Errorf("creating the response headers policy: %w", err)
	}
	return policy.ID().ToStringOutput().ToStringPtrOutput(), nil
}

// letIn creates the policies of the buckets and their keys: what they have to say
// besides, and this distribution. They come after the distribution, whose ARN they
// name, and which comes after the buckets; so nobody but this component can.
func (e *edge) letIn(c *CDN) error {
	if e.args.BucketArn == nil || e.args.BucketPolicyOwner == "bucket" {
		return nil
	}
	if err := e.letInto("bucket", c, e.args.BucketArn, e.args.BucketPolicy, e.args.BucketKeyArn, e.args.BucketKeyPolicy, pulumi.Composite()); err != nil {
		return err
	}
	if e.args.FailoverBucketArn == nil {
		return nil
	}
	there, err := e.in(e.args.FailoverRegion)
	if err != nil {
		return err
	}
	return e.letInto("failoverBucket", c, e.args.FailoverBucketArn, e.args.FailoverBucketPolicy, e.args.FailoverBucketKeyArn, e.args.FailoverBucketKeyPolicy, there)
}

var roles = map[string]string{"bucket": "bucket", "failoverBucket": "failover-bucket"}

func (e *edge) letInto(argument string, c *CDN, bucket, policy, key, keyPolicy pulumi.StringPtrInput, there pulumi.ResourceOption) error {
	arn, name := bucket.ToStringPtrOutput().Elem(), e.Child(roles[argument])
	self := convention.When("StringEquals", "aws:SourceArn", c.Arn)
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
	policyArgs := &s3.BucketPolicyArgs{
		Bucket: arn.ApplyT(func(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }).(pulumi.StringOutput),
		Policy: convention.MergePolicies(e.kept(argument+"Policy", policy), convention.Policy(convention.Statement{
			Sid: "Distribution", Services: []string{"cloudfront.amazonaws.com"}, Actions: []string{"s3:GetObject"},
			Resources: []pulumi.StringInput{pulumi.Sprintf("%s/*", arn)}, Conditions: self,
		})),
	}
	if _, err := s3.NewBucketPolicy(e.Ctx, name, policyArgs, convention.With(e.Scope, e.args.Transform.BucketPolicy, policyArgs, there)); err != nil {
		return fmt.Errorf("creating the policy of %s of %s: %w", argument, e.Name, err)
	}
	if key == nil {
		return nil
	}
	keyArgs := &kms.KeyPolicyArgs{
		// By its ARN the key would be another one in every preview.
		KeyId: key.ToStringPtrOutput().Elem().ApplyT(func(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }).(pulumi.StringOutput),
		// In the policy of a key "*" is that key alone.
		Policy: convention.MergePolicies(e.kept(argument+"KeyPolicy", keyPolicy), convention.Policy(convention.Statement{
			Sid: "Distribution", Services: []string{"cloudfront.amazonaws.com"}, Actions: []string{"kms:Decrypt"},
			Resources: []pulumi.StringInput{pulumi.String("*")}, Conditions: self,
		})),
	}
	if _, err := kms.NewKeyPolicy(e.Ctx, name, keyArgs, convention.With(e.Scope, e.args.Transform.KeyPolicy, keyArgs, there)); err != nil {
		return fmt.Errorf("creating the policy of the key of %s of %s: %w", argument, e.Name, err)
	}
	return nil
}

// kept is what a policy has to say besides. A Bucket that creates its policy itself
// gives none: of its policy and the one made here the last would win.
func (e *edge) kept(argument string, policy pulumi.StringPtrInput) pulumi.StringOutput {
	return policy.ToStringPtrOutput().Elem().ApplyT(func(text string) (string, error) {
		if text == "" {
			return "", fmt.Errorf("%s %q: %s: is empty, so the Bucket creates that policy itself and would undo this one; set its policyOwner to \"cdn\" (and ownKey, if it has a key)", e.Token, e.Name, argument)
		}
		return text, nil
	}).(pulumi.StringOutput)
}
