package cdn

import (
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Policies that AWS keeps, by the IDs they have in every account:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
const (
	cachingOptimized          = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	cachingDisabled           = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	allViewerExceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
)

// distribution creates the distribution with its policies.
func (e *edge) distribution(c *CDN) (*cloudfront.Distribution, error) {
	origins, groups, err := e.origins(c)
	if err != nil {
		return nil, err
	}
	headers, err := e.responseHeaders()
	if err != nil {
		return nil, err
	}
	standard, others, err := e.behaviours(headers)
	if err != nil {
		return nil, err
	}
	args := &cloudfront.DistributionArgs{
		Comment: pulumi.String(e.Name), Enabled: pulumi.Bool(true),
		HttpVersion: pulumi.String("http2and3"), IsIpv6Enabled: pulumi.Bool(true),
		Origins: origins, OriginGroups: groups,
		DefaultCacheBehavior: standard, OrderedCacheBehaviors: others,
		CustomErrorResponses: e.pages(),
		ViewerCertificate:    e.certificate(),
		Restrictions:         cloudfront.DistributionRestrictionsArgs{GeoRestriction: e.countries()},
		PriceClass:           pulumi.String(e.priceClass()),
		// A sandbox may be used before the last edge location knows of it.
		WaitForDeployment: pulumi.Bool(convention.Choose(nil, e.Preset, true, false)),
		Tags:              e.Tags(e.Name),
	}
	if e.args.OriginDomainName == nil {
		args.DefaultRootObject = pulumi.String(e.rootFile())
	}
	if len(e.args.DomainNames) > 0 {
		args.Aliases = pulumi.ToStringArray(e.args.DomainNames)
	}
	if e.args.WebAclArn != nil {
		args.WebAclId = webACL(e.Scope, e.args.WebAclArn)
	}
	return cloudfront.NewDistribution(e.Ctx, e.Child("distribution"), args,
		convention.With(e.Scope, e.args.Transform.Distribution, args, pulumi.Protect(e.protect)))
}

func (e *edge) rootFile() string {
	if e.args.RootFile == "" {
		return "index.html"
	}
	return e.args.RootFile
}

func (e *edge) priceClass() string {
	if e.args.PriceClass != "" {
		return e.args.PriceClass
	}
	return convention.Choose(nil, e.Preset, "PriceClass_All", "PriceClass_100")
}

func (e *edge) certificate() cloudfront.DistributionViewerCertificateArgs {
	if len(e.args.DomainNames) == 0 {
		return cloudfront.DistributionViewerCertificateArgs{CloudfrontDefaultCertificate: pulumi.Bool(true)}
	}
	return cloudfront.DistributionViewerCertificateArgs{
		AcmCertificateArn: virginian(e.Scope, "certificateArn", e.args.CertificateArn),
		SslSupportMethod:  pulumi.String("sni-only"), MinimumProtocolVersion: pulumi.String(tlsPolicy(e.args)),
	}
}

func (e *edge) countries() cloudfront.DistributionRestrictionsGeoRestrictionArgs {
	switch {
	case len(e.args.AllowedCountries) > 0:
		return cloudfront.DistributionRestrictionsGeoRestrictionArgs{RestrictionType: pulumi.String("whitelist"), Locations: pulumi.ToStringArray(e.args.AllowedCountries)}
	case len(e.args.BlockedCountries) > 0:
		return cloudfront.DistributionRestrictionsGeoRestrictionArgs{RestrictionType: pulumi.String("blacklist"), Locations: pulumi.ToStringArray(e.args.BlockedCountries)}
	}
	return cloudfront.DistributionRestrictionsGeoRestrictionArgs{RestrictionType: pulumi.String("none")}
}

// A behaviour is how requests for some paths are answered.
type behaviour struct {
	target, cachePolicy string
	own                 pulumi.StringPtrInput // a cache policy of the component's own
	writes              bool
	requestPolicy       string
}

var (
	reads = pulumi.StringArray{pulumi.String("GET"), pulumi.String("HEAD"), pulumi.String("OPTIONS")}
	all   = pulumi.StringArray{
		pulumi.String("GET"), pulumi.String("HEAD"), pulumi.String("OPTIONS"),
		pulumi.String("PUT"), pulumi.String("POST"), pulumi.String("PATCH"), pulumi.String("DELETE"),
	}
	kept = pulumi.StringArray{pulumi.String("GET"), pulumi.String("HEAD")}
)

// behaviours are that of all paths and those of the paths that differ.
func (e *edge) behaviours(headers pulumi.StringPtrInput) (cloudfront.DistributionDefaultCacheBehaviorArgs, cloudfront.DistributionOrderedCacheBehaviorArray, error) {
	static := behaviour{target: bucketOrigin, cachePolicy: cachingOptimized}
	if e.args.FailoverBucketArn != nil {
		static.target = bucketGroup
	}
	// The host that an origin is asked for is its own, which its certificate is for.
	dynamic := behaviour{target: customOrigin, cachePolicy: cachingDisabled, writes: true, requestPolicy: allViewerExceptHostHeader}
	cached := behaviour{target: customOrigin}
	if e.args.FailoverOriginDomainName != nil {
		cached.target = customGroup
	}
	if len(e.args.CachedPaths) > 0 {
		policy, err := e.cachePolicy()
		if err != nil {
			return cloudfront.DistributionDefaultCacheBehaviorArgs{}, nil, err
		}
		cached.own = policy.ID().ToStringOutput().ToStringPtrOutput()
	}
	standard := dynamic
	if e.args.OriginDomainName == nil {
		standard = static
	}
	var others cloudfront.DistributionOrderedCacheBehaviorArray
	for _, path := range e.args.StaticPaths {
		others = append(others, static.at(path, headers))
	}
	for _, path := range e.args.CachedPaths {
		others = append(others, cached.at(path, headers))
	}
	b := standard.at("", headers)
	return cloudfront.DistributionDefaultCacheBehaviorArgs{
		TargetOriginId: b.TargetOriginId, ViewerProtocolPolicy: b.ViewerProtocolPolicy, Compress: b.Compress,
		AllowedMethods: b.AllowedMethods, CachedMethods: b.CachedMethods,
		CachePolicyId: b.CachePolicyId, OriginRequestPolicyId: b.OriginRequestPolicyId, ResponseHeadersPolicyId: b.ResponseHeadersPolicyId,
	}, others, nil
}

func (b behaviour) at(path string, headers pulumi.StringPtrInput) cloudfront.DistributionOrderedCacheBehaviorArgs {
	args := cloudfront.DistributionOrderedCacheBehaviorArgs{
		PathPattern: pulumi.String(path), TargetOriginId: pulumi.String(b.target),
		ViewerProtocolPolicy: pulumi.String("redirect-to-https"), Compress: pulumi.Bool(true),
		AllowedMethods: reads, CachedMethods: kept, ResponseHeadersPolicyId: headers,
	}
	if b.writes {
		args.AllowedMethods = all
	}
	args.CachePolicyId = b.own
	if b.own == nil {
		args.CachePolicyId = pulumi.String(b.cachePolicy)
	}
	if b.requestPolicy != "" {
		args.OriginRequestPolicyId = pulumi.String(b.requestPolicy)
	}
	return args
}

// pages are shown in the place of an origin's own errors.
func (e *edge) pages() cloudfront.DistributionCustomErrorResponseArray {
	var pages cloudfront.DistributionCustomErrorResponseArray
	show := func(code, status int, page string, seconds int) {
		pages = append(pages, cloudfront.DistributionCustomErrorResponseArgs{
			ErrorCode: pulumi.Int(code), ResponseCode: pulumi.Int(status), ResponsePagePath: pulumi.String(page), ErrorCachingMinTtl: pulumi.Int(seconds),
		})
	}
	// A bucket says 403 for what does not exist to those who may not list it, so that
	// they cannot find out what does.
	missing := []int{403, 404}
	if e.args.OriginDomainName != nil {
		missing = []int{404}
	}
	for _, code := range missing {
		switch {
		case convention.Or(e.args.SinglePage, false):
			show(code, 200, "/"+e.rootFile(), 10)
		case e.args.NotFoundPage != "":
			show(code, 404, e.args.NotFoundPage, 10)
		}
	}
	if e.args.ErrorPage != "" {
		for _, code := range []int{500, 502, 503, 504} {
			show(code, code, e.args.ErrorPage, 5) // asked again soon, and not by everybody at once
		}
	}
	return pages
}
