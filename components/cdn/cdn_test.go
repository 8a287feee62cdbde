package cdn_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/cdn"
	"github.com/archimperative/scaffold/components/storage"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	distributionType  = "aws:cloudfront/distribution:Distribution"
	accessType        = "aws:cloudfront/originAccessControl:OriginAccessControl"
	headersType       = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
	cachePolicyType   = "aws:cloudfront/cachePolicy:CachePolicy"
	vpcOriginType     = "aws:cloudfront/vpcOrigin:VpcOrigin"
	subscriptionType  = "aws:cloudfront/monitoringSubscription:MonitoringSubscription"
	bucketType        = "aws:s3/bucketV2:BucketV2"
	bucketPolicyType  = "aws:s3/bucketPolicy:BucketPolicy"
	keyPolicyType     = "aws:kms/keyPolicy:KeyPolicy"
	secretType        = "aws:secretsmanager/secret:Secret"
	secretVersionType = "aws:secretsmanager/secretVersion:SecretVersion"
	logSourceType     = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
	logTargetType     = "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"
	logDeliveryType   = "aws:cloudwatch/logDelivery:LogDelivery"

	globalTopicArn = "arn:aws:sns:us-east-1:123456789012:alarms"
	globalCertArn  = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
	globalAclArn   = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/00000000-0000-0000-0000-000000000000"
	filesArn       = "arn:aws:s3:::files"
	filesDomain    = "files.s3.eu-central-1.amazonaws.com"
	filesKeyArn    = "arn:aws:kms:eu-central-1:123456789012:key/files"
	copiesArn      = "arn:aws:s3:::copies"
	copiesDomain   = "copies.s3.eu-west-1.amazonaws.com"

	fifty = "site-abcdefghijklmnopqrstuvwxyz-0123456789-abcdefg"
)

// object and list shorten what a decoded document is compared with.
type (
	object = map[string]any
	list   = []any
)

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func document(statements ...any) object {
	return object{"Version": "2012-10-17", "Statement": statements}
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func newCDN(name string, args cdn.CDNArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := cdn.NewCDN(ctx, name, &args)
		return err
	}
}

var kept = object{"Sid": "Kept", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": list{filesArn, filesArn + "/*"}, "Condition": object{"Bool": object{"aws:SecureTransport": "false"}}}

// static is a site that is files alone.
func static(preset string) cdn.CDNArgs {
	return cdn.CDNArgs{
		Preset: preset, BucketArn: pulumi.String(filesArn), BucketDomainName: pulumi.String(filesDomain), BucketPolicy: pulumi.String(text(document(kept))),
		CloudfrontDomain: pulumi.BoolRef(true),
	}
}

// shop is files, an API that is cached in part, and names of its own.
func shop(preset string) cdn.CDNArgs {
	args := static(preset)
	args.CloudfrontDomain = nil
	args.DomainNames, args.CertificateArn, args.ZoneId = []string{"shop.example.com", "www.shop.example.com"}, pulumi.String(globalCertArn), pulumi.String("Z1")
	args.OriginDomainName = pulumi.String("origin.example.com")
	args.StaticPaths, args.CachedPaths, args.CachedTtlSeconds = []string{"/assets/*"}, []string{"/api/products*"}, pulumi.IntRef(60)
	args.AlarmTopicArn = pulumi.String(globalTopicArn)
	return args
}

func family(name string) []string {
	var all []string
	for _, kind := range []string{
		"bucketV2:BucketV2", "bucketPublicAccessBlock:BucketPublicAccessBlock", "bucketOwnershipControls:BucketOwnershipControls", "bucketVersioningV2:BucketVersioningV2",
		"bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "bucketPolicy:BucketPolicy",
	} {
		all = append(all, "aws:s3/"+kind+" "+name)
	}
	return all
}

func logs(name string) []string {
	return append(family(name), logSourceType+" "+name, logTargetType+" "+name, logDeliveryType+" "+name)
}

func TestCDNOfFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		preset, class   string
		protect         bool
		hsts, retention float64
	}{
		{"", "PriceClass_All", true, 63072000, 90},
		{"production", "PriceClass_All", true, 63072000, 90},
		{"sandbox", "PriceClass_100", false, 300, 14},
	} {
		t.Run("preset "+c.preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newCDN("site", static(c.preset)))
			wantList(t, rec, append(logs("site-access-logs"), cdn.CDNToken+" site", distributionType+" site-distribution",
				accessType+" site-access", headersType+" site-headers", bucketPolicyType+" site-bucket")...)

			d, access, headers := rec.Find(distributionType, "site-distribution"), rec.Find(accessType, "site-access"), rec.Find(headersType, "site-headers")
			same(t, "distribution", d.Inputs, object{
				"comment": "site", "enabled": true, "httpVersion": "http2and3", "isIpv6Enabled": true, "defaultRootObject": "index.html",
				"priceClass": c.class, "waitForDeployment": c.protect, "tags": object{"Name": "site"},
				"origins": list{object{"originId": "bucket", "domainName": filesDomain, "originAccessControlId": access.ID}},
				"defaultCacheBehavior": object{
					"targetOriginId": "bucket", "viewerProtocolPolicy": "redirect-to-https", "compress": true,
					"allowedMethods": list{"GET", "HEAD", "OPTIONS"}, "cachedMethods": list{"GET", "HEAD"},
					"cachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6", "responseHeadersPolicyId": headers.ID,
				},
				"viewerCertificate": object{"cloudfrontDefaultCertificate": true}, "restrictions": object{"geoRestriction": object{"restrictionType": "none"}},
			})
			same(t, "protect", d.Protect, c.protect)
			same(t, "access control", access.Inputs, object{
				"description": "Reads the bucket of CDN site", "originAccessControlOriginType": "s3", "signingBehavior": "always", "signingProtocol": "sigv4",
			})
			same(t, "bucket policy", rec.Find(bucketPolicyType, "site-bucket").Input("bucket"), "files")
			same(t, "bucket policy", recorder.JSON(rec.Find(bucketPolicyType, "site-bucket").Input("policy")), document(kept, object{
				"Sid": "Distribution", "Effect": "Allow", "Principal": object{"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject", "Resource": filesArn + "/*",
				"Condition": object{"StringEquals": object{"aws:SourceArn": d.Output("arn")}},
			}))
			same(t, "headers", headers.Input("securityHeadersConfig"), object{
				"strictTransportSecurity": object{"accessControlMaxAgeSec": c.hsts, "includeSubdomains": c.protect, "override": true},
				"contentTypeOptions":      object{"override": true}, "frameOptions": object{"frameOption": "DENY", "override": false},
				"referrerPolicy": object{"referrerPolicy": "strict-origin-when-cross-origin", "override": false},
				"contentSecurityPolicy": object{"override": false,
					"contentSecurityPolicy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; upgrade-insecure-requests"},
			})
			same(t, "days of logs", rec.Find("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "site-access-logs").Input("rules[0].expiration.days"), c.retention)
			same(t, "outputs", rec.Find(cdn.CDNToken, "site").Outputs, object{
				"arn": d.Output("arn"), "distributionId": d.ID, "domainName": d.Output("domainName"), "hostedZoneId": "Z2FDTNDATAQYW2", "url": "https://" + d.Output("domainName").(string),
				"originHeaderName": "", "originHeaderValue": "", "originSecretArn": "",
			})
		})
	}
}

func TestCDNOfFilesAndAPI(t *testing.T) {
	t.Parallel()
	args := shop("production")
	args.WebAclArn, args.LatencyMilliseconds, args.ErrorPage = pulumi.String(globalAclArn), pulumi.IntRef(800), "/assets/error.html"
	args.CachedHeaders, args.OriginPath, args.BlockedCountries = []string{"Accept-Language"}, "/v1", []string{"KP"}
	args.FailoverOriginDomainName = pulumi.String("origin-away.example.com")
	rec := record(t, newCDN("shop", args))
	var records []string
	for _, name := range args.DomainNames {
		records = append(records, recordType+" shop-"+name+"-a", recordType+" shop-"+name+"-aaaa")
	}
	wantList(t, rec, slices.Concat(logs("shop-access-logs"), records, []string{
		cdn.CDNToken + " shop", distributionType + " shop-distribution", accessType + " shop-access", headersType + " shop-headers", cachePolicyType + " shop-cached",
		bucketPolicyType + " shop-bucket", secretType + " shop-origin", secretVersionType + " shop-origin", subscriptionType + " shop-metrics",
		alarmType + " shop-failing-requests", alarmType + " shop-refused-requests", alarmType + " shop-slow-origins",
	})...)

	d, cached := rec.Find(distributionType, "shop-distribution"), rec.Find(cachePolicyType, "shop-cached")
	secret := rec.Find(secretVersionType, "shop-origin").Output("secretString")
	header := list{object{"name": "X-Origin-Verify", "value": secret}}
	https := object{
		"httpPort": 80.0, "httpsPort": 443.0, "originProtocolPolicy": "https-only", "originSslProtocols": list{"TLSv1.2"}, "originReadTimeout": 30.0, "originKeepaliveTimeout": 30.0,
	}
	same(t, "origins", d.Input("origins"), list{
		object{"originId": "bucket", "domainName": filesDomain, "originAccessControlId": rec.Find(accessType, "shop-access").ID},
		object{"originId": "origin", "domainName": "origin.example.com", "originPath": "/v1", "customHeaders": header, "customOriginConfig": https},
		object{"originId": "failover-origin", "domainName": "origin-away.example.com", "originPath": "/v1", "customHeaders": header, "customOriginConfig": https},
	})
	same(t, "groups", d.Input("originGroups"), list{object{
		"originId": "origins", "failoverCriteria": object{"statusCodes": list{500.0, 502.0, 503.0, 504.0}}, "members": list{object{"originId": "origin"}, object{"originId": "failover-origin"}},
	}})
	headers := rec.Find(headersType, "shop-headers").ID
	same(t, "default", d.Input("defaultCacheBehavior"), object{
		"targetOriginId": "origin", "viewerProtocolPolicy": "redirect-to-https", "compress": true,
		"allowedMethods": list{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}, "cachedMethods": list{"GET", "HEAD"}, "responseHeadersPolicyId": headers,
		"cachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "originRequestPolicyId": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
	})
	same(t, "others", d.Input("orderedCacheBehaviors"), list{
		object{
			"pathPattern": "/assets/*", "targetOriginId": "bucket", "viewerProtocolPolicy": "redirect-to-https", "compress": true,
			"allowedMethods": list{"GET", "HEAD", "OPTIONS"}, "cachedMethods": list{"GET", "HEAD"}, "responseHeadersPolicyId": headers, "cachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
		},
		object{
			"pathPattern": "/api/products*", "targetOriginId": "origins", "viewerProtocolPolicy": "redirect-to-https", "compress": true,
			"allowedMethods": list{"GET", "HEAD", "OPTIONS"}, "cachedMethods": list{"GET", "HEAD"}, "responseHeadersPolicyId": headers, "cachePolicyId": cached.ID,
		},
	})
	wantInputs(t, rec, cachePolicyType, "shop-cached", map[string]any{"minTtl": 0.0, "defaultTtl": 60.0, "maxTtl": 31536000.0, "parametersInCacheKeyAndForwardedToOrigin": object{
		"enableAcceptEncodingBrotli": true, "enableAcceptEncodingGzip": true, "cookiesConfig": object{"cookieBehavior": "none"}, "queryStringsConfig": object{"queryStringBehavior": "all"},
		"headersConfig": object{"headerBehavior": "whitelist", "headers": object{"items": list{"Accept-Language"}}},
	}})
	var codes []any
	for _, page := range d.Input("customErrorResponses").([]any) {
		codes = append(codes, recorder.At(page, "errorCode"))
		same(t, "error page", recorder.At(page, "responsePagePath"), "/assets/error.html")
		same(t, "status of the error page", recorder.At(page, "responseCode"), recorder.At(page, "errorCode"))
	}
	same(t, "error codes", codes, list{500.0, 502.0, 503.0, 504.0})
	same(t, "certificate", d.Input("viewerCertificate"), object{"acmCertificateArn": globalCertArn, "sslSupportMethod": "sni-only", "minimumProtocolVersion": "TLSv1.2_2021"})
	wantInputs(t, rec, distributionType, "shop-distribution", map[string]any{
		"aliases": list{"shop.example.com", "www.shop.example.com"}, "webAclId": globalAclArn, "defaultRootObject": nil,
		"restrictions": object{"geoRestriction": object{"restrictionType": "blacklist", "locations": list{"KP"}}},
	})
	wantInputs(t, rec, recordType, "shop-shop.example.com-aaaa", map[string]any{
		"zoneId": "Z1", "name": "shop.example.com", "type": "AAAA", "aliases": list{object{"name": d.Output("domainName"), "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": false}},
	})
	same(t, "url", rec.Find(cdn.CDNToken, "shop").Output("url"), "https://shop.example.com")
}

// The secret is made once, and is nowhere in clear.
func TestCDNOriginSecret(t *testing.T) {
	t.Parallel()
	args := shop("production")
	args.KmsKeyArn = pulumi.String(filesKeyArn)
	rec := record(t, func(ctx *pulumi.Context) error {
		c, err := cdn.NewCDN(ctx, "shop", &args)
		if err != nil {
			return err
		}
		_, err = secretsmanager.NewSecretVersion(ctx, "user", &secretsmanager.SecretVersionArgs{SecretId: pulumi.String("x"), SecretString: c.OriginHeaderValue.ToStringPtrOutput()})
		return err
	})
	version := rec.Find(secretVersionType, "shop-origin")
	same(t, "ignored changes", version.IgnoreChanges, []string{"secretString"})
	wantInputs(t, rec, secretType, "shop-origin", map[string]any{"kmsKeyId": filesKeyArn, "recoveryWindowInDays": 30.0})
	if !version.IsSecret("secretString") || !rec.Find(secretVersionType, "user").IsSecret("secretString") {
		t.Error("the secret is in the state in clear")
	}
	d := rec.Find(distributionType, "shop-distribution")
	if !d.IsSecret("origins[1].customHeaders[0].value") {
		t.Errorf("the distribution has the secret in clear; secret are %v", d.Secrets)
	}
	self := rec.Find(cdn.CDNToken, "shop")
	same(t, "value", self.Output("originHeaderValue"), version.Output("secretString"))
	same(t, "arn", self.Output("originSecretArn"), rec.Find(secretType, "shop-origin").Output("arn"))
	same(t, "name", self.Output("originHeaderName"), "X-Origin-Verify")

	args.OriginSecret, args.KmsKeyArn = pulumi.BoolRef(false), nil
	same(t, "secrets", len(record(t, newCDN("shop", args)).Type(secretType)), 0)
}

func TestCDNVpcOrigin(t *testing.T) {
	t.Parallel()
	const balancer = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/inside/1"
	for _, name := range []string{"shop", fifty + "-0123456"} {
		args := shop("production")
		args.VpcOriginArn = pulumi.String(balancer)
		rec := record(t, newCDN(name, args))
		inside := rec.Type(vpcOriginType)[0]
		config := inside.Input("vpcOriginEndpointConfig").(object)
		if got := config["name"].(string); len(got) > 64 {
			t.Errorf("the VPC origin is named %s: %d characters, CloudFront takes 64", got, len(got))
		}
		delete(config, "name")
		same(t, "VPC origin", config, object{
			"arn": balancer, "httpPort": 80.0, "httpsPort": 443.0, "originProtocolPolicy": "https-only", "originSslProtocols": object{"items": list{"TLSv1.2"}, "quantity": 1.0},
		})
		same(t, "origin", rec.Type(distributionType)[0].Input("origins[1]"), object{
			"originId": "origin", "domainName": "origin.example.com", "vpcOriginConfig": object{"vpcOriginId": inside.ID, "originReadTimeout": 30.0, "originKeepaliveTimeout": 30.0},
		})
		same(t, "secrets of what nobody else reaches", len(rec.Type(secretType)), 0)
	}
}

func TestCDNPages(t *testing.T) {
	t.Parallel()
	args := static("sandbox")
	args.SinglePage, args.RootFile = pulumi.BoolRef(true), "app.html"
	d := record(t, newCDN("site", args)).Find(distributionType, "site-distribution")
	same(t, "root", d.Input("defaultRootObject"), "app.html")
	same(t, "single page", d.Input("customErrorResponses"), list{
		object{"errorCode": 403.0, "responseCode": 200.0, "responsePagePath": "/app.html", "errorCachingMinTtl": 10.0},
		object{"errorCode": 404.0, "responseCode": 200.0, "responsePagePath": "/app.html", "errorCachingMinTtl": 10.0},
	})
	args = static("sandbox")
	args.NotFoundPage = "/404.html"
	same(t, "not found", record(t, newCDN("site", args)).Find(distributionType, "site-distribution").Input("customErrorResponses"), list{
		object{"errorCode": 403.0, "responseCode": 404.0, "responsePagePath": "/404.html", "errorCachingMinTtl": 10.0},
		object{"errorCode": 404.0, "responseCode": 404.0, "responsePagePath": "/404.html", "errorCachingMinTtl": 10.0},
	})
	// An API's 403 says something else.
	args = shop("production")
	args.NotFoundPage = "/assets/404.html"
	same(t, "not found, with an API", record(t, newCDN("shop", args)).Find(distributionType, "shop-distribution").Input("customErrorResponses"), list{
		object{"errorCode": 404.0, "responseCode": 404.0, "responsePagePath": "/assets/404.html", "errorCachingMinTtl": 10.0},
	})
}

func TestCDNTtlFromOrigin(t *testing.T) {
	t.Parallel()
	args := shop("production")
	args.CachedTtlSeconds, args.CachedTtlFromOrigin = nil, pulumi.BoolRef(true)
	wantInputs(t, record(t, newCDN("shop", args)), cachePolicyType, "shop-cached", map[string]any{"minTtl": 0.0, "defaultTtl": 0.0, "maxTtl": 31536000.0})
}

// The bucket, its copy and their keys let in this distribution and keep what they said.
func TestCDNBuckets(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		west, err := aws.NewProvider(ctx, "west", &aws.ProviderArgs{Region: pulumi.String("eu-west-1")})
		if err != nil {
			return err
		}
		files, err := storage.NewBucket(ctx, "files", &storage.BucketArgs{OwnKey: pulumi.BoolRef(true), PolicyOwner: "cdn"})
		if err != nil {
			return err
		}
		copies, err := storage.NewBucket(ctx, "copies", &storage.BucketArgs{OwnKey: pulumi.BoolRef(true), PolicyOwner: "cdn"}, pulumi.Provider(west))
		if err != nil {
			return err
		}
		_, err = cdn.NewCDN(ctx, "site", &cdn.CDNArgs{
			BucketArn: files.Arn.ToStringPtrOutput(), BucketDomainName: files.RegionalDomainName.ToStringPtrOutput(), BucketPolicy: files.Policy.ToStringPtrOutput(),
			BucketKeyArn: files.KeyArn.ToStringPtrOutput(), BucketKeyPolicy: files.KeyPolicy.ToStringPtrOutput(),
			FailoverBucketArn: copies.Arn.ToStringPtrOutput(), FailoverBucketDomainName: copies.RegionalDomainName.ToStringPtrOutput(), FailoverBucketPolicy: copies.Policy.ToStringPtrOutput(),
			FailoverBucketKeyArn: copies.KeyArn.ToStringPtrOutput(), FailoverBucketKeyPolicy: copies.KeyPolicy.ToStringPtrOutput(), FailoverRegion: "eu-west-1",
			CloudfrontDomain: pulumi.BoolRef(true),
		})
		return err
	})
	d := rec.Find(distributionType, "site-distribution")
	source := object{"StringEquals": object{"aws:SourceArn": d.Output("arn")}}
	for _, c := range []struct{ policy, bucket, key, provider string }{
		{"site-bucket", "files-bucket", "files-key", ""}, {"site-failover-bucket", "copies-bucket", "copies-key", "site-eu-west-1"},
	} {
		policy, keyPolicy := rec.Find(bucketPolicyType, c.policy), rec.Find(keyPolicyType, c.policy)
		bucket, key := rec.Find(bucketType, c.bucket), rec.Find("aws:kms/key:Key", c.key)
		same(t, c.policy, policy.Input("bucket"), bucket.Output("bucket"))
		if arn := key.Output("arn").(string); keyPolicy.Input("keyId") != arn[strings.LastIndex(arn, "/")+1:] {
			t.Errorf("%s is the policy of the key %v, want %s by its ID: by its ARN every preview has a change", keyPolicy, keyPolicy.Input("keyId"), arn)
		}
		same(t, c.policy+" statements", len(recorder.At(recorder.JSON(policy.Input("policy")), "Statement").(list)), 2)
		same(t, c.policy, recorder.At(recorder.JSON(policy.Input("policy")), "Statement[0].Sid"), "DenyPlaintext")
		same(t, c.policy, recorder.At(recorder.JSON(policy.Input("policy")), "Statement[1].Condition"), source)
		same(t, c.policy+" key", recorder.At(recorder.JSON(keyPolicy.Input("policy")), "Statement[0].Sid"), "AccountPermissions")
		same(t, c.policy+" key", recorder.At(recorder.JSON(keyPolicy.Input("policy")), "Statement[1]"), object{
			"Sid": "Distribution", "Effect": "Allow", "Principal": object{"Service": "cloudfront.amazonaws.com"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": source,
		})
		for _, p := range []*recorder.Resource{policy, keyPolicy} {
			if c.provider != "" && !strings.Contains(p.Provider, "::"+c.provider+"::") || c.provider == "" && p.Provider != "" {
				t.Errorf("%s has the provider %q, want %q", p, p.Provider, c.provider)
			}
		}
	}
	same(t, "groups", d.Input("originGroups[0].members"), list{object{"originId": "bucket"}, object{"originId": "failover-bucket"}})
	same(t, "target", d.Input("defaultCacheBehavior.targetOriginId"), "buckets")

	args := static("production")
	args.BucketPolicy, args.BucketPolicyOwner = nil, "bucket"
	same(t, "policies of a bucket that has its own", record(t, newCDN("site", args)).Find(bucketPolicyType, "site-bucket") == nil, true)
}

func TestCDNLogs(t *testing.T) {
	t.Parallel()
	rec := record(t, newCDN("site", static("production")))
	d, bucket, source := rec.Find(distributionType, "site-distribution"), rec.Find(bucketType, "site-access-logs"), rec.Find(logSourceType, "site-access-logs")
	same(t, "source", source.Inputs, object{"logType": "ACCESS_LOGS", "resourceArn": d.Output("arn")})
	same(t, "destination", rec.Find(logTargetType, "site-access-logs").Inputs, object{
		"outputFormat": "json", "deliveryDestinationConfiguration": object{"destinationResourceArn": bucket.Output("arn")},
	})
	delivery := rec.Find(logDeliveryType, "site-access-logs")
	same(t, "delivery", delivery.Inputs, object{
		"deliverySourceName": source.Output("name"), "deliveryDestinationArn": rec.Find(logTargetType, "site-access-logs").Output("arn"),
	})
	policy := rec.Find(bucketPolicyType, "site-access-logs")
	arn := bucket.Output("arn").(string)
	same(t, "policy", recorder.At(recorder.JSON(policy.Input("policy")), "Statement[0]"), object{
		"Sid": "AccessLogs", "Effect": "Allow", "Principal": object{"Service": "delivery.logs.amazonaws.com"}, "Action": "s3:PutObject", "Resource": arn + "/AWSLogs/123456789012/*",
		"Condition": object{
			"ArnLike":      object{"aws:SourceArn": source.Output("arn")},
			"StringEquals": object{"aws:SourceAccount": "123456789012", "s3:x-amz-acl": "bucket-owner-full-control"},
		},
	})
	if !slices.Contains(delivery.Dependencies, policy.URN) {
		t.Error("logs are delivered before they may be: AWS would change the policy")
	}
	for _, res := range []*recorder.Resource{source, delivery, rec.Find(logTargetType, "site-access-logs")} {
		if !strings.Contains(res.Provider, "::site-us-east-1::") {
			t.Errorf("%s is not in us-east-1, where CloudFront's logs are set up", res)
		}
	}
	same(t, "provider of the bucket", bucket.Provider, "")

	args := static("production")
	args.AccessLogsBucketArn = pulumi.String("arn:aws:s3:::all-logs")
	rec = record(t, newCDN("site", args))
	same(t, "buckets", len(rec.Type(bucketType)), 0)
	same(t, "destination", rec.Find(logTargetType, "site-access-logs").Input("deliveryDestinationConfiguration.destinationResourceArn"), "arn:aws:s3:::all-logs")
	args = static("production")
	args.AccessLogs = pulumi.BoolRef(false)
	same(t, "deliveries", len(record(t, newCDN("site", args)).Type(logDeliveryType)), 0)
}

// Wherever the stack is, alarms are where the metrics are, with one provider at most.
func TestCDNAlarmsAreInVirginia(t *testing.T) {
	t.Parallel()
	for region, providers := range map[string]int{"eu-central-1": 1, "us-east-1": 0} {
		args := shop("production")
		args.LatencyMilliseconds = pulumi.IntRef(800)
		rec := record(t, newCDN("shop", args), recorder.Config(map[string]string{"aws:region": region, "aws:defaultTags": `{"tags":{"owner":"a"}}`, "aws:profile": "deployer"}))
		made := rec.Type("pulumi:providers:aws")
		same(t, region+" providers", len(made), providers)
		for _, provider := range made {
			same(t, "provider", provider.Inputs, object{"region": "us-east-1", "profile": "deployer", "defaultTags": object{"tags": object{"owner": "a"}}, "skipCredentialsValidation": false, "skipRegionValidation": true})
		}
		id := rec.Find(distributionType, "shop-distribution").ID
		for name, want := range map[string]object{
			"shop-failing-requests": {"metricName": "5xxErrorRate", "statistic": "Average", "threshold": 5.0},
			"shop-refused-requests": {"metricName": "4xxErrorRate", "statistic": "Average", "threshold": 33.0},
			"shop-slow-origins":     {"metricName": "OriginLatency", "extendedStatistic": "p99", "threshold": 800.0},
		} {
			alarm := rec.Find(alarmType, name)
			same(t, name, alarm.Input("namespace"), "AWS/CloudFront")
			same(t, name, alarm.Input("dimensions"), object{"DistributionId": id, "Region": "Global"})
			same(t, name, alarm.Input("alarmActions"), list{globalTopicArn})
			if in := strings.Contains(alarm.Provider, "::shop-us-east-1::"); in != (providers == 1) {
				t.Errorf("%s in %s has the provider %q", name, region, alarm.Provider)
			}
			for input, value := range want {
				same(t, name+" "+input, alarm.Input(input), value)
			}
		}
	}
}

func TestCDNTransforms(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	args := shop("production")
	args.BucketKeyArn, args.BucketKeyPolicy, args.LatencyMilliseconds = pulumi.String(filesKeyArn), pulumi.String(text(document())), pulumi.IntRef(1)
	type opts = *[]pulumi.ResourceOption
	args.Transform = cdn.CDNTransform{
		Distribution:           func(a *cloudfront.DistributionArgs, _ opts) { seen["distribution"]++; a.Staging = pulumi.Bool(true) },
		OriginAccessControl:    func(*cloudfront.OriginAccessControlArgs, opts) { seen["access"]++ },
		CachePolicy:            func(*cloudfront.CachePolicyArgs, opts) { seen["cached"]++ },
		ResponseHeadersPolicy:  func(*cloudfront.ResponseHeadersPolicyArgs, opts) { seen["headers"]++ },
		MonitoringSubscription: func(*cloudfront.MonitoringSubscriptionArgs, opts) { seen["metrics"]++ },
		Secret:                 func(*secretsmanager.SecretArgs, opts) { seen["secret"]++ },
		SecretVersion:          func(*secretsmanager.SecretVersionArgs, opts) { seen["version"]++ },
		BucketPolicy:           func(*s3.BucketPolicyArgs, opts) { seen["bucketPolicy"]++ },
		KeyPolicy:              func(*kms.KeyPolicyArgs, opts) { seen["keyPolicy"]++ },
		Record:                 func(*route53.RecordArgs, opts) { seen["record"]++ },
		LogSource:              func(*cloudwatch.LogDeliverySourceArgs, opts) { seen["source"]++ },
		LogDestination:         func(*cloudwatch.LogDeliveryDestinationArgs, opts) { seen["destination"]++ },
		LogDelivery:            func(*cloudwatch.LogDeliveryArgs, opts) { seen["delivery"]++ },
		LogBucket:              func(*s3.BucketV2Args, opts) { seen["logBucket"]++ },
		PublicAccessBlock:      func(*s3.BucketPublicAccessBlockArgs, opts) { seen["block"]++ },
		OwnershipControls:      func(*s3.BucketOwnershipControlsArgs, opts) { seen["ownership"]++ },
		Encryption:             func(*s3.BucketServerSideEncryptionConfigurationV2Args, opts) { seen["encryption"]++ },
		Versioning:             func(*s3.BucketVersioningV2Args, opts) { seen["versioning"]++ },
		Lifecycle:              func(*s3.BucketLifecycleConfigurationV2Args, opts) { seen["lifecycle"]++ },
		LogBucketPolicy:        func(*s3.BucketPolicyArgs, opts) { seen["logBucketPolicy"]++ },
		Alarm:                  func(*cloudwatch.MetricAlarmArgs, opts) { seen["alarm"]++ },
	}
	rec := record(t, newCDN("shop", args))
	same(t, "transformed", seen, map[string]int{
		"distribution": 1, "access": 1, "cached": 1, "headers": 1, "metrics": 1, "secret": 1, "version": 1, "bucketPolicy": 1, "keyPolicy": 1, "record": 4, "source": 1,
		"destination": 1, "delivery": 1, "logBucket": 1, "block": 1, "ownership": 1, "encryption": 1, "versioning": 1, "lifecycle": 1, "logBucketPolicy": 1, "alarm": 3,
	})
	same(t, "staging", rec.Find(distributionType, "shop-distribution").Input("staging"), true)
}

// Pulumi appends a hyphen and seven digits to what is not given.
func TestCDNLongName(t *testing.T) {
	t.Parallel()
	rec := record(t, newCDN(fifty, shop("production")))
	for token, limit := range map[string]int{accessType: 64, headersType: 128, cachePolicyType: 128, logSourceType: 60, logTargetType: 60} {
		for _, res := range rec.Type(token) {
			physical, given := res.Input("name").(string)
			if !given {
				physical = res.Name + "-0123456"
			}
			if len(physical) > limit {
				t.Errorf("%s is named %s: %d characters, at most %d", res, physical, len(physical), limit)
			}
		}
	}
	if bucket, _ := rec.Type(bucketType)[0].Input("bucket").(string); bucket == "" || len(bucket) > 63 {
		t.Errorf("the log bucket is named %q", bucket)
	}
}

func TestCDNWiring(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"production", "sandbox"} {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, func(ctx *pulumi.Context) error {
				files, err := storage.NewBucket(ctx, "files", &storage.BucketArgs{Preset: preset, OwnKey: pulumi.BoolRef(true), PolicyOwner: "cdn"})
				if err != nil {
					return err
				}
				firewall, err := cdn.NewFirewall(ctx, "shop", &cdn.FirewallArgs{Preset: preset, Scope: "cloudfront", AlarmTopicArn: pulumi.String(globalTopicArn)})
				if err != nil {
					return err
				}
				args := shop(preset)
				args.BucketArn, args.BucketDomainName, args.BucketPolicy = files.Arn.ToStringPtrOutput(), files.RegionalDomainName.ToStringPtrOutput(), files.Policy.ToStringPtrOutput()
				args.BucketKeyArn, args.BucketKeyPolicy = files.KeyArn.ToStringPtrOutput(), files.KeyPolicy.ToStringPtrOutput()
				args.WebAclArn = firewall.Arn.ToStringPtrOutput()
				_, err = cdn.NewCDN(ctx, "shop", &args)
				return err
			})
			for _, finding := range guardrails.Wiring(rec) {
				t.Error(finding)
			}
		})
	}
}
