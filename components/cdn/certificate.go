package cdn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// CertificateToken is the type of Certificate in Pulumi's state.
const CertificateToken = "scaffold:cdn:Certificate"

// CertificateArgs are the arguments of a Certificate.
type CertificateArgs struct {
	// The set of defaults: "production" (default) or "sandbox". A certificate is the
	// same under both.
	Preset string `pulumi:"preset,optional"`
	// The domain name the certificate is for, such as "shop.example.com", or
	// "*.shop.example.com" for all names directly below it. At most 64 characters.
	// Required unless the certificate exists.
	DomainName string `pulumi:"domainName,optional"`
	// Further domain names, at most nine. Default: none.
	AlternativeNames []string `pulumi:"alternativeNames,optional"`
	// The ID of the hosted zone that all names are in; the records that prove it are
	// made there, and stay for the renewals. Required unless the certificate exists.
	ZoneId pulumi.StringPtrInput `pulumi:"zoneId,optional"`
	// The ARN of a certificate that exists already: nothing is created but the alarm.
	ExistingCertificateArn pulumi.StringPtrInput `pulumi:"existingCertificateArn,optional"`
	// The ARN of the topic that gets the component's alarm (the certificate expires
	// soon), in the region of the certificate. Default: no alarm.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of the certificate, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform CertificateTransform
}

// CertificateTransform reaches every property of the children of a Certificate.
type CertificateTransform struct {
	Certificate func(*acm.CertificateArgs, *[]pulumi.ResourceOption)
	Record      func(*route53.RecordArgs, *[]pulumi.ResourceOption)
	Validation  func(*acm.CertificateValidationArgs, *[]pulumi.ResourceOption)
	Alarm       convention.AlarmTransform
}

// Certificate is a TLS certificate that AWS Certificate Manager issues and renews
// by itself. It is in the region of its provider: for CloudFront that has to be
// us-east-1, for a load balancer the load balancer's own.
type Certificate struct {
	pulumi.ResourceState

	// The ARN of the certificate, known only once it is issued.
	Arn pulumi.StringOutput `pulumi:"arn"`
}

// NewCertificate creates a Certificate. It fails without a domain name and the
// zone to prove it in, and for names AWS does not issue a certificate for.
func NewCertificate(ctx *pulumi.Context, name string, args *CertificateArgs, opts ...pulumi.ResourceOption) (*Certificate, error) {
	if args == nil {
		args = &CertificateArgs{}
	}
	s := convention.Open(ctx, CertificateToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	checkCertificate(s, args)
	c := &Certificate{}
	if err := s.Register(c, args, opts...); err != nil {
		return nil, err
	}
	if args.ExistingCertificateArn != nil {
		c.Arn = args.ExistingCertificateArn.ToStringPtrOutput().Elem()
	} else if err := c.issue(s, args); err != nil {
		return nil, err
	}

	subject := args.DomainName
	if subject == "" {
		subject = name
	}
	// ACM renews 60 days before the end; half of that is left when this fires.
	// https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
	if err := s.Alarm(convention.Alarm{
		Role:      "expires-soon",
		Meaning:   "The certificate for " + subject + " has less than 30 days left and was not renewed; when it ends, users are warned off or turned away. See in ACM why: usually its validation records are gone, or it was imported and nobody renews it.",
		Namespace: "AWS/CertificateManager", Metric: "DaysToExpiry", Statistic: "Minimum",
		Dimensions: pulumi.StringMap{"CertificateArn": c.Arn},
		Below:      convention.At(30), Period: 86400, For: 1,
		// There is no metric of a certificate that has ended: the alarm must not end with it.
		Missing: "ignore",
	}, args.Transform.Alarm); err != nil {
		return nil, err
	}
	return c, s.Done()
}

// https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
const (
	mostNames     = 10 // what ACM gives without a request for more
	longestCommon = 64 // the common name of a certificate, https://www.rfc-editor.org/rfc/rfc5280#appendix-A.1
)

func checkCertificate(s *convention.Scope, args *CertificateArgs) {
	if args.ExistingCertificateArn != nil {
		if args.DomainName != "" || len(args.AlternativeNames) > 0 || args.ZoneId != nil {
			s.Refuse("existingCertificateArn", "is a certificate that has its names already; leave out domainName, alternativeNames and zoneId, or this")
		}
		return
	}
	if args.DomainName == "" {
		s.Refuse("domainName", "is required: a certificate is for a name. Give it, or existingCertificateArn")
	} else {
		s.DomainName("domainName", args.DomainName, true)
	}
	if len(args.DomainName) > longestCommon {
		s.Refuse("domainName", "is %d characters long, at most %d fit into a certificate; use a shorter name, and this one in alternativeNames", len(args.DomainName), longestCommon)
	}
	s.Require("zoneId", args.ZoneId, "the names are proved by records in their zone")
	for i, name := range args.AlternativeNames {
		s.DomainName("alternativeNames", name, true)
		if name == args.DomainName || slices.Contains(args.AlternativeNames[:i], name) {
			s.Refuse("alternativeNames", "%q is named twice; name it once", name)
		}
	}
	if 1+len(args.AlternativeNames) > mostNames {
		s.Refuse("alternativeNames", "has %d names; a certificate holds %d in all. Use a wildcard, or a second certificate", len(args.AlternativeNames), mostNames)
	}
}

// issue asks for the certificate, proves its names and waits for it.
func (c *Certificate) issue(s *convention.Scope, args *CertificateArgs) error {
	certificateArgs := &acm.CertificateArgs{
		DomainName:       pulumi.String(args.DomainName),
		ValidationMethod: pulumi.String("DNS"),
		// Browsers refuse certificates that are in no public log.
		Options: acm.CertificateOptionsArgs{CertificateTransparencyLoggingPreference: pulumi.String("ENABLED")},
		Tags:    s.Tags(s.Name),
	}
	if len(args.AlternativeNames) > 0 {
		certificateArgs.SubjectAlternativeNames = pulumi.ToStringArray(args.AlternativeNames)
	}
	certificate, err := acm.NewCertificate(s.Ctx, s.Child("certificate"), certificateArgs, convention.With(s, args.Transform.Certificate, certificateArgs))
	if err != nil {
		return fmt.Errorf("requesting the certificate of %s: %w", s.Name, err)
	}

	var proofs pulumi.StringArray
	for _, domain := range provedDomains(args) {
		// A preview knows the names and not yet their records: without the ID, which it does
		// not know either, it would find the records missing (see convention.Deployed).
		proof := pulumi.All(certificate.ID(), certificate.DomainValidationOptions).ApplyT(func(values []any) (acm.CertificateDomainValidationOption, error) {
			return proofOf(domain, values[1].([]acm.CertificateDomainValidationOption))
		}).(acm.CertificateDomainValidationOptionOutput)
		recordArgs := &route53.RecordArgs{
			ZoneId: args.ZoneId.ToStringPtrOutput().Elem(),
			Name:   proof.ResourceRecordName().Elem(), Type: proof.ResourceRecordType().Elem(),
			Records: pulumi.StringArray{proof.ResourceRecordValue().Elem()}, Ttl: pulumi.Int(300),
			// Certificates of one account for one name share the record: that of the
			// load balancer and that of CloudFront, or the old and the new one of a change.
			AllowOverwrite: pulumi.Bool(true),
		}
		record, err := route53.NewRecord(s.Ctx, s.Child(domain), recordArgs, convention.With(s, args.Transform.Record, recordArgs))
		if err != nil {
			return fmt.Errorf("creating the record that proves %s: %w", domain, err)
		}
		proofs = append(proofs, record.Fqdn)
	}
	validationArgs := &acm.CertificateValidationArgs{CertificateArn: certificate.Arn, ValidationRecordFqdns: proofs}
	validation, err := acm.NewCertificateValidation(s.Ctx, s.Child("validation"), validationArgs, convention.With(s, args.Transform.Validation, validationArgs))
	if err != nil {
		return fmt.Errorf("validating the certificate of %s: %w", s.Name, err)
	}
	c.Arn = validation.CertificateArn
	return nil
}

// provedDomains are the domains that need a record of their own. A wildcard has
// the same record as the name it is directly below.
func provedDomains(args *CertificateArgs) []string {
	var domains []string
	for _, name := range append([]string{args.DomainName}, args.AlternativeNames...) {
		if domain := strings.TrimPrefix(name, "*."); !slices.Contains(domains, domain) {
			domains = append(domains, domain)
		}
	}
	return domains
}

func proofOf(domain string, options []acm.CertificateDomainValidationOption) (acm.CertificateDomainValidationOption, error) {
	for _, option := range options {
		if option.DomainName != nil && strings.TrimPrefix(*option.DomainName, "*.") == domain && option.ResourceRecordName != nil {
			return option, nil
		}
	}
	return acm.CertificateDomainValidationOption{}, fmt.Errorf("ACM names no record that proves %s", domain)
}
