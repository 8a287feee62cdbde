package network

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var consumerName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// check refuses what AWS would refuse later, or what would fail silently.
func (b *gatewayBuilder) check() {
	b.OneOf("kind", b.kind, httpKind, restKind)
	b.OneOf("authorization", b.authorization, authorizeIam, authorizeJwt, authorizeNone)
	b.checkRoutes()
	b.checkServices()
	b.checkTokens()
	b.checkLimits()
	b.checkOrigins()
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
	b.Between("timeoutMilliseconds", b.timeout, 50, 29000, "what both kinds of API allow")
	b.Between("latencyMilliseconds", b.latency, 1, b.timeout, "nothing takes longer than timeoutMilliseconds")
	b.LogRetention("logRetentionDays", b.logRetention)
	b.checkGatewayDomain()
	if b.kind != restKind {
		for _, argument := range convention.Given(map[string]bool{
			"consumers": len(b.args.Consumers) > 0, "tracing": b.args.Tracing != nil && *b.args.Tracing,
			"accountLogRole": b.args.AccountLogRole != nil && *b.args.AccountLogRole,
		}) {
			b.Refuse(argument, "is of a REST API only; use kind rest, or leave it out")
		}
	}
}

// checkServices is about the way to the services in the VPC.
func (b *gatewayBuilder) checkServices() {
	args := b.args
	given := map[string]bool{
		"listenerArn": args.ListenerArn != nil, "networkLoadBalancerArn": args.NetworkLoadBalancerArn != nil,
		"serviceDomainName": args.ServiceDomainName != nil, "vpcId": args.VpcId != nil,
		"subnetIds": args.SubnetIds != nil, "listenerSecurityGroupId": args.ListenerSecurityGroupId != nil,
	}
	needed := map[string]string{"serviceDomainName": "the certificate of the load balancer is checked for it"}
	if b.kind == restKind {
		needed["networkLoadBalancerArn"] = "a VPC link of a REST API leads to a network load balancer"
	} else {
		needed["listenerArn"] = "the VPC link leads to a listener of a load balancer; give the listenerArn of a LoadBalancer"
		needed["vpcId"] = "the VPC link's security group is made in it; give the VPC of the services"
		needed["subnetIds"] = "the VPC link has an address in each; give the private ones of a Network"
		needed["listenerSecurityGroupId"] = "it has to let the VPC link in; give the securityGroupId of the LoadBalancer"
	}
	for _, argument := range slices.Sorted(maps.Keys(given)) {
		set := given[argument]
		why, needs := needed[argument]
		switch {
		case len(args.ServiceRoutes) == 0 && set:
			b.Refuse(argument, "is of the way to services; give serviceRoutes too, or leave it out")
		case len(args.ServiceRoutes) > 0 && needs && !set:
			b.Refuse(argument, "is required with serviceRoutes: %s", why)
		case len(args.ServiceRoutes) > 0 && !needs && set:
			b.Refuse(argument, "is not of kind %s; leave it out", b.kind)
		}
	}
	if known, ok := args.NetworkLoadBalancerArn.(pulumi.String); ok && strings.Contains(string(known), ":loadbalancer/app/") {
		b.Refuse("networkLoadBalancerArn", "%s is an application load balancer, which a REST API has no VPC link to; use a network load balancer, or kind http", string(known))
	}
}

// checkTokens refuses tokens that nobody could check.
func (b *gatewayBuilder) checkTokens() {
	args := b.args
	jwt := b.authorization == authorizeJwt
	given := map[string]bool{
		"jwtIssuer": args.JwtIssuer != nil, "jwtAudiences": args.JwtAudiences != nil, "userPoolArns": args.UserPoolArns != nil,
	}
	needed := map[string]string{
		"jwtIssuer":    "it publishes the keys that tokens are checked with; write it as https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abcdef",
		"jwtAudiences": "without it tokens for other applications of the issuer would be taken; give the IDs of your clients",
	}
	if b.kind == restKind {
		needed = map[string]string{"userPoolArns": "a REST API checks tokens of Cognito user pools; for another issuer use kind http"}
	}
	for _, argument := range slices.Sorted(maps.Keys(given)) {
		set := given[argument]
		why, needs := needed[argument]
		switch {
		case jwt && needs && !set:
			b.Refuse(argument, "is required with authorization jwt: %s", why)
		case jwt && !needs && set:
			b.Refuse(argument, "is not of kind %s; leave it out", b.kind)
		case !jwt && set:
			b.Refuse(argument, "is of authorization jwt; set authorization to jwt, or leave it out")
		}
	}
	if !jwt && len(args.JwtScopes) > 0 {
		b.Refuse("jwtScopes", "is of authorization jwt; set authorization to jwt, or leave it out")
	}
	if known, ok := args.JwtIssuer.(pulumi.String); ok {
		if issuer, err := url.Parse(string(known)); err != nil || issuer.Scheme != "https" || issuer.Host == "" {
			b.Refuse("jwtIssuer", "%q is not an https URL, and keys fetched without TLS prove nothing; write it as https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abcdef", string(known))
		}
	}
	if b.authorization == authorizeNone && len(args.PublicRoutes) > 0 {
		b.Refuse("publicRoutes", "say nothing with authorization none, which makes all routes public; leave them out")
	}
}

// checkLimits is about the token buckets.
func (b *gatewayBuilder) checkLimits() {
	args := b.args
	atLeast := func(argument string, value int) {
		if value < 1 {
			b.Refuse(argument, "%d lets nobody through; use at least 1", value)
		}
	}
	atLeast("rateLimit", b.rate)
	atLeast("burstLimit", b.burst)
	if len(args.Consumers) == 0 {
		for _, argument := range convention.Given(map[string]bool{
			"consumerRateLimit": args.ConsumerRateLimit != nil, "consumerBurstLimit": args.ConsumerBurstLimit != nil,
			"consumerRequestsPerDay": args.ConsumerRequestsPerDay != nil,
		}) {
			b.Refuse(argument, "limits nobody without consumers; name them, or leave it out")
		}
		return
	}
	atLeast("consumerRateLimit", b.consumerRate)
	atLeast("consumerBurstLimit", b.consumerBurst)
	if args.ConsumerRequestsPerDay != nil {
		atLeast("consumerRequestsPerDay", *args.ConsumerRequestsPerDay)
	}
	if b.consumerRate > b.rate {
		b.Refuse("consumerRateLimit", "%d is more than rateLimit, %d, which all consumers share; use at most that", b.consumerRate, b.rate)
	}
	for i, name := range args.Consumers {
		if !consumerName.MatchString(name) {
			b.Refuse("consumers", "%q cannot be a name; use letters, digits, hyphens and underscores, as partner", name)
		} else if slices.Index(args.Consumers, name) < i {
			b.Refuse("consumers", "%q stands there twice; each consumer has one key", name)
		}
	}
}

func (b *gatewayBuilder) checkOrigins() {
	if b.kind == restKind && len(b.args.CorsOrigins) > 0 {
		b.Refuse("corsOrigins", "are not of kind rest, where whoever answers a request says who may read the answer; let the functions send the headers, or use kind http")
		return
	}
	for _, origin := range b.args.CorsOrigins {
		parsed, err := url.Parse(origin)
		switch {
		case origin == "*" && len(b.args.CorsOrigins) > 1:
			b.Refuse("corsOrigins", "\"*\" is every origin, the others included; leave it or them out")
		case origin != "*" && (err != nil || parsed.Host == "" || parsed.Path != "" || parsed.Scheme != "https" && parsed.Hostname() != "localhost"):
			b.Refuse("corsOrigins", "%q is not an origin; write it as https://shop.example.com, without a path", origin)
		}
	}
}

func (b *gatewayBuilder) checkGatewayDomain() {
	args := b.args
	if args.DomainName != "" {
		b.DomainName("domainName", args.DomainName, false)
		if args.CertificateArn == nil {
			b.Refuse("certificateArn", "is required with domainName: it proves that the domain is yours; give the arn of a Certificate")
		}
		if args.ZoneId == nil {
			b.Refuse("zoneId", "is required with domainName: its records are made there; give the zoneId of a DNS")
		}
		return
	}
	if args.CertificateArn != nil {
		b.Refuse("certificateArn", "is of a domain name; give domainName too, or leave it out")
	}
	if args.ZoneId != nil {
		b.Refuse("zoneId", "is of a domain name; give domainName too, or leave it out")
	}
}
