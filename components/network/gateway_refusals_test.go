package network_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestGatewayRefuses(t *testing.T) {
	t.Parallel()
	type text = pulumi.String
	functions := func(n int) []pulumi.StringInput {
		list := make([]pulumi.StringInput, n)
		for i := range list {
			list[i] = text(ordersArn)
		}
		return list
	}
	routes := func(kind string, list ...string) func(*network.GatewayArgs) {
		return func(a *network.GatewayArgs) { a.Kind, a.Routes, a.FunctionArns = kind, list, functions(len(list)) }
	}
	for name, test := range map[string]struct {
		change func(*network.GatewayArgs)
		want   []string
	}{
		"kind":          {func(a *network.GatewayArgs) { a.Kind = "websocket" }, []string{`kind: "websocket" is not possible; use one of http, rest`}},
		"authorization": {func(a *network.GatewayArgs) { a.Authorization = "basic" }, []string{`authorization: "basic" is not possible; use one of iam, jwt, none`}},
		"no routes":     {routes(""), []string{"routes: is required, or serviceRoutes: an API without any answers nothing; write them as GET /orders/{id}"}},
		"no function": {func(a *network.GatewayArgs) { a.FunctionArns = nil }, []string{
			"functionArns: has 0 functions for 1 routes; give each route one, in the same order",
		}},
		"no ARN": {func(a *network.GatewayArgs) { a.FunctionArns = []pulumi.StringInput{text("orders")} }, []string{
			`functionArns: "orders" is not the ARN of a function; give the aliasArn of a Function`,
		}},
		"unset function": {func(a *network.GatewayArgs) { a.FunctionArns = []pulumi.StringInput{nil} }, []string{"functionArns: entry 0 is not set; give the aliasArn of a Function"}},
		"routes": {routes("", "get /orders", "/orders", "GET orders", "GET /orders/", "GET /{a+}/b", "GET /a b"), []string{
			`routes: "get /orders" is not a route; write it as GET /orders/{id}, with one of ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT`,
			`routes: "/orders" is not a route`, `routes: "GET orders" is not a route`,
			`routes: "GET /orders/" has the part "", which cannot be; use letters, digits and - . _ ~ : $, or a name in braces, and no slash at the end`,
			`routes: "GET /{a+}/b" has {a+} in the middle, which takes all that comes after it; put it at the end`,
			`routes: "GET /a b" has the part "a b", which cannot be`,
		}},
		"twice":        {routes("", "GET /orders/{id}", "GET /orders/{order}"), []string{`routes: "GET /orders/{order}" is for the same requests as "GET /orders/{id}"; leave one out`}},
		"REST default": {routes("rest", "$default"), []string{"routes: $default is of kind http only; write it as ANY /{path+}"}},
		"REST variables": {routes("rest", "GET /orders/{id}", "POST /orders/{order}"), []string{
			`routes: "POST /orders/{order}" has {order} where another route has {id}, and a REST API has one variable in a place; give both the same name`,
		}},
		"public": {func(a *network.GatewayArgs) { a.PublicRoutes = []string{"GET /health"} }, []string{`publicRoutes: "GET /health" is not among routes or serviceRoutes; write it exactly as there`}},
		"public among public": {func(a *network.GatewayArgs) { a.Authorization, a.PublicRoutes = "none", a.Routes }, []string{
			"publicRoutes: say nothing with authorization none, which makes all routes public; leave them out",
		}},

		"no way to services": {func(a *network.GatewayArgs) { a.ServiceRoutes = []string{"GET /b"} }, []string{
			"listenerArn: is required with serviceRoutes: the VPC link leads to a listener of a load balancer; give the listenerArn of a LoadBalancer",
			"listenerSecurityGroupId: is required with serviceRoutes: it has to let the VPC link in; give the securityGroupId of the LoadBalancer",
			"serviceDomainName: is required with serviceRoutes: the certificate of the load balancer is checked for it",
			"subnetIds: is required with serviceRoutes: the VPC link has an address in each; give the private ones of a Network",
			"vpcId: is required with serviceRoutes: the VPC link's security group is made in it; give the VPC of the services",
		}},
		"no services": {func(a *network.GatewayArgs) { a.ListenerArn = text(listenerArn) }, []string{"listenerArn: is of the way to services; give serviceRoutes too, or leave it out"}},
		"REST services": {func(a *network.GatewayArgs) {
			a.Kind, a.ServiceRoutes, a.ListenerArn = "rest", []string{"GET /b"}, text(listenerArn)
		}, []string{
			"listenerArn: is not of kind rest; leave it out",
			"networkLoadBalancerArn: is required with serviceRoutes: a VPC link of a REST API leads to a network load balancer",
		}},
		"REST and ALB": {func(a *network.GatewayArgs) {
			a.Kind, a.ServiceRoutes, a.ServiceDomainName = "rest", []string{"GET /b"}, text("b.example.com")
			a.NetworkLoadBalancerArn = text("arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/edge/1")
		}, []string{
			"networkLoadBalancerArn: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/edge/1 is an application load balancer, which a REST API has no VPC link to; use a network load balancer, or kind http",
		}},

		"tokens of nobody": {func(a *network.GatewayArgs) { a.Authorization = "jwt" }, []string{
			"jwtAudiences: is required with authorization jwt: without it tokens for other applications of the issuer would be taken; give the IDs of your clients",
			"jwtIssuer: is required with authorization jwt: it publishes the keys that tokens are checked with; write it as https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abcdef",
		}},
		"REST tokens of nobody": {func(a *network.GatewayArgs) {
			a.Kind, a.Authorization, a.JwtIssuer = "rest", "jwt", text("https://login.example.com")
		}, []string{
			"jwtIssuer: is not of kind rest; leave it out",
			"userPoolArns: is required with authorization jwt: a REST API checks tokens of Cognito user pools; for another issuer use kind http",
		}},
		"tokens that are not checked": {func(a *network.GatewayArgs) {
			a.JwtIssuer, a.JwtScopes = text("http://login.example.com"), []string{"a"}
		}, []string{
			"jwtIssuer: is of authorization jwt; set authorization to jwt, or leave it out",
			"jwtScopes: is of authorization jwt; set authorization to jwt, or leave it out",
			`jwtIssuer: "http://login.example.com" is not an https URL, and keys fetched without TLS prove nothing; write it as https://cognito-idp`,
		}},

		"limits": {func(a *network.GatewayArgs) { a.RateLimit, a.BurstLimit = to(0), to(0) }, []string{
			"rateLimit: 0 lets nobody through; use at least 1", "burstLimit: 0 lets nobody through; use at least 1",
		}},
		"limits of nobody": {func(a *network.GatewayArgs) { a.ConsumerRateLimit = to(5) }, []string{"consumerRateLimit: limits nobody without consumers; name them, or leave it out"}},
		"limits of consumers": {func(a *network.GatewayArgs) {
			a.Kind, a.Consumers, a.RateLimit, a.ConsumerRateLimit, a.ConsumerRequestsPerDay = "rest", []string{"a b", "c", "c"}, to(10), to(20), to(0)
		}, []string{
			"consumerRequestsPerDay: 0 lets nobody through; use at least 1",
			"consumerRateLimit: 20 is more than rateLimit, 10, which all consumers share; use at most that",
			`consumers: "a b" cannot be a name; use letters, digits, hyphens and underscores, as partner`,
			`consumers: "c" stands there twice; each consumer has one key`,
		}},
		"of REST only": {func(a *network.GatewayArgs) {
			a.Consumers, a.Tracing, a.AccountLogRole = []string{"a"}, to(true), to(true)
		}, []string{
			"accountLogRole: is of a REST API only; use kind rest, or leave it out",
			"consumers: is of a REST API only; use kind rest, or leave it out",
			"tracing: is of a REST API only; use kind rest, or leave it out",
		}},
		"origins": {func(a *network.GatewayArgs) {
			a.CorsOrigins = []string{"*", "shop.example.com", "http://shop.example.com", "https://shop.example.com/"}
		}, []string{
			`corsOrigins: "*" is every origin, the others included; leave it or them out`,
			`corsOrigins: "shop.example.com" is not an origin; write it as https://shop.example.com, without a path`,
			`corsOrigins: "http://shop.example.com" is not an origin`, `corsOrigins: "https://shop.example.com/" is not an origin`,
		}},
		"REST origins": {func(a *network.GatewayArgs) { a.Kind, a.CorsOrigins = "rest", []string{"*"} }, []string{
			"corsOrigins: are not of kind rest, where whoever answers a request says who may read the answer; let the functions send the headers, or use kind http",
		}},
		"timeout": {func(a *network.GatewayArgs) { a.TimeoutMilliseconds = to(30000) }, []string{"timeoutMilliseconds: 30000 is out of range; use 50 to 29000 (what both kinds of API allow)"}},
		"latency": {func(a *network.GatewayArgs) { a.TimeoutMilliseconds, a.LatencyMilliseconds = to(1000), to(3000) }, []string{"latencyMilliseconds: 3000 is out of range; use 1 to 1000 (nothing takes longer than timeoutMilliseconds)"}},
		"domain only": {func(a *network.GatewayArgs) { a.DomainName = "API.example.com" }, []string{
			`domainName: "API.example.com" is not a domain name`,
			"certificateArn: is required with domainName: it proves that the domain is yours; give the arn of a Certificate",
			"zoneId: is required with domainName: its records are made there; give the zoneId of a DNS",
		}},
		"no domain": {func(a *network.GatewayArgs) { a.CertificateArn, a.ZoneId = text("c"), text("Z1") }, []string{
			"certificateArn: is of a domain name; give domainName too, or leave it out", "zoneId: is of a domain name; give domainName too, or leave it out",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, makeGateway("edge", test.change), test.want...)
		})
	}
}
