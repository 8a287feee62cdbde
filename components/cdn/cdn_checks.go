package cdn

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var (
	// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html, "PathPattern"
	pathPattern = regexp.MustCompile(`^/[A-Za-z0-9_.*$/~"'@:+&?-]*$`)
	country     = regexp.MustCompile(`^[A-Z]{2}$`)
	region      = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
)

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html,
// those without TLS 1.0, TLS 1.1 and ciphers in CBC mode with SHA-1.
var tlsPolicies = []string{"TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"}

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
const mostBehaviours = 75

const aYear = 31536000

func checkCDN(s *convention.Scope, args *CDNArgs) {
	if args.BucketArn == nil && args.OriginDomainName == nil {
		s.Refuse("bucketArn", "or originDomainName is required: a distribution hands on what a bucket, a load balancer or an API answers")
	}
	checkBuckets(s, args)
	checkOrigin(s, args)
	checkPaths(s, args)
	checkPages(s, args)
	checkDomain(s, args)
	checkViewers(s, args)
}

// checkBuckets refuses buckets that the distribution could not read from.
func checkBuckets(s *convention.Scope, args *CDNArgs) {
	if args.BucketPolicyOwner != "" {
		s.OneOf("bucketPolicyOwner", args.BucketPolicyOwner, "cdn", "bucket")
	}
	if args.BucketPolicyOwner == "bucket" && (args.BucketPolicy != nil || args.BucketKeyArn != nil || args.FailoverBucketPolicy != nil || args.FailoverBucketKeyArn != nil) {
		s.Refuse("bucketPolicyOwner", "is \"bucket\", so the policies of the buckets and their keys are none of the component's; leave them and the keys out, or this")
	}
	owned := args.BucketPolicyOwner != "bucket"
	for _, b := range []struct {
		prefix                              string
		arn, domain, policy, key, keyPolicy pulumi.StringPtrInput
	}{
		{"bucket", args.BucketArn, args.BucketDomainName, args.BucketPolicy, args.BucketKeyArn, args.BucketKeyPolicy},
		{"failoverBucket", args.FailoverBucketArn, args.FailoverBucketDomainName, args.FailoverBucketPolicy, args.FailoverBucketKeyArn, args.FailoverBucketKeyPolicy},
	} {
		if b.arn == nil {
			if b.domain != nil || b.policy != nil || b.key != nil || b.keyPolicy != nil {
				s.Refuse(b.prefix+"Arn", "is required with the other arguments about that bucket: its policy is for the objects below it")
			}
			continue
		}
		if b.domain == nil {
			s.Refuse(b.prefix+"DomainName", "is required with %sArn; give the regionalDomainName of the Bucket", b.prefix)
		} else if name, known := convention.Known(b.domain); known && strings.Contains(name, ".s3-website") {
			s.Refuse(b.prefix+"DomainName", "%q is a website endpoint, which is public and speaks no HTTPS; give the bucket's own name, as files.s3.eu-central-1.amazonaws.com", name)
		}
		if owned && b.policy == nil {
			s.Refuse(b.prefix+"Policy", "is required: the bucket's one policy has to let this distribution read and keep what else it says. Give the policy of a Bucket with the policyOwner \"cdn\", or set bucketPolicyOwner to \"bucket\"")
		}
		if (b.key != nil) != (b.keyPolicy != nil) {
			s.Refuse(b.prefix+"KeyPolicy", "and %sKeyArn belong together: the key's one policy has to let this distribution decrypt and keep what else it says. Give both or neither", b.prefix)
		}
	}
	if args.FailoverBucketArn != nil {
		if args.BucketArn == nil {
			s.Refuse("failoverBucketArn", "has no bucket to take the place of; give bucketArn too")
		}
		if !region.MatchString(args.FailoverRegion) {
			s.Refuse("failoverRegion", "%q is not a region; give that of the failover bucket, as eu-west-1: its policy is created there", args.FailoverRegion)
		}
	} else if args.FailoverRegion != "" {
		s.Refuse("failoverRegion", "has no effect without failoverBucketArn; leave it out")
	}
}

func checkOrigin(s *convention.Scope, args *CDNArgs) {
	for _, name := range []struct {
		argument string
		value    pulumi.StringPtrInput
	}{{"originDomainName", args.OriginDomainName}, {"failoverOriginDomainName", args.FailoverOriginDomainName}} {
		if text, known := convention.Known(name.value); known {
			s.DomainName(name.argument, text, false)
		}
	}
	s.Between("originTimeoutSeconds", convention.Or(args.OriginTimeoutSeconds, 30), 1, 60,
		"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginResponseTimeout")
	if p := args.OriginPath; p != "" && (!strings.HasPrefix(p, "/") || strings.HasSuffix(p, "/")) {
		s.Refuse("originPath", "%q has to begin with a slash and not to end with one; write it as /prod", p)
	}
	if args.OriginDomainName == nil {
		for _, a := range []struct {
			argument string
			set      bool
		}{
			{"vpcOriginArn", args.VpcOriginArn != nil},
			{"originPath", args.OriginPath != ""},
			{"originSecret", convention.Or(args.OriginSecret, false)},
			{"originTimeoutSeconds", args.OriginTimeoutSeconds != nil},
			{"failoverOriginDomainName", args.FailoverOriginDomainName != nil},
		} {
			if a.set {
				s.Refuse(a.argument, "is about the load balancer or API, of which there is none; give originDomainName too, or leave it out")
			}
		}
	}
	if arn, known := convention.Known(args.VpcOriginArn); known && !strings.Contains(arn, ":loadbalancer/") {
		s.Refuse("vpcOriginArn", "%q is not the ARN of a load balancer; give that of an internal one", arn)
	}
	if args.KmsKeyArn != nil && !hasSecret(args) {
		s.Refuse("kmsKeyArn", "has no secret to encrypt; leave it out, or set originSecret")
	}
	if args.FailoverOriginDomainName != nil && len(args.CachedPaths) == 0 {
		s.Refuse("failoverOriginDomainName", "answers cachedPaths only, of which there are none: CloudFront fails over what is read only. Use DNS failover behind originDomainName instead")
	}
}

func checkPaths(s *convention.Scope, args *CDNArgs) {
	if len(args.StaticPaths) > 0 && (args.BucketArn == nil || args.OriginDomainName == nil) {
		s.Refuse("staticPaths", "tell the paths of the bucket from those of the load balancer or API; give both bucketArn and originDomainName, or leave this out")
	}
	if args.BucketArn != nil && args.OriginDomainName != nil && len(args.StaticPaths) == 0 {
		s.Refuse("staticPaths", "is required with a bucket and an origin: without it nothing would be read from the bucket. Name its paths, as \"/assets/*\"")
	}
	if len(args.CachedPaths) > 0 && args.OriginDomainName == nil {
		s.Refuse("cachedPaths", "are those of a load balancer or API, of which there is none; give originDomainName, or leave this out: static files are cached anyway")
	}
	seen := map[string]bool{}
	for _, list := range []struct {
		argument string
		patterns []string
	}{{"staticPaths", args.StaticPaths}, {"cachedPaths", args.CachedPaths}} {
		for _, pattern := range list.patterns {
			switch {
			case !pathPattern.MatchString(pattern) || len(pattern) > 255:
				s.Refuse(list.argument, "%q is not a path pattern; begin it with a slash, as /assets/*", pattern)
			case pattern == "/*":
				s.Refuse(list.argument, "\"/*\" is every path, and nothing would be left for the others; name the paths it is for")
			case seen[pattern]:
				s.Refuse(list.argument, "%q is named twice; name it once", pattern)
			}
			seen[pattern] = true
		}
	}
	if n := len(args.StaticPaths) + len(args.CachedPaths); n >= mostBehaviours {
		s.Refuse("staticPaths", "and cachedPaths are %d; CloudFront takes at most %d. Use wildcards", n, mostBehaviours-1)
	}
	checkTtl(s, args)
	for _, header := range args.CachedHeaders {
		if strings.EqualFold(header, "cookie") || strings.EqualFold(header, "set-cookie") {
			s.Refuse("cachedHeaders", "%q differs for every user, and nothing would be cached; leave the paths out of cachedPaths instead", header)
		}
	}
}

// checkTtl refuses a cache that keeps nothing. Without saying so: an API without
// Cache-Control headers and a TTL of zero looks cached and is not.
func checkTtl(s *convention.Scope, args *CDNArgs) {
	fromOrigin := convention.Or(args.CachedTtlFromOrigin, false)
	switch {
	case len(args.CachedPaths) == 0:
		if args.CachedTtlSeconds != nil || args.CachedTtlFromOrigin != nil || len(args.CachedHeaders) > 0 {
			s.Refuse("cachedPaths", "is required with cachedTtlSeconds, cachedTtlFromOrigin and cachedHeaders: they are about answers of those paths")
		}
	case fromOrigin && args.CachedTtlSeconds != nil && *args.CachedTtlSeconds != 0:
		s.Refuse("cachedTtlSeconds", "and cachedTtlFromOrigin contradict each other; leave one of them out")
	case fromOrigin:
	case args.CachedTtlSeconds == nil:
		s.Refuse("cachedTtlSeconds", "is required with cachedPaths: it says for how long an answer is kept. Give seconds, or set cachedTtlFromOrigin if every answer says so itself")
	case *args.CachedTtlSeconds == 0:
		s.Refuse("cachedTtlSeconds", "0 keeps nothing of an API that sends no Cache-Control header, so these paths would not be cached; give at least 1, leave the paths out, or set cachedTtlFromOrigin")
	default:
		s.Between("cachedTtlSeconds", *args.CachedTtlSeconds, 1, aYear, "a year at most")
	}
}

// checkPages refuses pages that would be shown in the place of something else.
func checkPages(s *convention.Scope, args *CDNArgs) {
	single := convention.Or(args.SinglePage, false)
	if single && args.OriginDomainName != nil {
		s.Refuse("singlePage", "would answer the API's own 403 and 404 with a page and the status 200, for it holds for all paths of a distribution; put the API behind a CDN of its own")
	}
	if single && args.NotFoundPage != "" {
		s.Refuse("notFoundPage", "is never shown with singlePage, which answers every path; leave one of them out")
	}
	if args.RootFile != "" && args.OriginDomainName != nil {
		s.Refuse("rootFile", "has no effect where a load balancer or API answers \"/\"; leave it out")
	}
	if strings.HasPrefix(args.RootFile, "/") {
		s.Refuse("rootFile", "%q begins with a slash, which CloudFront does not take; write it as %s", args.RootFile, strings.TrimLeft(args.RootFile, "/"))
	}
	for _, page := range []struct{ argument, path string }{{"notFoundPage", args.NotFoundPage}, {"errorPage", args.ErrorPage}} {
		switch {
		case page.path == "":
		case !strings.HasPrefix(page.path, "/"):
			s.Refuse(page.argument, "%q is not a path; begin it with a slash, as /error.html", page.path)
		case args.OriginDomainName != nil && !slices.ContainsFunc(args.StaticPaths, func(pattern string) bool { return matches(pattern, page.path) }):
			s.Refuse(page.argument, "%q is not below staticPaths, so what fails would be asked for the page about its failure; name a path of the bucket", page.path)
		}
	}
}

// matches reports whether a path pattern, whose wildcards stand for slashes too,
// matches a path.
func matches(pattern, p string) bool {
	flat := func(s string) string { return strings.ReplaceAll(s, "/", "\x00") }
	ok, err := path.Match(flat(pattern), flat(p))
	return err == nil && ok
}

func checkDomain(s *convention.Scope, args *CDNArgs) {
	bare := convention.Choose(args.CloudfrontDomain, s.Preset, false, true)
	if len(args.DomainNames) == 0 {
		if args.CertificateArn != nil || args.ZoneId != nil || args.TlsPolicy != "" {
			s.Refuse("domainNames", "is required with certificateArn, zoneId and tlsPolicy: without a name of one's own CloudFront decides about them")
		} else if !bare {
			s.Refuse("domainNames", "is required in production: by its own domain name alone, CloudFront takes connections with TLS 1.0. Give names and their certificateArn, or set cloudfrontDomain to accept that")
		}
		return
	}
	if convention.Or(args.CloudfrontDomain, false) {
		s.Refuse("cloudfrontDomain", "is for a distribution without names of its own; leave it out, or domainNames")
	}
	for i, name := range args.DomainNames {
		s.DomainName("domainNames", name, true)
		if slices.Contains(args.DomainNames[:i], name) {
			s.Refuse("domainNames", "%q is named twice; name it once", name)
		}
	}
	s.Require("certificateArn", args.CertificateArn, "CloudFront shows it for domainNames; a Certificate made with a provider for us-east-1 gives one")
	s.OnlyIn(convention.USEast1, "certificateArn", args.CertificateArn, "CloudFront looks for certificates in us-east-1 alone")
	s.OneOf("tlsPolicy", tlsPolicy(args), tlsPolicies...)
}

func tlsPolicy(args *CDNArgs) string {
	if args.TlsPolicy == "" {
		return tlsPolicies[0]
	}
	return args.TlsPolicy
}

func checkViewers(s *convention.Scope, args *CDNArgs) {
	if len(args.AllowedCountries) > 0 && len(args.BlockedCountries) > 0 {
		s.Refuse("blockedCountries", "has no effect beside allowedCountries, which are the only ones served; leave one of them out")
	}
	for _, list := range []struct {
		argument  string
		countries []string
	}{{"allowedCountries", args.AllowedCountries}, {"blockedCountries", args.BlockedCountries}} {
		for _, code := range list.countries {
			if !country.MatchString(code) {
				s.Refuse(list.argument, "%q is not a country; write it as two capital letters, as DE (https://www.iso.org/obp/ui/#search)", code)
			}
		}
	}
	if arn, known := convention.Known(args.WebAclArn); known {
		if err := ofCloudFront(arn); err != nil {
			s.Refuse("webAclArn", "%s", err)
		}
	}
	s.OnlyIn(convention.USEast1, "alarmTopicArn", args.AlarmTopicArn, "CloudFront's metrics and so its alarms are in us-east-1, and an alarm reaches topics of its own region only")
	if args.PriceClass != "" {
		s.OneOf("priceClass", args.PriceClass, "PriceClass_All", "PriceClass_200", "PriceClass_100")
	}
	logs := convention.Or(args.AccessLogs, true)
	if !logs && (args.AccessLogsBucketArn != nil || args.AccessLogsRetentionDays != nil) {
		s.Refuse("accessLogs", "is false, but accessLogsBucketArn or accessLogsRetentionDays is given; leave those out, or accessLogs")
	}
	if logs && args.AccessLogsBucketArn != nil && args.AccessLogsRetentionDays != nil {
		s.Refuse("accessLogsRetentionDays", "has no effect on an existing bucket, whose owner decides how long it keeps what; leave it out")
	}
	s.Between("accessLogsRetentionDays", convention.Or(args.AccessLogsRetentionDays, 90), 1, 3653, "ten years at most")
	s.Between("latencyMilliseconds", convention.Or(args.LatencyMilliseconds, 1000), 1, 60_000, "a minute at most, as long as CloudFront waits")
}
