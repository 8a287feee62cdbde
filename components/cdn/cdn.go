package cdn

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// CDNToken is the type of CDN in Pulumi's state.
const CDNToken = "scaffold:cdn:CDN"

// CDNArgs are the arguments of a CDN.
type CDNArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The ARN of the bucket with the static files. Default: no static files.
	BucketArn pulumi.StringPtrInput `pulumi:"bucketArn,optional"`
	// The domain name of the bucket in its region, the regionalDomainName of a Bucket.
	// Required with bucketArn.
	BucketDomainName pulumi.StringPtrInput `pulumi:"bucketDomainName,optional"`
	// The policy (JSON) that the bucket has to have besides letting this distribution
	// read: the policy of a Bucket with the policyOwner "cdn". The component creates the
	// bucket's one policy from it, for this distribution alone. Required with bucketArn,
	// unless bucketPolicyOwner is "bucket".
	BucketPolicy pulumi.StringPtrInput `pulumi:"bucketPolicy,optional"`
	// Who creates the policies of the bucket and its key: "cdn" (default), or "bucket",
	// which has to let this distribution in by its ARN once that is known.
	BucketPolicyOwner string `pulumi:"bucketPolicyOwner,optional"`
	// The ARN of the KMS key that encrypts the bucket, whose policy the component
	// creates for this distribution alone. Default: the bucket has no key.
	BucketKeyArn pulumi.StringPtrInput `pulumi:"bucketKeyArn,optional"`
	// The policy (JSON) that the bucket's key has to have besides: the keyPolicy of a
	// Bucket. Required with bucketKeyArn.
	BucketKeyPolicy pulumi.StringPtrInput `pulumi:"bucketKeyPolicy,optional"`
	// The ARN of a bucket in another region with the same files, which is read when
	// the first one fails. Default: no failover.
	FailoverBucketArn pulumi.StringPtrInput `pulumi:"failoverBucketArn,optional"`
	// The domain name of the failover bucket in its region. Required with failoverBucketArn.
	FailoverBucketDomainName pulumi.StringPtrInput `pulumi:"failoverBucketDomainName,optional"`
	// The same as bucketPolicy, for the failover bucket.
	FailoverBucketPolicy pulumi.StringPtrInput `pulumi:"failoverBucketPolicy,optional"`
	// The same as bucketKeyArn, for the failover bucket.
	FailoverBucketKeyArn pulumi.StringPtrInput `pulumi:"failoverBucketKeyArn,optional"`
	// The same as bucketKeyPolicy, for the failover bucket.
	FailoverBucketKeyPolicy pulumi.StringPtrInput `pulumi:"failoverBucketKeyPolicy,optional"`
	// The region of the failover bucket, where its policy is created. Required with
	// failoverBucketArn.
	FailoverRegion string `pulumi:"failoverRegion,optional"`
	// The domain name of the load balancer or API that answers what is not static. Its
	// certificate has to be for this name, since it is asked over HTTPS only. Default:
	// everything is static.
	OriginDomainName pulumi.StringPtrInput `pulumi:"originDomainName,optional"`
	// The ARN of an internal load balancer, to reach it by a VPC origin instead of over
	// the internet. Its security group has to let in "CloudFront-VPCOrigins-Service-SG".
	// It needs originDomainName, the name its certificate is for. Default: over the internet.
	VpcOriginArn pulumi.StringPtrInput `pulumi:"vpcOriginArn,optional"`
	// The path that is put before that of each request to the load balancer or API, as
	// "/prod" of an API's stage. Default: none.
	OriginPath string `pulumi:"originPath,optional"`
	// Send a generated secret with each request to the load balancer or API, which can
	// so refuse what does not come through here. Default: true, unless by a VPC origin.
	OriginSecret *bool `pulumi:"originSecret,optional"`
	// The ARN of the KMS key that encrypts that secret. Default: the key that AWS
	// manages for Secrets Manager.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// For how many seconds the load balancer or API may be silent, 1 to 60. Default: 30.
	OriginTimeoutSeconds *int `pulumi:"originTimeoutSeconds,optional"`
	// The domain name of a load balancer or API in another region, which answers
	// cachedPaths when the first one fails. CloudFront fails over what is read only; for
	// the rest use DNS failover behind originDomainName. Default: no failover.
	FailoverOriginDomainName pulumi.StringPtrInput `pulumi:"failoverOriginDomainName,optional"`
	// The paths that are answered from the bucket, as "/assets/*", where there is a load
	// balancer or API for the others. Default: none.
	StaticPaths []string `pulumi:"staticPaths,optional"`
	// The paths of the load balancer or API whose answers are the same for all users and
	// are kept for cachedTtlSeconds, as "/api/products*". They are read only (GET, HEAD,
	// OPTIONS), and nothing that tells users apart is passed on: no cookies, and of the
	// headers only cachedHeaders. Default: none.
	CachedPaths []string `pulumi:"cachedPaths,optional"`
	// For how many seconds an answer of cachedPaths is kept that does not itself say
	// (by Cache-Control), 1 to 31536000. Required with cachedPaths.
	CachedTtlSeconds *int `pulumi:"cachedTtlSeconds,optional"`
	// Keep only those answers of cachedPaths that say themselves for how long: a
	// cachedTtlSeconds of zero, said on purpose. Default: false.
	CachedTtlFromOrigin *bool `pulumi:"cachedTtlFromOrigin,optional"`
	// The request headers that answers of cachedPaths differ by, as "Accept-Language".
	// Default: none.
	CachedHeaders []string `pulumi:"cachedHeaders,optional"`
	// The file that answers "/" where everything is static. Default: "index.html".
	RootFile string `pulumi:"rootFile,optional"`
	// Answer paths without a file with the root file and the status 200, as applications
	// that route in the browser need it. Only where everything is static. Default: false.
	SinglePage *bool `pulumi:"singlePage,optional"`
	// The path of the page that is shown with the status 404, as "/404.html". Default:
	// what the origin answers.
	NotFoundPage string `pulumi:"notFoundPage,optional"`
	// The path of the page that is shown when an origin fails (500, 502, 503, 504), as
	// "/error.html". It has to be a static one. Default: what the origin answers.
	ErrorPage string `pulumi:"errorPage,optional"`
	// The domain names that users reach the distribution by. Required in production,
	// unless cloudfrontDomain is true.
	DomainNames []string `pulumi:"domainNames,optional"`
	// The ARN of the certificate for all domainNames, in us-east-1, where CloudFront
	// looks for it. Required with domainNames.
	CertificateArn pulumi.StringPtrInput `pulumi:"certificateArn,optional"`
	// The ID of the hosted zone that gets the records of domainNames. Default: no
	// records are made.
	ZoneId pulumi.StringPtrInput `pulumi:"zoneId,optional"`
	// Serve by the domain name of CloudFront alone, where AWS also takes connections
	// with TLS 1.0. Default: false in production, true in sandbox.
	CloudfrontDomain *bool `pulumi:"cloudfrontDomain,optional"`
	// The oldest TLS version and its ciphers that users may connect with, as the name of
	// one of CloudFront's security policies of 2021 or newer. Default: "TLSv1.2_2021".
	TlsPolicy string `pulumi:"tlsPolicy,optional"`
	// What pages may load and from where, the Content-Security-Policy header, where the
	// origin sends none. Default: from the same domain name only.
	ContentSecurityPolicy string `pulumi:"contentSecurityPolicy,optional"`
	// The only countries that are served, as ISO 3166-1 codes ("DE"). Default: all.
	AllowedCountries []string `pulumi:"allowedCountries,optional"`
	// The countries that are not served, as ISO 3166-1 codes. Default: none.
	BlockedCountries []string `pulumi:"blockedCountries,optional"`
	// The ARN of the web ACL that filters requests: the arn of a Firewall with the scope
	// "cloudfront". Default: none.
	WebAclArn pulumi.StringPtrInput `pulumi:"webAclArn,optional"`
	// Which edge locations answer: "PriceClass_All", "PriceClass_200" (not South America
	// and Oceania) or "PriceClass_100" (Europe and North America). Default:
	// "PriceClass_All" in production, "PriceClass_100" in sandbox.
	PriceClass string `pulumi:"priceClass,optional"`
	// Keep a log of all requests in a bucket. Default: true.
	AccessLogs *bool `pulumi:"accessLogs,optional"`
	// The ARN of a bucket that exists already and takes the access logs; its policy has
	// to let the service "delivery.logs.amazonaws.com" write. Default: a bucket of the
	// component's own.
	AccessLogsBucketArn pulumi.StringPtrInput `pulumi:"accessLogsBucketArn,optional"`
	// For how many days access logs are kept in the component's own bucket, 1 to 3653.
	// Default: 90 in production, 14 in sandbox.
	AccessLogsRetentionDays *int `pulumi:"accessLogsRetentionDays,optional"`
	// The time in milliseconds that 99 of 100 requests that reach an origin have to be
	// answered in; an alarm tells when they are not, for the price of CloudFront's
	// additional metrics. Default: no such alarm.
	LatencyMilliseconds *int `pulumi:"latencyMilliseconds,optional"`
	// Keep the distribution and its logs from being deleted by one mistake. Default: true
	// in production, false in sandbox.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// The ARN of the topic that gets the component's alarms (failing requests, refused
	// requests, slow origins), in us-east-1, where CloudFront's metrics are. Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of all resources, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform CDNTransform
}

// CDNTransform reaches every property of the children of a CDN.
type CDNTransform struct {
	Distribution           func(*cloudfront.DistributionArgs, *[]pulumi.ResourceOption)
	OriginAccessControl    func(*cloudfront.OriginAccessControlArgs, *[]pulumi.ResourceOption)
	VpcOrigin              func(*cloudfront.VpcOriginArgs, *[]pulumi.ResourceOption)
	CachePolicy            func(*cloudfront.CachePolicyArgs, *[]pulumi.ResourceOption)
	ResponseHeadersPolicy  func(*cloudfront.ResponseHeadersPolicyArgs, *[]pulumi.ResourceOption)
	MonitoringSubscription func(*cloudfront.MonitoringSubscriptionArgs, *[]pulumi.ResourceOption)
	Secret                 func(*secretsmanager.SecretArgs, *[]pulumi.ResourceOption)
	SecretVersion          func(*secretsmanager.SecretVersionArgs, *[]pulumi.ResourceOption)
	BucketPolicy           func(*s3.BucketPolicyArgs, *[]pulumi.ResourceOption)
	KeyPolicy              func(*kms.KeyPolicyArgs, *[]pulumi.ResourceOption)
	Record                 func(*route53.RecordArgs, *[]pulumi.ResourceOption)
	LogSource              func(*cloudwatch.LogDeliverySourceArgs, *[]pulumi.ResourceOption)
	LogDestination         func(*cloudwatch.LogDeliveryDestinationArgs, *[]pulumi.ResourceOption)
	LogDelivery            func(*cloudwatch.LogDeliveryArgs, *[]pulumi.ResourceOption)
	LogBucket              func(*s3.BucketV2Args, *[]pulumi.ResourceOption)
	PublicAccessBlock      func(*s3.BucketPublicAccessBlockArgs, *[]pulumi.ResourceOption)
	OwnershipControls      func(*s3.BucketOwnershipControlsArgs, *[]pulumi.ResourceOption)
	Encryption             func(*s3.BucketServerSideEncryptionConfigurationV2Args, *[]pulumi.ResourceOption)
	Versioning             func(*s3.BucketVersioningV2Args, *[]pulumi.ResourceOption)
	Lifecycle              func(*s3.BucketLifecycleConfigurationV2Args, *[]pulumi.ResourceOption)
	LogBucketPolicy        func(*s3.BucketPolicyArgs, *[]pulumi.ResourceOption)
	Alarm                  convention.AlarmTransform
}

// CDN is a CloudFront distribution over HTTPS in front of a bucket, of a load
// balancer or API, or of both. What it reads from it reads as itself alone: by the
// distribution's ARN from a bucket, with a secret from what is on the internet.
type CDN struct {
	pulumi.ResourceState

	// The ARN of the distribution.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The ID of the distribution, for invalidations.
	DistributionId pulumi.StringOutput `pulumi:"distributionId"`
	// The domain name that CloudFront gave the distribution.
	DomainName pulumi.StringOutput `pulumi:"domainName"`
	// The ID of the hosted zone of domainName, for an alias record.
	HostedZoneId pulumi.StringOutput `pulumi:"hostedZoneId"`
	// The address that users reach the distribution by: the first domain name, if there is one.
	Url pulumi.StringOutput `pulumi:"url"`
	// The name of the header that carries the secret of the origin; empty without one.
	OriginHeaderName pulumi.StringOutput `pulumi:"originHeaderName"`
	// The value of that header, a secret: what the load balancer has to ask for.
	OriginHeaderValue pulumi.StringOutput `pulumi:"originHeaderValue"`
	// The ARN of the secret that holds that value, as text; empty without one.
	OriginSecretArn pulumi.StringOutput `pulumi:"originSecretArn"`
}

// NewCDN creates a CDN. It fails for a certificate that CloudFront does not find,
// for cached paths that would not be cached, for pages that would take the place of
// an API's answers, and for a bucket that nobody would let it read.
func NewCDN(ctx *pulumi.Context, name string, args *CDNArgs, opts ...pulumi.ResourceOption) (*CDN, error) {
	if args == nil {
		args = &CDNArgs{}
	}
	s := convention.Open(ctx, CDNToken, name, args.Preset).Tagged(args.Tags)
	if args.AlarmTopicArn != nil {
		s.Alarmed(virginian(s, "alarmTopicArn", args.AlarmTopicArn))
	}
	checkCDN(s, args)
	c := &CDN{}
	if err := s.Register(c, args, opts...); err != nil {
		return nil, err
	}
	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	e := &edge{
		Scope: s, args: args, account: account, regions: map[string]pulumi.ResourceOption{},
		protect: convention.Choose(args.DeletionProtection, s.Preset, true, false),
	}
	if err := e.secret(c); err != nil {
		return nil, err
	}
	distribution, err := e.distribution(c)
	if err != nil {
		return nil, fmt.Errorf("creating the distribution of %s: %w", name, err)
	}
	c.Arn, c.DistributionId, c.DomainName, c.HostedZoneId = distribution.Arn, distribution.ID().ToStringOutput(), distribution.DomainName, distribution.HostedZoneId
	c.Url = pulumi.Sprintf("https://%s", c.DomainName)
	if len(args.DomainNames) > 0 {
		c.Url = pulumi.Sprintf("https://%s", pulumi.String(args.DomainNames[0]))
	}
	if err := e.letIn(c); err != nil {
		return nil, err
	}
	if err := e.accessLogs(c); err != nil {
		return nil, err
	}
	if err := e.records(c); err != nil {
		return nil, err
	}
	if err := e.alarms(c); err != nil {
		return nil, err
	}
	return c, s.Done()
}

// An edge is the construction of one distribution.
type edge struct {
	*convention.Scope
	args    *CDNArgs
	account convention.Account
	protect bool
	regions map[string]pulumi.ResourceOption
}

// in is the option that puts a child into a region.
func (e *edge) in(region string) (pulumi.ResourceOption, error) {
	if option, made := e.regions[region]; made {
		return option, nil
	}
	option, err := e.InRegion(region)
	if err == nil {
		e.regions[region] = option
	}
	return option, err
}
