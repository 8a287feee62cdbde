package network

import (
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// FailoverToken is the type of Failover in Pulumi's state.
const FailoverToken = "scaffold:network:Failover"

// FailoverArgs are the arguments of a Failover.
type FailoverArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The ID of the hosted zone that holds the name.
	ZoneId pulumi.StringInput `pulumi:"zoneId"`
	// The name that users reach the system by, in full, such as "shop.example.com".
	DomainName string `pulumi:"domainName"`
	// The domain name of the endpoint that users are led to while it is healthy, such
	// as the dnsName of a LoadBalancer.
	PrimaryDomainName pulumi.StringInput `pulumi:"primaryDomainName"`
	// The ID of the hosted zone of primaryDomainName, such as the zoneId of a
	// LoadBalancer: the name is an alias then, which the name of a zone itself has to
	// be. Default: a CNAME record.
	PrimaryZoneId pulumi.StringPtrInput `pulumi:"primaryZoneId,optional"`
	// The name the health checks of the primary endpoint ask for, which must always
	// lead there; for load balancers that answer by host name. Default: primaryDomainName.
	PrimaryHealthDomainName pulumi.StringPtrInput `pulumi:"primaryHealthDomainName,optional"`
	// The IDs of further health checks, such as one of a database, that decide about
	// the primary endpoint beside those of healthPaths. Default: none.
	PrimaryHealthCheckIds []pulumi.StringInput `pulumi:"primaryHealthCheckIds,optional"`
	// The domain name of the endpoint that users are led to while the primary one is
	// unhealthy. It should be in another region.
	SecondaryDomainName pulumi.StringInput `pulumi:"secondaryDomainName"`
	// The ID of the hosted zone of secondaryDomainName. Required with, and only with, primaryZoneId.
	SecondaryZoneId pulumi.StringPtrInput `pulumi:"secondaryZoneId,optional"`
	// The name the health checks of the secondary endpoint ask for. Default: secondaryDomainName.
	SecondaryHealthDomainName pulumi.StringPtrInput `pulumi:"secondaryHealthDomainName,optional"`
	// The IDs of further health checks that decide about the secondary endpoint. Default: none.
	SecondaryHealthCheckIds []pulumi.StringInput `pulumi:"secondaryHealthCheckIds,optional"`
	// The paths that answer HTTPS requests with a status of 200 to 399 while an
	// endpoint can work, each with a health check of its own. Default: "/".
	HealthPaths []string `pulumi:"healthPaths,optional"`
	// The same for the secondary endpoint, where it is another system, such as a
	// static page. Default: healthPaths.
	SecondaryHealthPaths []string `pulumi:"secondaryHealthPaths,optional"`
	// A text that has to be in the first 5120 bytes of each healthy answer, at most
	// 255 characters. Default: any answer will do.
	HealthText string `pulumi:"healthText,optional"`
	// The port the endpoints answer HTTPS on. Default: 443.
	Port *int `pulumi:"port,optional"`
	// How many of an endpoint's health checks have to be healthy for it to be.
	// Default: all.
	HealthyChecks *int `pulumi:"healthyChecks,optional"`
	// How many seconds are between two requests of one checker, 10 or 30. Default: 10
	// in production, which costs more, and 30 in sandbox.
	CheckIntervalSeconds *int `pulumi:"checkIntervalSeconds,optional"`
	// How many requests in a row have to fail, or succeed again, before a health check
	// changes, 1 to 10. Default: 3.
	FailureThreshold *int `pulumi:"failureThreshold,optional"`
	// The AWS regions the endpoints are checked from, at least three of "us-east-1",
	// "us-west-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2",
	// "ap-northeast-1" and "sa-east-1". Default: all.
	CheckerRegions []string `pulumi:"checkerRegions,optional"`
	// How many seconds resolvers keep the answer of a CNAME record, 0 to 300: so much
	// longer users stay with the endpoint that failed. Aliases have 60. Default: 60.
	TtlSeconds *int `pulumi:"ttlSeconds,optional"`
	// The ARN of a topic in us-east-1, where the metrics of Route 53 are, that gets
	// the component's alarms (primary unhealthy, secondary unhealthy, none healthy).
	// Default: the component's own topic, if there are alarmEmails; otherwise no alarms.
	UsEast1AlarmTopicArn pulumi.StringPtrInput `pulumi:"usEast1AlarmTopicArn,optional"`
	// The e-mail addresses that get the alarms, by a topic in us-east-1 that the
	// component makes, encrypted with a key of its own. Each has to confirm once.
	AlarmEmails []string `pulumi:"alarmEmails,optional"`
	// Tags of all resources that take them, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform FailoverTransform
}

// FailoverTransform reaches every property of the children of a Failover.
type FailoverTransform struct {
	Record      func(*route53.RecordArgs, *[]pulumi.ResourceOption)
	HealthCheck func(*route53.HealthCheckArgs, *[]pulumi.ResourceOption)
	Alarm       convention.AlarmTransform
	// The topic of alarmEmails and what belongs to it.
	Key          func(*kms.KeyArgs, *[]pulumi.ResourceOption)
	Topic        func(*sns.TopicArgs, *[]pulumi.ResourceOption)
	TopicPolicy  func(*sns.TopicPolicyArgs, *[]pulumi.ResourceOption)
	Subscription func(*sns.TopicSubscriptionArgs, *[]pulumi.ResourceOption)
}

// Failover leads a name to one endpoint, and to another while the first is
// unhealthy. Should both be, it leads to the first. Route 53 checks from the
// internet, so both endpoints have to be reachable from there.
type Failover struct {
	pulumi.ResourceState

	// The name that users reach the system by.
	DomainName pulumi.StringOutput `pulumi:"domainName"`
	// The ID of the health check that is healthy while the primary endpoint is.
	PrimaryHealthCheckId pulumi.StringOutput `pulumi:"primaryHealthCheckId"`
	// The ID of the health check that is healthy while the secondary endpoint is.
	SecondaryHealthCheckId pulumi.StringOutput `pulumi:"secondaryHealthCheckId"`
	// The ID of the health check that is healthy while any endpoint is.
	HealthCheckId pulumi.StringOutput `pulumi:"healthCheckId"`
	// The ARN of the topic that the alarms fire at, in us-east-1; empty without alarms.
	UsEast1AlarmTopicArn pulumi.StringOutput `pulumi:"usEast1AlarmTopicArn"`
}

// NewFailover creates a Failover. It fails for endpoints that no record can lead
// to, and for health checks that could not tell.
func NewFailover(ctx *pulumi.Context, name string, args *FailoverArgs, opts ...pulumi.ResourceOption) (*Failover, error) {
	if args == nil {
		args = &FailoverArgs{}
	}
	s := convention.Open(ctx, FailoverToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.UsEast1AlarmTopicArn)
	checkFailover(s, args)
	f := &Failover{}
	if err := s.Register(f, args, opts...); err != nil {
		return nil, err
	}
	f.DomainName = pulumi.String(args.DomainName).ToStringOutput()

	var checks pulumi.StringArray
	for _, e := range failoverEndpoints(args) {
		id, err := e.check(s, args)
		if err != nil {
			return nil, err
		}
		if err := e.records(s, args, id); err != nil {
			return nil, err
		}
		checks = append(checks, id)
	}
	any, err := calculated(s, "any-healthy", checks, 1, args.Transform.HealthCheck)
	if err != nil {
		return nil, err
	}
	f.PrimaryHealthCheckId, f.SecondaryHealthCheckId = checks[0].ToStringOutput(), checks[1].ToStringOutput()
	f.HealthCheckId = any.ID().ToStringOutput()
	if err := f.alarms(s, args); err != nil {
		return nil, err
	}
	return f, s.Done()
}
