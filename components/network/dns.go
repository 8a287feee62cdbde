package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// DNSToken is the type of DNS in Pulumi's state.
const DNSToken = "scaffold:network:DNS"

// DNSArgs are the arguments of a DNS.
type DNSArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The domain name of the zone, such as "shop.example.com".
	DomainName string `pulumi:"domainName"`
	// Who may issue certificates for the domain and the names below it, by the name
	// each certificate authority publishes for CAA records. Default: "amazon.com"
	// alone, which is what AWS Certificate Manager needs.
	CertificateAuthorities []string `pulumi:"certificateAuthorities,optional"`
	// The ID of a hosted zone that exists already: nothing is created in it.
	ExistingZoneId pulumi.StringPtrInput `pulumi:"existingZoneId,optional"`
	// The IDs of the VPCs the zone is private to, in the region of the component:
	// only they can look its names up, and need DNS support and DNS host names for
	// it, as a Network has. Default: none; the zone is public.
	VpcIds []pulumi.StringInput `pulumi:"vpcIds,optional"`
	// Sign the zone, so that resolvers notice forged answers. The chain of trust is
	// closed by hand: put dsRecord into the parent domain once the zone is signed,
	// and take it out there, and wait as long as it lives, before setting this to
	// false: a zone with a DS record and without signatures cannot be reached.
	// Default: false.
	Dnssec *bool `pulumi:"dnssec,optional"`
	// The ARN of a topic in us-east-1, where the metrics of Route 53 are, that gets
	// the alarms of a signed zone (signing fails, the signing key needs action).
	// Default: no alarms.
	UsEast1AlarmTopicArn pulumi.StringPtrInput `pulumi:"usEast1AlarmTopicArn,optional"`
	// Keep the zone from being deleted by one mistake; a new one has other name
	// servers, and until the parent domain knows them the system cannot be reached.
	// Default: true in production, false in sandbox.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// Tags of the zone, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform DNSTransform
}

// DNSTransform reaches every property of the children of a DNS.
type DNSTransform struct {
	Zone   func(*route53.ZoneArgs, *[]pulumi.ResourceOption)
	Record func(*route53.RecordArgs, *[]pulumi.ResourceOption)
	// The key that signs, and what makes Route 53 sign with it.
	Key           func(*kms.KeyArgs, *[]pulumi.ResourceOption)
	KeySigningKey func(*route53.KeySigningKeyArgs, *[]pulumi.ResourceOption)
	Signing       func(*route53.HostedZoneDnsSecArgs, *[]pulumi.ResourceOption)
	Alarm         convention.AlarmTransform
}

// DNS is the hosted zone of a domain. The parent domain of a public one has to
// be told its name servers once.
type DNS struct {
	pulumi.ResourceState

	// The ID of the hosted zone.
	ZoneId pulumi.StringOutput `pulumi:"zoneId"`
	// The name servers of the zone, for the NS record in the parent domain.
	NameServers pulumi.StringArrayOutput `pulumi:"nameServers"`
	// The domain name of the zone.
	DomainName pulumi.StringOutput `pulumi:"domainName"`
	// The DS record of a signed zone, for the parent domain; empty otherwise.
	DsRecord pulumi.StringOutput `pulumi:"dsRecord"`
}

// NewDNS creates a DNS. It fails for what is no domain name.
func NewDNS(ctx *pulumi.Context, name string, args *DNSArgs, opts ...pulumi.ResourceOption) (*DNS, error) {
	if args == nil {
		args = &DNSArgs{}
	}
	s := convention.Open(ctx, DNSToken, name, args.Preset).Tagged(args.Tags)
	s.Alarmed(args.UsEast1AlarmTopicArn)
	checkDNS(s, args)
	d := &DNS{}
	if err := s.Register(d, args, opts...); err != nil {
		return nil, err
	}
	d.DomainName, d.DsRecord = pulumi.String(args.DomainName).ToStringOutput(), pulumi.String("").ToStringOutput()
	if args.ExistingZoneId != nil {
		d.ZoneId = args.ExistingZoneId.ToStringPtrOutput().Elem()
		zone := route53.LookupZoneOutput(ctx, route53.LookupZoneOutputArgs{ZoneId: d.ZoneId.ToStringPtrOutput()}, s.Invoke())
		d.NameServers = zone.NameServers()
		return d, s.Done()
	}

	protect := convention.Choose(args.DeletionProtection, s.Preset, true, false)
	zoneArgs := &route53.ZoneArgs{
		Name: pulumi.String(args.DomainName),
		// Records that others left would keep a sandbox from being torn down.
		ForceDestroy: pulumi.Bool(!protect),
		Tags:         s.Tags(""),
	}
	if len(args.VpcIds) > 0 {
		vpcs := route53.ZoneVpcArray{}
		for _, id := range args.VpcIds {
			vpcs = append(vpcs, route53.ZoneVpcArgs{VpcId: id})
		}
		zoneArgs.Vpcs = vpcs
	}
	zone, err := route53.NewZone(ctx, s.Child("zone"), zoneArgs, convention.With(s, args.Transform.Zone, zoneArgs, pulumi.Protect(protect)))
	if err != nil {
		return nil, fmt.Errorf("creating the zone %s: %w", args.DomainName, err)
	}
	d.ZoneId, d.NameServers = zone.ZoneId, zone.NameServers
	if len(args.VpcIds) == 0 {
		if err := d.authorities(s, args); err != nil {
			return nil, err
		}
	}
	if convention.Or(args.Dnssec, false) {
		if err := d.sign(s, args, zone); err != nil {
			return nil, err
		}
	}
	return d, s.Done()
}

func checkDNS(s *convention.Scope, args *DNSArgs) {
	if args.DomainName == "" {
		s.Refuse("domainName", "is required: a zone is the zone of a domain")
	} else {
		s.DomainName("domainName", args.DomainName, false)
	}
	for _, authority := range args.CertificateAuthorities {
		s.DomainName("certificateAuthorities", authority, false)
	}
	signed, private := convention.Or(args.Dnssec, false), len(args.VpcIds) > 0
	switch {
	case args.ExistingZoneId != nil && len(args.CertificateAuthorities) > 0:
		s.Refuse("certificateAuthorities", "are not set in an existing zone, which may have its own CAA record; leave them out")
	case private && len(args.CertificateAuthorities) > 0:
		s.Refuse("certificateAuthorities", "are looked up by certificate authorities in the public DNS, which a private zone is not in; leave them, or vpcIds, out")
	}
	switch {
	case args.ExistingZoneId != nil && private:
		s.Refuse("vpcIds", "are not connected to an existing zone, whose owner decides who can look its names up; leave them out")
	case args.ExistingZoneId != nil && signed:
		s.Refuse("dnssec", "is not set up in an existing zone, which its owner signs; leave it out")
	case private && signed:
		s.Refuse("dnssec", "is for public zones: Route 53 signs no private one, and VPCs would not look at the signatures. Leave dnssec, or vpcIds, out")
	}
	if args.UsEast1AlarmTopicArn != nil && !signed {
		s.Refuse("usEast1AlarmTopicArn", "has nothing to tell: only a signed zone has alarms. Set dnssec, or leave the topic out")
	}
	usEast1Topic(s, args.UsEast1AlarmTopicArn)
}

// usEast1Topic refuses a topic that an alarm in us-east-1 cannot reach.
func usEast1Topic(s *convention.Scope, topic pulumi.StringPtrInput) {
	s.OnlyIn(convention.USEast1, "usEast1AlarmTopicArn", topic, "an alarm fires only at a topic of its own region, and the metrics of Route 53 are in us-east-1")
}

// authorities says who may issue certificates. What holds for names holds for
// wildcards too: https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html
func (d *DNS) authorities(s *convention.Scope, args *DNSArgs) error {
	names := args.CertificateAuthorities
	if len(names) == 0 {
		names = []string{"amazon.com"}
	}
	var issuers pulumi.StringArray
	for _, name := range names {
		issuers = append(issuers, pulumi.String(fmt.Sprintf("0 issue %q", name)))
	}
	recordArgs := &route53.RecordArgs{
		ZoneId: d.ZoneId, Name: pulumi.String(args.DomainName), Type: pulumi.String("CAA"), Ttl: pulumi.Int(3600), Records: issuers,
	}
	if _, err := route53.NewRecord(s.Ctx, s.Child("certificate-authorities"), recordArgs, convention.With(s, args.Transform.Record, recordArgs)); err != nil {
		return fmt.Errorf("creating the CAA record of %s: %w", args.DomainName, err)
	}
	return nil
}
