package network

import (
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RecordToken is the type of Record in Pulumi's state.
const RecordToken = "scaffold:network:Record"

// RecordArgs are the arguments of a Record.
type RecordArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The ID of the hosted zone that holds the name.
	ZoneId pulumi.StringInput `pulumi:"zoneId"`
	// The name that is answered, in full, such as "api.shop.example.com", or
	// "*.shop.example.com" for all names directly below it that have no record.
	DomainName string `pulumi:"domainName"`
	// The type of the record, such as "A", "CNAME" or "TXT". Required with values.
	// Default with an alias: both "A" and "AAAA".
	Type string `pulumi:"type,optional"`
	// What is answered: addresses for "A" and "AAAA", one name for "CNAME", texts for
	// "TXT", and so on. Give either these or an alias.
	Values pulumi.StringArrayInput `pulumi:"values,optional"`
	// How many seconds resolvers keep the answer, 0 to 604800. An alias has that of
	// what it leads to. Default: 60 where the answer can change by itself (with
	// routing), otherwise 300 in production and 60 in sandbox.
	TtlSeconds *int `pulumi:"ttlSeconds,optional"`
	// The domain name of the AWS resource that the name is an alias of, such as the
	// dnsName of a LoadBalancer.
	AliasDomainName pulumi.StringPtrInput `pulumi:"aliasDomainName,optional"`
	// The ID of the hosted zone of aliasDomainName, such as the zoneId of a LoadBalancer.
	AliasZoneId pulumi.StringPtrInput `pulumi:"aliasZoneId,optional"`
	// Answer with the alias only while what it leads to is healthy. Default: true,
	// but false for CloudFront, which has no health that Route 53 could ask for.
	EvaluateTargetHealth *bool `pulumi:"evaluateTargetHealth,optional"`
	// How Route 53 chooses among the records of one name and type: "simple" (there is
	// one), "weighted" (by share), "latency" (the region nearest to the user) or
	// "geolocation" (where the user is). All records of a name have the same. For one
	// endpoint that stands in for another there is Failover. Default: "simple".
	Routing string `pulumi:"routing,optional"`
	// What tells the record from the others of its name and type, at most 128
	// characters. Default: the name of the component.
	SetIdentifier string `pulumi:"setIdentifier,optional"`
	// The share of this record: its weight divided by the sum of all, 0 to 255.
	// Required for, and only for, weighted routing.
	Weight *int `pulumi:"weight,optional"`
	// The AWS region the endpoint is in, for latency routing only. Default: the
	// region of the component.
	Region string `pulumi:"region,optional"`
	// The continent this record is for: "AF", "AN", "AS", "EU", "NA", "OC" or "SA".
	// Geolocation routing takes this or country.
	Continent string `pulumi:"continent,optional"`
	// The country this record is for, as two capital letters (ISO 3166-1), or "*" for
	// wherever no other record is for: without such a record users there get no answer.
	Country string `pulumi:"country,optional"`
	// The state of the country "US", or the region of "UA", that this record is for.
	Subdivision string `pulumi:"subdivision,optional"`
	// The ID of a health check that exists already; the record is passed over while
	// it is unhealthy. Default: none.
	HealthCheckId pulumi.StringPtrInput `pulumi:"healthCheckId,optional"`
	// The path that answers HTTPS requests with a status of 200 to 399 while the
	// endpoint can work: makes a health check, and passes the record over while it is
	// unhealthy. Default: no health check.
	HealthPath string `pulumi:"healthPath,optional"`
	// The name the health check asks for, which must lead to this endpoint alone.
	// Default: aliasDomainName. Required with values.
	HealthDomainName pulumi.StringPtrInput `pulumi:"healthDomainName,optional"`
	// The ARN of a topic in us-east-1, where the metrics of Route 53 are, that gets
	// the alarm of the health check. Default: no alarm.
	UsEast1AlarmTopicArn pulumi.StringPtrInput `pulumi:"usEast1AlarmTopicArn,optional"`
	// Tags of the health check, beside those of the provider. Records have none.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform RecordTransform
}

// RecordTransform reaches every property of the children of a Record.
type RecordTransform struct {
	Record      func(*route53.RecordArgs, *[]pulumi.ResourceOption)
	HealthCheck func(*route53.HealthCheckArgs, *[]pulumi.ResourceOption)
	Alarm       convention.AlarmTransform
}

// Record is an answer of the DNS to a name, alone or as one of several that Route
// 53 chooses from for each user.
type Record struct {
	pulumi.ResourceState

	// The name that is answered.
	DomainName pulumi.StringOutput `pulumi:"domainName"`
	// The ID of the health check that decides about the record; empty without one.
	HealthCheckId pulumi.StringOutput `pulumi:"healthCheckId"`
}

// NewRecord creates a Record. It fails for answers that do not fit the type, and
// for routing that lacks what it chooses by.
func NewRecord(ctx *pulumi.Context, name string, args *RecordArgs, opts ...pulumi.ResourceOption) (*Record, error) {
	if args == nil {
		args = &RecordArgs{}
	}
	s := convention.Open(ctx, RecordToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.UsEast1AlarmTopicArn)
	checkRecord(s, args)
	r := &Record{}
	if err := s.Register(r, args, opts...); err != nil {
		return nil, err
	}
	r.DomainName = pulumi.String(args.DomainName).ToStringOutput()

	health, err := r.health(s, args)
	if err != nil {
		return nil, err
	}
	routing, err := routed(s, args)
	if err != nil {
		return nil, err
	}
	types := []string{args.Type}
	if args.Type == "" {
		types = []string{"A", "AAAA"}
	}
	for _, kind := range types {
		recordArgs := routing // a copy
		recordArgs.ZoneId, recordArgs.Name, recordArgs.Type = args.ZoneId, pulumi.String(args.DomainName), pulumi.String(kind)
		recordArgs.HealthCheckId = health
		if args.AliasDomainName != nil {
			alias := route53.RecordAliasArgs{Name: args.AliasDomainName.ToStringPtrOutput().Elem(), ZoneId: args.AliasZoneId.ToStringPtrOutput().Elem()}
			alias.EvaluateTargetHealth = answersHealth(args.AliasZoneId)
			if args.EvaluateTargetHealth != nil {
				alias.EvaluateTargetHealth = pulumi.Bool(*args.EvaluateTargetHealth)
			}
			recordArgs.Aliases = route53.RecordAliasArray{alias}
		} else {
			recordArgs.Records, recordArgs.Ttl = args.Values, pulumi.Int(ttl(s, args))
		}
		role := strings.ToLower(kind)
		if _, err := route53.NewRecord(ctx, s.Child(role), &recordArgs, convention.With(s, args.Transform.Record, &recordArgs)); err != nil {
			return nil, fmt.Errorf("creating the %s record of %s: %w", kind, args.DomainName, err)
		}
	}
	return r, s.Done()
}

func ttl(s *convention.Scope, args *RecordArgs) int {
	if recordRouting(args) != "simple" {
		return convention.Or(args.TtlSeconds, 60)
	}
	return convention.Choose(args.TtlSeconds, s.Preset, 300, 60)
}

func recordRouting(args *RecordArgs) string {
	if args.Routing == "" {
		return "simple"
	}
	return args.Routing
}

// routed holds what the record is chosen by.
func routed(s *convention.Scope, args *RecordArgs) (route53.RecordArgs, error) {
	var r route53.RecordArgs
	routing := recordRouting(args)
	if routing == "simple" {
		return r, nil
	}
	identifier := args.SetIdentifier
	if identifier == "" {
		identifier = s.Name
	}
	r.SetIdentifier = pulumi.String(identifier)
	switch routing {
	case "weighted":
		r.WeightedRoutingPolicies = route53.RecordWeightedRoutingPolicyArray{route53.RecordWeightedRoutingPolicyArgs{Weight: pulumi.Int(*args.Weight)}}
	case "latency":
		region := args.Region
		if region == "" {
			account, err := s.Account()
			if err != nil {
				return r, err
			}
			region = account.Region
		}
		r.LatencyRoutingPolicies = route53.RecordLatencyRoutingPolicyArray{route53.RecordLatencyRoutingPolicyArgs{Region: pulumi.String(region)}}
	case "geolocation":
		place := func(code string) pulumi.StringPtrInput {
			if code == "" {
				return nil
			}
			return pulumi.String(code)
		}
		policy := route53.RecordGeolocationRoutingPolicyArgs{
			Continent: place(args.Continent), Country: place(args.Country), Subdivision: place(args.Subdivision),
		}
		r.GeolocationRoutingPolicies = route53.RecordGeolocationRoutingPolicyArray{policy}
	}
	return r, nil
}

// health is the check that decides about the record, if there is one.
func (r *Record) health(s *convention.Scope, args *RecordArgs) (pulumi.StringPtrInput, error) {
	r.HealthCheckId = pulumi.String("").ToStringOutput()
	switch {
	case args.HealthCheckId != nil:
		r.HealthCheckId = args.HealthCheckId.ToStringPtrOutput().Elem()
		return args.HealthCheckId, nil
	case args.HealthPath == "":
		return nil, nil
	}
	host := args.HealthDomainName
	if host == nil {
		host = args.AliasDomainName
	}
	check, err := probed(s, "health", probe{
		host: host.ToStringPtrOutput().Elem(), port: 443, path: args.HealthPath, failures: 3, interval: convention.Choose(nil, s.Preset, 10, 30),
	}, args.Transform.HealthCheck)
	if err != nil {
		return nil, err
	}
	r.HealthCheckId = check.ID().ToStringOutput()
	if args.UsEast1AlarmTopicArn != nil {
		global, err := s.InRegion(convention.USEast1)
		if err != nil {
			return nil, err
		}
		if err := s.Alarm(unhealthy("unhealthy",
			"The endpoint of "+args.DomainName+" that record "+s.Name+" leads to does not answer, and users are led to the others. Look at the health check in Route 53 for what its checkers see, then at the endpoint.",
			r.HealthCheckId, 3), convention.AlarmsWith(global, args.Transform.Alarm)); err != nil {
			return nil, err
		}
	}
	return r.HealthCheckId.ToStringPtrOutput(), nil
}
