package cdn

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// What origins are known by inside the distribution.
const (
	bucketOrigin         = "bucket"
	failoverBucketOrigin = "failover-bucket"
	customOrigin         = "origin"
	failoverCustomOrigin = "failover-origin"
	bucketGroup          = "buckets"
	customGroup          = "origins"

	originHeader = "X-Origin-Verify"
)

// hasSecret reports whether requests to the custom origin carry a secret. One that
// is reached by a VPC origin is reached by nobody else.
func hasSecret(args *CDNArgs) bool {
	return args.OriginDomainName != nil && convention.Or(args.OriginSecret, args.VpcOriginArn == nil)
}

// secret makes up the value of the header that tells an origin who asks. AWS makes
// up another one in every run: the secret keeps its first.
func (e *edge) secret(c *CDN) error {
	none := pulumi.String("").ToStringOutput()
	c.OriginHeaderName, c.OriginHeaderValue, c.OriginSecretArn = none, none, none
	if !hasSecret(e.args) {
		return nil
	}
	secretArgs := &secretsmanager.SecretArgs{
		Description:          pulumi.String("What CDN " + e.Name + " tells its origin in the header " + originHeader),
		KmsKeyId:             e.args.KmsKeyArn,
		RecoveryWindowInDays: pulumi.Int(convention.Choose(nil, e.Preset, 30, 7)),
		Tags:                 e.Tags(""),
	}
	secret, err := secretsmanager.NewSecret(e.Ctx, e.Child("origin"), secretArgs, convention.With(e.Scope, e.args.Transform.Secret, secretArgs))
	if err != nil {
		return fmt.Errorf("creating the secret of %s: %w", e.Name, err)
	}
	made := secretsmanager.GetRandomPasswordOutput(e.Ctx, secretsmanager.GetRandomPasswordOutputArgs{
		PasswordLength: pulumi.Int(48), ExcludePunctuation: pulumi.Bool(true), // it stands in a header
	}, e.Invoke()).RandomPassword()
	versionArgs := &secretsmanager.SecretVersionArgs{
		SecretId: secret.ID(), SecretString: pulumi.ToSecret(made).(pulumi.StringOutput).ToStringPtrOutput(),
	}
	version, err := secretsmanager.NewSecretVersion(e.Ctx, e.Child("origin"), versionArgs,
		convention.With(e.Scope, e.args.Transform.SecretVersion, versionArgs, pulumi.IgnoreChanges([]string{"secretString"})))
	if err != nil {
		return fmt.Errorf("filling the secret of %s: %w", e.Name, err)
	}
	c.OriginHeaderName = pulumi.String(originHeader).ToStringOutput()
	c.OriginHeaderValue = pulumi.ToSecret(version.SecretString.Elem()).(pulumi.StringOutput)
	c.OriginSecretArn = secret.Arn
	return nil
}

// origins are what the distribution asks, and the groups in which one takes the
// place of another that fails.
func (e *edge) origins(c *CDN) (cloudfront.DistributionOriginArray, cloudfront.DistributionOriginGroupArray, error) {
	var origins cloudfront.DistributionOriginArray
	var groups cloudfront.DistributionOriginGroupArray
	if e.args.BucketArn != nil {
		access, err := e.accessControl()
		if err != nil {
			return nil, nil, err
		}
		bucket := func(id string, domain pulumi.StringPtrInput) cloudfront.DistributionOriginArgs {
			return cloudfront.DistributionOriginArgs{
				OriginId: pulumi.String(id), DomainName: domain.ToStringPtrOutput().Elem(), OriginAccessControlId: access.ID(),
			}
		}
		origins = append(origins, bucket(bucketOrigin, e.args.BucketDomainName))
		if e.args.FailoverBucketArn != nil {
			origins = append(origins, bucket(failoverBucketOrigin, e.args.FailoverBucketDomainName))
			groups = append(groups, failover(bucketGroup, bucketOrigin, failoverBucketOrigin))
		}
	}
	if e.args.OriginDomainName != nil {
		origin := e.custom(customOrigin, e.args.OriginDomainName, c)
		if e.args.VpcOriginArn != nil {
			inside, err := e.vpcOrigin()
			if err != nil {
				return nil, nil, err
			}
			origin.CustomOriginConfig = nil
			origin.VpcOriginConfig = cloudfront.DistributionOriginVpcOriginConfigArgs{
				VpcOriginId: inside.ID(), OriginReadTimeout: pulumi.Int(convention.Or(e.args.OriginTimeoutSeconds, 30)), OriginKeepaliveTimeout: pulumi.Int(keepAlive),
			}
		}
		origins = append(origins, origin)
		if e.args.FailoverOriginDomainName != nil {
			origins = append(origins, e.custom(failoverCustomOrigin, e.args.FailoverOriginDomainName, c))
			groups = append(groups, failover(customGroup, customOrigin, failoverCustomOrigin))
		}
	}
	return origins, groups, nil
}

// For how many seconds CloudFront keeps a connection that carries nothing. A load
// balancer closes it after 60 by default: CloudFront has to be the first.
const keepAlive = 30

// custom is a load balancer or an API that is asked over HTTPS with TLS 1.2.
func (e *edge) custom(id string, domain pulumi.StringPtrInput, c *CDN) cloudfront.DistributionOriginArgs {
	origin := cloudfront.DistributionOriginArgs{
		OriginId: pulumi.String(id), DomainName: domain.ToStringPtrOutput().Elem(),
		CustomOriginConfig: cloudfront.DistributionOriginCustomOriginConfigArgs{
			HttpPort: pulumi.Int(80), HttpsPort: pulumi.Int(443),
			OriginProtocolPolicy: pulumi.String("https-only"), OriginSslProtocols: pulumi.StringArray{pulumi.String("TLSv1.2")},
			OriginReadTimeout: pulumi.Int(convention.Or(e.args.OriginTimeoutSeconds, 30)), OriginKeepaliveTimeout: pulumi.Int(keepAlive),
		},
	}
	if e.args.OriginPath != "" {
		origin.OriginPath = pulumi.String(e.args.OriginPath)
	}
	if hasSecret(e.args) {
		origin.CustomHeaders = cloudfront.DistributionOriginCustomHeaderArray{
			cloudfront.DistributionOriginCustomHeaderArgs{Name: pulumi.String(originHeader), Value: c.OriginHeaderValue},
		}
	}
	return origin
}

// failover asks the second origin when the first one fails. A status of 403 or 404
// is an answer: asking again would hide it and double what each one costs.
func failover(id, first, second string) cloudfront.DistributionOriginGroupArgs {
	return cloudfront.DistributionOriginGroupArgs{
		OriginId: pulumi.String(id),
		FailoverCriteria: cloudfront.DistributionOriginGroupFailoverCriteriaArgs{
			StatusCodes: pulumi.IntArray{pulumi.Int(500), pulumi.Int(502), pulumi.Int(503), pulumi.Int(504)},
		},
		Members: cloudfront.DistributionOriginGroupMemberArray{
			cloudfront.DistributionOriginGroupMemberArgs{OriginId: pulumi.String(first)},
			cloudfront.DistributionOriginGroupMemberArgs{OriginId: pulumi.String(second)},
		},
	}
}

// accessControl has every request to a bucket signed by the distribution.
func (e *edge) accessControl() (*cloudfront.OriginAccessControl, error) {
	args := &cloudfront.OriginAccessControlArgs{
		Name:                          e.ShortName("access", 64),
		Description:                   pulumi.String("Reads the bucket of CDN " + e.Name),
		OriginAccessControlOriginType: pulumi.String("s3"), SigningBehavior: pulumi.String("always"), SigningProtocol: pulumi.String("sigv4"),
	}
	access, err := cloudfront.NewOriginAccessControl(e.Ctx, e.Child("access"), args, convention.With(e.Scope, e.args.Transform.OriginAccessControl, args))
	if err != nil {
		return nil, fmt.Errorf("creating the origin access control: %w", err)
	}
	return access, nil
}

// vpcOrigin reaches a load balancer that is not on the internet.
func (e *edge) vpcOrigin() (*cloudfront.VpcOrigin, error) {
	name := pulumi.StringInput(pulumi.String(e.Child("vpc-origin")))
	if short := e.ShortName("vpc-origin", 64); short != nil {
		name = short.ToStringPtrOutput().Elem()
	}
	args := &cloudfront.VpcOriginArgs{
		VpcOriginEndpointConfig: cloudfront.VpcOriginVpcOriginEndpointConfigArgs{
			Arn: e.args.VpcOriginArn.ToStringPtrOutput().Elem(), Name: name,
			HttpPort: pulumi.Int(80), HttpsPort: pulumi.Int(443), OriginProtocolPolicy: pulumi.String("https-only"),
			OriginSslProtocols: cloudfront.VpcOriginVpcOriginEndpointConfigOriginSslProtocolsArgs{
				Items: pulumi.StringArray{pulumi.String("TLSv1.2")}, Quantity: pulumi.Int(1),
			},
		},
		Tags: e.Tags(""),
	}
	origin, err := cloudfront.NewVpcOrigin(e.Ctx, e.Child("vpc-origin"), args, convention.With(e.Scope, e.args.Transform.VpcOrigin, args))
	if err != nil {
		return nil, fmt.Errorf("creating the VPC origin: %w", err)
	}
	return origin, nil
}
