package cdn_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/cdn"
	"github.com/archimperative/scaffold/components/storage"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// refused checks that a program fails with exactly these sentences, and before it registers anything.
func refused(t *testing.T, program pulumi.RunFunc, want ...string) {
	t.Helper()
	rec, err := recorder.Run(program)
	if err == nil {
		t.Fatalf("accepted; want\n%s", strings.Join(want, "\n"))
	}
	same(t, "problems", strings.Split(err.Error(), "\n"), want)
	same(t, "resources registered", rec.List(), []string{})
}

func TestCDNRefuses(t *testing.T) {
	t.Parallel()
	yes, no := pulumi.BoolRef(true), pulumi.BoolRef(false)
	for name, c := range map[string]struct {
		args   cdn.CDNArgs
		change func(*cdn.CDNArgs)
		want   []string
	}{
		"nothing": {cdn.CDNArgs{Preset: "sandbox"}, nil,
			[]string{`bucketArn: or originDomainName is required: a distribution hands on what a bucket, a load balancer or an API answers`}},
		"no name in production": {static("production"), func(a *cdn.CDNArgs) { a.CloudfrontDomain = nil },
			[]string{`domainNames: is required in production: by its own domain name alone, CloudFront takes connections with TLS 1.0. Give names and their certificateArn, or set cloudfrontDomain to accept that`}},
		"certificate elsewhere": {shop(""), func(a *cdn.CDNArgs) { a.CertificateArn = pulumi.String(existingArn) },
			[]string{`certificateArn: "` + existingArn + `" is in region "eu-central-1", but CloudFront looks for certificates in us-east-1 alone; give one in us-east-1`}},
		"no certificate": {shop(""), func(a *cdn.CDNArgs) { a.CertificateArn = nil },
			[]string{`certificateArn: is required: CloudFront shows it for domainNames; a Certificate made with a provider for us-east-1 gives one`}},
		"names": {shop(""), func(a *cdn.CDNArgs) {
			a.DomainNames, a.CloudfrontDomain = []string{"Shop", "a.example.com", "a.example.com"}, yes
		}, []string{
			`cloudfrontDomain: is for a distribution without names of its own; leave it out, or domainNames`,
			`domainNames: "Shop" is not a domain name; write it in full, in lower case and without a dot at the end, as shop.example.com`,
			`domainNames: "a.example.com" is named twice; name it once`,
		}},
		"certificate without names": {static(""), func(a *cdn.CDNArgs) { a.CertificateArn = pulumi.String(globalCertArn) },
			[]string{`domainNames: is required with certificateArn, zoneId and tlsPolicy: without a name of one's own CloudFront decides about them`}},
		"old TLS": {shop(""), func(a *cdn.CDNArgs) { a.TlsPolicy = "TLSv1.1_2016" },
			[]string{`tlsPolicy: "TLSv1.1_2016" is not possible; use one of TLSv1.2_2021, TLSv1.2_2025, TLSv1.3_2025`}},
		"cached without a time": {shop(""), func(a *cdn.CDNArgs) { a.CachedTtlSeconds = nil },
			[]string{`cachedTtlSeconds: is required with cachedPaths: it says for how long an answer is kept. Give seconds, or set cachedTtlFromOrigin if every answer says so itself`}},
		"cached for no time": {shop(""), func(a *cdn.CDNArgs) { a.CachedTtlSeconds = pulumi.IntRef(0) },
			[]string{`cachedTtlSeconds: 0 keeps nothing of an API that sends no Cache-Control header, so these paths would not be cached; give at least 1, leave the paths out, or set cachedTtlFromOrigin`}},
		"cached for two times": {shop(""), func(a *cdn.CDNArgs) { a.CachedTtlFromOrigin = yes },
			[]string{`cachedTtlSeconds: and cachedTtlFromOrigin contradict each other; leave one of them out`}},
		"cached for too long": {shop(""), func(a *cdn.CDNArgs) { a.CachedTtlSeconds = pulumi.IntRef(31536001) },
			[]string{`cachedTtlSeconds: 31536001 is out of range; use 1 to 31536000 (a year at most)`}},
		"cached for each user": {shop(""), func(a *cdn.CDNArgs) { a.CachedHeaders = []string{"Cookie"} },
			[]string{`cachedHeaders: "Cookie" differs for every user, and nothing would be cached; leave the paths out of cachedPaths instead`}},
		"a time without paths": {static(""), func(a *cdn.CDNArgs) { a.CachedTtlSeconds = pulumi.IntRef(1) },
			[]string{`cachedPaths: is required with cachedTtlSeconds, cachedTtlFromOrigin and cachedHeaders: they are about answers of those paths`}},
		"paths": {shop(""), func(a *cdn.CDNArgs) { a.StaticPaths, a.CachedPaths = []string{"assets", "/*", "/a"}, []string{"/a"} }, []string{
			`staticPaths: "assets" is not a path pattern; begin it with a slash, as /assets/*`,
			`staticPaths: "/*" is every path, and nothing would be left for the others; name the paths it is for`,
			`cachedPaths: "/a" is named twice; name it once`,
		}},
		"too many paths": {shop(""), func(a *cdn.CDNArgs) {
			for i := range 74 {
				a.StaticPaths = append(a.StaticPaths, "/"+strings.Repeat("a", i+1))
			}
		}, []string{`staticPaths: and cachedPaths are 76; CloudFront takes at most 74. Use wildcards`}},
		"files without paths": {shop(""), func(a *cdn.CDNArgs) { a.StaticPaths = nil },
			[]string{`staticPaths: is required with a bucket and an origin: without it nothing would be read from the bucket. Name its paths, as "/assets/*"`}},
		"paths of one origin": {static(""), func(a *cdn.CDNArgs) {
			a.StaticPaths, a.CachedPaths, a.CachedTtlSeconds = []string{"/a"}, []string{"/b"}, pulumi.IntRef(1)
		}, []string{
			`staticPaths: tell the paths of the bucket from those of the load balancer or API; give both bucketArn and originDomainName, or leave this out`,
			`cachedPaths: are those of a load balancer or API, of which there is none; give originDomainName, or leave this out: static files are cached anyway`,
		}},
		"a page for an API's answers": {shop(""), func(a *cdn.CDNArgs) { a.SinglePage, a.RootFile = yes, "index.html" }, []string{
			`singlePage: would answer the API's own 403 and 404 with a page and the status 200, for it holds for all paths of a distribution; put the API behind a CDN of its own`,
			`rootFile: has no effect where a load balancer or API answers "/"; leave it out`,
		}},
		"pages": {static(""), func(a *cdn.CDNArgs) {
			a.SinglePage, a.NotFoundPage, a.ErrorPage, a.RootFile = yes, "/404.html", "error.html", "/index.html"
		}, []string{
			`notFoundPage: is never shown with singlePage, which answers every path; leave one of them out`,
			`rootFile: "/index.html" begins with a slash, which CloudFront does not take; write it as index.html`,
			`errorPage: "error.html" is not a path; begin it with a slash, as /error.html`,
		}},
		"an error page of what fails": {shop(""), func(a *cdn.CDNArgs) { a.ErrorPage = "/error.html" },
			[]string{`errorPage: "/error.html" is not below staticPaths, so what fails would be asked for the page about its failure; name a path of the bucket`}},
		"bucket": {static(""), func(a *cdn.CDNArgs) {
			a.BucketDomainName, a.BucketPolicy, a.BucketKeyArn = pulumi.String("files.s3-website.eu-central-1.amazonaws.com"), nil, pulumi.String(filesKeyArn)
		}, []string{
			`bucketDomainName: "files.s3-website.eu-central-1.amazonaws.com" is a website endpoint, which is public and speaks no HTTPS; give the bucket's own name, as files.s3.eu-central-1.amazonaws.com`,
			`bucketPolicy: is required: the bucket's one policy has to let this distribution read and keep what else it says. Give the policy of a Bucket with the policyOwner "cdn", or set bucketPolicyOwner to "bucket"`,
			`bucketKeyPolicy: and bucketKeyArn belong together: the key's one policy has to let this distribution decrypt and keep what else it says. Give both or neither`,
		}},
		"bucket without its ARN": {shop(""), func(a *cdn.CDNArgs) { a.BucketArn, a.StaticPaths = nil, nil },
			[]string{`bucketArn: is required with the other arguments about that bucket: its policy is for the objects below it`}},
		"bucket with policies of its own": {static(""), func(a *cdn.CDNArgs) { a.BucketPolicyOwner = "bucket" },
			[]string{`bucketPolicyOwner: is "bucket", so the policies of the buckets and their keys are none of the component's; leave them and the keys out, or this`}},
		"bucket without a name": {static(""), func(a *cdn.CDNArgs) { a.BucketDomainName, a.BucketPolicyOwner = nil, "me" }, []string{
			`bucketPolicyOwner: "me" is not possible; use one of cdn, bucket`,
			`bucketDomainName: is required with bucketArn; give the regionalDomainName of the Bucket`,
		}},
		"failover": {shop(""), func(a *cdn.CDNArgs) {
			a.BucketArn, a.BucketDomainName, a.BucketPolicy, a.StaticPaths = nil, nil, nil, nil
			a.FailoverBucketArn, a.FailoverBucketDomainName, a.FailoverBucketPolicy = pulumi.String(copiesArn), pulumi.String(copiesDomain), pulumi.String("{}")
		}, []string{
			`failoverBucketArn: has no bucket to take the place of; give bucketArn too`,
			`failoverRegion: "" is not a region; give that of the failover bucket, as eu-west-1: its policy is created there`,
		}},
		"failover region": {static(""), func(a *cdn.CDNArgs) { a.FailoverRegion = "eu-west-1" },
			[]string{`failoverRegion: has no effect without failoverBucketArn; leave it out`}},
		"failover of writes": {shop(""), func(a *cdn.CDNArgs) {
			a.CachedPaths, a.CachedTtlSeconds, a.FailoverOriginDomainName = nil, nil, pulumi.String("away.example.com")
		}, []string{`failoverOriginDomainName: answers cachedPaths only, of which there are none: CloudFront fails over what is read only. Use DNS failover behind originDomainName instead`}},
		"origin": {shop(""), func(a *cdn.CDNArgs) {
			a.OriginDomainName, a.OriginPath, a.OriginTimeoutSeconds = pulumi.String("https://origin.example.com"), "prod/", pulumi.IntRef(61)
			a.VpcOriginArn, a.KmsKeyArn = pulumi.String("arn:aws:ec2:eu-central-1:123456789012:instance/i-1"), pulumi.String(filesKeyArn)
		}, []string{
			`originDomainName: "https://origin.example.com" is not a domain name; write it in full, in lower case and without a dot at the end, as shop.example.com`,
			`originTimeoutSeconds: 61 is out of range; use 1 to 60 (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginResponseTimeout)`,
			`originPath: "prod/" has to begin with a slash and not to end with one; write it as /prod`,
			`vpcOriginArn: "arn:aws:ec2:eu-central-1:123456789012:instance/i-1" is not the ARN of a load balancer; give that of an internal one`,
			`kmsKeyArn: has no secret to encrypt; leave it out, or set originSecret`,
		}},
		"about no origin": {static(""), func(a *cdn.CDNArgs) { a.OriginSecret, a.OriginPath = yes, "/prod" }, []string{
			`originPath: is about the load balancer or API, of which there is none; give originDomainName too, or leave it out`,
			`originSecret: is about the load balancer or API, of which there is none; give originDomainName too, or leave it out`,
		}},
		"viewers": {shop(""), func(a *cdn.CDNArgs) {
			a.AllowedCountries, a.BlockedCountries, a.PriceClass = []string{"Germany"}, []string{"FR"}, "all"
			a.WebAclArn, a.AlarmTopicArn = pulumi.String("arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/a/1"), pulumi.String(topicArn)
			a.LatencyMilliseconds = pulumi.IntRef(0)
		}, []string{
			`blockedCountries: has no effect beside allowedCountries, which are the only ones served; leave one of them out`,
			`allowedCountries: "Germany" is not a country; write it as two capital letters, as DE (https://www.iso.org/obp/ui/#search)`,
			`webAclArn: arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/a/1 is not a web ACL of the scope CLOUDFRONT, which is all that CloudFront takes; give the arn of a Firewall with the scope "cloudfront"`,
			`alarmTopicArn: "` + topicArn + `" is in region "eu-central-1", but CloudFront's metrics and so its alarms are in us-east-1, and an alarm reaches topics of its own region only; give one in us-east-1`,
			`priceClass: "all" is not possible; use one of PriceClass_All, PriceClass_200, PriceClass_100`,
			`latencyMilliseconds: 0 is out of range; use 1 to 60000 (a minute at most, as long as CloudFront waits)`,
		}},
		"logs": {static(""), func(a *cdn.CDNArgs) { a.AccessLogs, a.AccessLogsRetentionDays = no, pulumi.IntRef(1) },
			[]string{`accessLogs: is false, but accessLogsBucketArn or accessLogsRetentionDays is given; leave those out, or accessLogs`}},
		"logs elsewhere": {static(""), func(a *cdn.CDNArgs) {
			a.AccessLogsBucketArn, a.AccessLogsRetentionDays = pulumi.String("arn:aws:s3:::logs"), pulumi.IntRef(1)
		}, []string{`accessLogsRetentionDays: has no effect on an existing bucket, whose owner decides how long it keeps what; leave it out`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.change != nil {
				c.change(&c.args)
			}
			for i, sentence := range c.want {
				c.want[i] = `scaffold:cdn:CDN "site": ` + sentence
			}
			refused(t, newCDN("site", c.args), c.want...)
		})
	}
}

// Where an ARN is, and who owns a policy, may show only when they are there.
func TestCDNRefusesLate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		program pulumi.RunFunc
		want    string
	}{
		"certificate": {func(ctx *pulumi.Context) error {
			certificate, err := acm.NewCertificate(ctx, "made", &acm.CertificateArgs{DomainName: pulumi.String("shop.example.com")})
			if err != nil {
				return err
			}
			args := shop("production")
			args.CertificateArn = certificate.Arn.ToStringPtrOutput()
			_, err = cdn.NewCDN(ctx, "site", &args)
			return err
		}, `is in eu-central-1, but CloudFront needs it in us-east-1; make it with a provider for that`},
		"web ACL": {func(ctx *pulumi.Context) error {
			firewall, err := cdn.NewFirewall(ctx, "made", &cdn.FirewallArgs{Scope: "regional"})
			if err != nil {
				return err
			}
			args := static("production")
			args.WebAclArn = firewall.Arn.ToStringPtrOutput()
			_, err = cdn.NewCDN(ctx, "site", &args)
			return err
		}, `is not a web ACL of the scope CLOUDFRONT, which is all that CloudFront takes`},
		"bucket with a policy of its own": {func(ctx *pulumi.Context) error {
			files, err := storage.NewBucket(ctx, "files", &storage.BucketArgs{})
			if err != nil {
				return err
			}
			args := static("production")
			args.BucketPolicy = files.Policy.ToStringPtrOutput()
			_, err = cdn.NewCDN(ctx, "site", &args)
			return err
		}, `scaffold:cdn:CDN "site": bucketPolicy: is empty, so the Bucket creates that policy itself and would undo this one; set its policyOwner to "cdn" (and ownKey, if it has a key)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := recorder.Run(c.program)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
