package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
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
	// The ID of a public hosted zone that exists already: nothing is created in it.
	ExistingZoneId pulumi.StringPtrInput `pulumi:"existingZoneId,optional"`
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
}

// DNS is the public hosted zone of a domain. The parent domain has to be told
// its name servers once.
type DNS struct {
	pulumi.ResourceState

	// The ID of the hosted zone.
	ZoneId pulumi.StringOutput `pulumi:"zoneId"`
	// The name servers of the zone, for the NS record in the parent domain.
	NameServers pulumi.StringArrayOutput `pulumi:"nameServers"`
	// The domain name of the zone.
	DomainName pulumi.StringOutput `pulumi:"domainName"`
}

// NewDNS creates a DNS. It fails for what is no domain name.
func NewDNS(ctx *pulumi.Context, name string, args *DNSArgs, opts ...pulumi.ResourceOption) (*DNS, error) {
	if args == nil {
		args = &DNSArgs{}
	}
	s := convention.Open(ctx, DNSToken, name, args.Preset).Tagged(args.Tags)
	if args.DomainName == "" {
		s.Refuse("domainName", "is required: a zone is the zone of a domain")
	} else {
		s.DomainName("domainName", args.DomainName, false)
	}
	for _, authority := range args.CertificateAuthorities {
		s.DomainName("certificateAuthorities", authority, false)
	}
	if args.ExistingZoneId != nil && len(args.CertificateAuthorities) > 0 {
		s.Refuse("certificateAuthorities", "are not set in an existing zone, which may have its own CAA record; leave them out")
	}
	d := &DNS{}
	if err := s.Register(d, args, opts...); err != nil {
		return nil, err
	}
	d.DomainName = pulumi.String(args.DomainName).ToStringOutput()
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
	zone, err := route53.NewZone(ctx, s.Child("zone"), zoneArgs, convention.With(s, args.Transform.Zone, zoneArgs, pulumi.Protect(protect)))
	if err != nil {
		return nil, fmt.Errorf("creating the zone %s: %w", args.DomainName, err)
	}
	d.ZoneId, d.NameServers = zone.ZoneId, zone.NameServers

	// https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html; what holds for
	// names holds for wildcards too.
	authorities := args.CertificateAuthorities
	if len(authorities) == 0 {
		authorities = []string{"amazon.com"}
	}
	var issuers pulumi.StringArray
	for _, authority := range authorities {
		issuers = append(issuers, pulumi.String(fmt.Sprintf("0 issue %q", authority)))
	}
	recordArgs := &route53.RecordArgs{
		ZoneId: zone.ZoneId, Name: pulumi.String(args.DomainName), Type: pulumi.String("CAA"), Ttl: pulumi.Int(3600), Records: issuers,
	}
	if _, err := route53.NewRecord(ctx, s.Child("certificate-authorities"), recordArgs, convention.With(s, args.Transform.Record, recordArgs)); err != nil {
		return nil, fmt.Errorf("creating the CAA record of %s: %w", args.DomainName, err)
	}
	return d, s.Done()
}
