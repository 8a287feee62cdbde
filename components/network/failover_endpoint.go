package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// endpoint is one of the two that a name is led to.
type endpoint struct {
	role, kind string // "primary", "PRIMARY"
	name       pulumi.StringInput
	zoneId     pulumi.StringPtrInput
	healthName pulumi.StringPtrInput
	paths      []string
	checks     []pulumi.StringInput
}

func failoverEndpoints(args *FailoverArgs) []endpoint {
	paths := args.HealthPaths
	if len(paths) == 0 {
		paths = []string{"/"}
	}
	secondary := args.SecondaryHealthPaths
	if len(secondary) == 0 {
		secondary = paths
	}
	return []endpoint{
		{"primary", "PRIMARY", args.PrimaryDomainName, args.PrimaryZoneId, args.PrimaryHealthDomainName, paths, args.PrimaryHealthCheckIds},
		{"secondary", "SECONDARY", args.SecondaryDomainName, args.SecondaryZoneId, args.SecondaryHealthDomainName, secondary, args.SecondaryHealthCheckIds},
	}
}

// check creates the health checks of the endpoint and returns the ID of the one
// that decides: a calculated one, if there are several.
func (e endpoint) check(s *convention.Scope, args *FailoverArgs) (pulumi.StringInput, error) {
	host := e.name
	if e.healthName != nil {
		host = e.healthName.ToStringPtrOutput().Elem()
	}
	var all pulumi.StringArray
	for i, path := range e.paths {
		role := e.role
		if len(e.paths)+len(e.checks) > 1 {
			role = fmt.Sprintf("%s-%d", e.role, i+1)
		}
		check, err := probed(s, role, probe{
			host: host, port: convention.Or(args.Port, 443), path: path, text: args.HealthText,
			interval: convention.Choose(args.CheckIntervalSeconds, s.Preset, 10, 30), failures: convention.Or(args.FailureThreshold, 3),
			regions: args.CheckerRegions,
		}, args.Transform.HealthCheck)
		if err != nil {
			return nil, err
		}
		all = append(all, check.ID().ToStringOutput())
	}
	for _, id := range e.checks {
		all = append(all, id)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	check, err := calculated(s, e.role, all, convention.Or(args.HealthyChecks, len(all)), args.Transform.HealthCheck)
	if err != nil {
		return nil, err
	}
	return check.ID().ToStringOutput(), nil
}

// records lead to the endpoint while the health check says so. Both have a health
// check: with both unhealthy, Route 53 answers with the primary.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html
func (e endpoint) records(s *convention.Scope, args *FailoverArgs, check pulumi.StringInput) error {
	types := []string{"CNAME"}
	if e.zoneId != nil {
		types = []string{"A", "AAAA"}
	}
	for _, kind := range types {
		recordArgs := &route53.RecordArgs{
			ZoneId: args.ZoneId, Name: pulumi.String(args.DomainName), Type: pulumi.String(kind), SetIdentifier: pulumi.String(e.role),
			HealthCheckId:           check.ToStringOutput().ToStringPtrOutput(),
			FailoverRoutingPolicies: route53.RecordFailoverRoutingPolicyArray{route53.RecordFailoverRoutingPolicyArgs{Type: pulumi.String(e.kind)}},
		}
		if e.zoneId != nil {
			recordArgs.Aliases = route53.RecordAliasArray{route53.RecordAliasArgs{
				Name: e.name, ZoneId: e.zoneId.ToStringPtrOutput().Elem(), EvaluateTargetHealth: answersHealth(e.zoneId),
			}}
		} else {
			recordArgs.Records, recordArgs.Ttl = pulumi.StringArray{e.name}, pulumi.Int(convention.Or(args.TtlSeconds, 60))
		}
		if _, err := route53.NewRecord(s.Ctx, s.Child(e.role+"-"+strings.ToLower(kind)), recordArgs, convention.With(s, args.Transform.Record, recordArgs)); err != nil {
			return fmt.Errorf("creating the %s record of %s: %w", e.role, args.DomainName, err)
		}
	}
	return nil
}

func checkFailover(s *convention.Scope, args *FailoverArgs) {
	s.Require("zoneId", args.ZoneId, "the records are in a zone; a DNS of this library gives one")
	if args.DomainName == "" {
		s.Refuse("domainName", "is required: it is the name that users reach the system by")
	} else {
		s.DomainName("domainName", args.DomainName, true)
	}
	s.Require("primaryDomainName", args.PrimaryDomainName, "it is where users are led to")
	s.Require("secondaryDomainName", args.SecondaryDomainName, "it is where users are led to while the primary endpoint is unhealthy")
	if (args.PrimaryZoneId == nil) != (args.SecondaryZoneId == nil) {
		s.Refuse("secondaryZoneId", "and primaryZoneId belong together: of one name, both records are aliases or none is. Give both or neither")
	}
	first, known := convention.Known(args.PrimaryDomainName)
	if second, also := convention.Known(args.SecondaryDomainName); known && also && first == second && first != "" {
		s.Refuse("secondaryDomainName", "%q is the primary endpoint too, and would fail with it; give another", second)
	}
	if args.TtlSeconds != nil && args.PrimaryZoneId != nil {
		s.Refuse("ttlSeconds", "has no effect on aliases, whose answers live for 60 seconds; leave it out")
	}
	s.Between("ttlSeconds", convention.Or(args.TtlSeconds, 60), 0, 300, "users stay so much longer with an endpoint that failed")
	s.Between("port", convention.Or(args.Port, 443), 1, 65535, "TCP ports")
	checkProbes(s, args)

	if args.UsEast1AlarmTopicArn != nil && len(args.AlarmEmails) > 0 {
		s.Refuse("alarmEmails", "are for a topic of the component's own, but usEast1AlarmTopicArn names one; subscribe them to that")
	}
	checkEmails(s, args.AlarmEmails)
	usEast1Topic(s, args.UsEast1AlarmTopicArn)
}

func checkProbes(s *convention.Scope, args *FailoverArgs) {
	checkPaths(s, "healthPaths", args.HealthPaths)
	checkPaths(s, "secondaryHealthPaths", args.SecondaryHealthPaths)
	checkHealthHost(s, "primaryDomainName", args.PrimaryDomainName)
	checkHealthHost(s, "primaryHealthDomainName", args.PrimaryHealthDomainName)
	checkHealthHost(s, "secondaryDomainName", args.SecondaryDomainName)
	checkHealthHost(s, "secondaryHealthDomainName", args.SecondaryHealthDomainName)
	for _, e := range failoverEndpoints(args) {
		// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
		const most = 256
		switch count := len(e.paths) + len(e.checks); {
		case count > most:
			s.Refuse(e.role+"HealthCheckIds", "make %d health checks with the paths; Route 53 calculates with at most %d", count, most)
		case args.HealthyChecks != nil && (*args.HealthyChecks < 1 || *args.HealthyChecks > count):
			s.Refuse("healthyChecks", "%d is out of range; the %s endpoint has %d health checks, so use 1 to %d", *args.HealthyChecks, e.role, count, count)
		}
	}
	if len(args.HealthText) > longestProbe {
		s.Refuse("healthText", "is %d characters long; use at most %d", len(args.HealthText), longestProbe)
	}
	if interval := convention.Or(args.CheckIntervalSeconds, 30); interval != 10 && interval != 30 {
		s.Refuse("checkIntervalSeconds", "%d is not possible; Route 53 checks every 10 or every 30 seconds", interval)
	}
	s.Between("failureThreshold", convention.Or(args.FailureThreshold, 3), 1, 10,
		"https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html")
	for i, region := range args.CheckerRegions {
		s.OneOf("checkerRegions", region, checkerRegions...)
		if slices.Contains(args.CheckerRegions[:i], region) {
			s.Refuse("checkerRegions", "%q is named twice; once is enough", region)
		}
	}
	if count := len(args.CheckerRegions); count > 0 && count < leastCheckers {
		s.Refuse("checkerRegions", "has %d regions; Route 53 checks from at least %d, so that one that is cut off does not decide", count, leastCheckers)
	}
}

func checkPaths(s *convention.Scope, argument string, paths []string) {
	for i, path := range paths {
		checkHealthPath(s, argument, path)
		if slices.Contains(paths[:i], path) {
			s.Refuse(argument, "%q is named twice; once is enough", path)
		}
	}
}
