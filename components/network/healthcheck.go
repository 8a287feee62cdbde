package network

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The zone of all aliases to CloudFront:
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
const cloudFrontZone = "Z2FDTNDATAQYW2"

// probe is how Route 53 asks an endpoint over HTTPS whether it is well.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
type probe struct {
	host       pulumi.StringInput
	port       int
	path, text string
	interval   int // seconds
	failures   int
	regions    []string
}

type healthCheckTransform = func(*route53.HealthCheckArgs, *[]pulumi.ResourceOption)

// probed creates the HTTPS health check. Its checkers do not look at the
// certificate; they ask for the name, and find whoever has it.
func probed(s *convention.Scope, role string, p probe, transform healthCheckTransform) (*route53.HealthCheck, error) {
	args := &route53.HealthCheckArgs{
		Type: pulumi.String("HTTPS"), Fqdn: p.host.ToStringOutput().ToStringPtrOutput(), Port: pulumi.Int(p.port), ResourcePath: pulumi.String(p.path),
		EnableSni: pulumi.Bool(true), RequestInterval: pulumi.Int(p.interval), FailureThreshold: pulumi.Int(p.failures),
		Tags: s.Tags(s.Child(role)),
	}
	if p.text != "" {
		args.Type, args.SearchString = pulumi.String("HTTPS_STR_MATCH"), pulumi.String(p.text)
	}
	if len(p.regions) > 0 {
		args.Regions = pulumi.ToStringArray(p.regions)
	}
	check, err := route53.NewHealthCheck(s.Ctx, s.Child(role), args, convention.With(s, transform, args))
	if err != nil {
		return nil, fmt.Errorf("creating the health check %s: %w", s.Child(role), err)
	}
	return check, nil
}

// calculated creates the health check that is healthy while enough others are.
func calculated(s *convention.Scope, role string, of pulumi.StringArray, needed int, transform healthCheckTransform) (*route53.HealthCheck, error) {
	args := &route53.HealthCheckArgs{
		Type: pulumi.String("CALCULATED"), ChildHealthchecks: of, ChildHealthThreshold: pulumi.Int(needed), Tags: s.Tags(s.Child(role)),
	}
	check, err := route53.NewHealthCheck(s.Ctx, s.Child(role), args, convention.With(s, transform, args))
	if err != nil {
		return nil, fmt.Errorf("creating the health check %s: %w", s.Child(role), err)
	}
	return check, nil
}

// unhealthy is the alarm on a health check. Its metric is in us-east-1 and never
// pauses: where it is missing, so is the health check.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html
func unhealthy(role, meaning string, check pulumi.StringInput, minutes int) convention.Alarm {
	return convention.Alarm{
		Role: role, Meaning: meaning, Namespace: "AWS/Route53", Metric: "HealthCheckStatus", Statistic: "Minimum",
		Dimensions: pulumi.StringMap{"HealthCheckId": check}, Below: convention.At(1), Period: 60, For: minutes, Missing: "breaching",
	}
}

// answersHealth says whether an alias follows the health of what it leads to,
// which an alias to CloudFront cannot.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias-common.html
func answersHealth(zoneId pulumi.StringPtrInput) pulumi.BoolInput {
	if id, known := convention.Known(zoneId); known {
		return pulumi.Bool(id != cloudFrontZone)
	}
	return zoneId.ToStringPtrOutput().Elem().ApplyT(func(id string) bool { return id != cloudFrontZone }).(pulumi.BoolOutput)
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
var checkerRegions = []string{
	"us-east-1", "us-west-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1",
}

const (
	leastCheckers = 3
	longestProbe  = 255 // of the path, and of the text that is searched for
)

func checkHealthPath(s *convention.Scope, argument, path string) {
	if !strings.HasPrefix(path, "/") || len(path) > longestProbe || strings.ContainsAny(path, " \t\n") {
		s.Refuse(argument, "%q is not a path of at most %d characters; write it as /health", path, longestProbe)
	}
}

func checkHealthHost(s *convention.Scope, argument string, host pulumi.Input) {
	if name, known := convention.Known(host); known && !endpointName.MatchString(name) {
		s.Refuse(argument, "%q is not a domain name; write it in full, without https:// and without a path, as eu.shop.example.com", name)
	}
}

var endpointName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)+$`)
