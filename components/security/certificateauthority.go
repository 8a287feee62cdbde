package security

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acmpca"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// CertificateAuthorityToken is the type of CertificateAuthority in Pulumi's state.
const CertificateAuthorityToken = "scaffold:security:CertificateAuthority"

// CertificateAuthorityArgs are the arguments of a CertificateAuthority.
type CertificateAuthorityArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The name that the authority's own certificate shows (its X.509 common name), at
	// most 64 characters. Another name makes another authority. Default: project,
	// stack and the name of the component.
	CommonName string `pulumi:"commonName,optional"`
	// How many years the authority's own certificate is valid, 1 to 30. What it signs is
	// valid for 7 days at most. Another number makes a new certificate for the same
	// key. Default: 10, as AWS has it for roots.
	ValidityYears *int `pulumi:"validityYears,optional"`
	// Keep the authority from being deleted by one mistake. Default: true in production,
	// false in sandbox. Services whose certificates it signs can talk to one another
	// for 7 days at most once it is gone; it can be restored for 30 days (7 in sandbox).
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// The ARN of an authority of AWS Private CA that exists already, root or subordinate:
	// nothing is created. ECS uses it only if it has the tag AmazonECSManaged = true,
	// which is for its owner to set.
	ExistingCertificateAuthorityArn pulumi.StringPtrInput `pulumi:"existingCertificateAuthorityArn,optional"`
	// Tags of the authority, beside those of the provider and AmazonECSManaged = true.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform CertificateAuthorityTransform
}

// CertificateAuthorityTransform reaches every property of the children of a
// CertificateAuthority.
type CertificateAuthorityTransform struct {
	CertificateAuthority func(*acmpca.CertificateAuthorityArgs, *[]pulumi.ResourceOption)
	Certificate          func(*acmpca.CertificateArgs, *[]pulumi.ResourceOption)
	Activation           func(*acmpca.CertificateAuthorityCertificateArgs, *[]pulumi.ResourceOption)
}

// CertificateAuthority is a private authority that signs the certificates by which
// services know one another: a root of AWS Private CA that issues certificates for up
// to 7 days, for the certificateAuthorityArn of a Service. A browser does not trust it.
type CertificateAuthority struct {
	pulumi.ResourceState

	// The ARN of the authority, known once it can sign.
	Arn pulumi.StringOutput `pulumi:"arn"`
}

var authorityArn = regexp.MustCompile(`^arn:[a-z-]+:acm-pca:[a-z0-9-]+:\d{12}:certificate-authority/[A-Za-z0-9-]+$`)

// https://docs.aws.amazon.com/privateca/latest/APIReference/API_ASN1Subject.html
const commonNameLength = 64

// NewCertificateAuthority creates a CertificateAuthority. It fails for names that a
// certificate cannot hold, and for settings of an authority that exists already.
func NewCertificateAuthority(ctx *pulumi.Context, name string, args *CertificateAuthorityArgs, opts ...pulumi.ResourceOption) (*CertificateAuthority, error) {
	if args == nil {
		args = &CertificateAuthorityArgs{}
	}
	s := convention.Open(ctx, CertificateAuthorityToken, name, args.Preset).Tagged(args.Tags)
	checkAuthority(s, args)
	c := &CertificateAuthority{}
	if err := s.Register(c, args, opts...); err != nil {
		return nil, err
	}
	if args.ExistingCertificateAuthorityArn != nil {
		c.Arn = args.ExistingCertificateAuthorityArn.ToStringPtrOutput().Elem()
		return c, s.Done()
	}
	if err := c.create(s, args); err != nil {
		return nil, err
	}
	return c, s.Done()
}

func checkAuthority(s *convention.Scope, args *CertificateAuthorityArgs) {
	if len(args.CommonName) > commonNameLength {
		s.Refuse("commonName", "is %d characters long; a certificate holds %d", len(args.CommonName), commonNameLength)
	}
	// Nobody can tell today which algorithms are still sound after that.
	s.Between("validityYears", convention.Or(args.ValidityYears, 10), 1, 30, "a root that outlives its algorithm protects nothing")
	if args.ExistingCertificateAuthorityArn == nil {
		return
	}
	const owner = "would change nothing: an existing authority is left to its owner. Leave it out, and set it there"
	for _, a := range []struct {
		argument string
		given    bool
	}{
		{"commonName", args.CommonName != ""},
		{"validityYears", args.ValidityYears != nil},
		{"deletionProtection", args.DeletionProtection != nil},
		{"tags", args.Tags != nil},
	} {
		if a.given {
			s.Refuse(a.argument, owner)
		}
	}
	if arn, known := args.ExistingCertificateAuthorityArn.(pulumi.String); known && !authorityArn.MatchString(string(arn)) {
		s.Refuse("existingCertificateAuthorityArn", "%q is not the ARN of a private certificate authority; write it as arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/11223344-1234-1122-2233-112233445566", string(arn))
	}
}

// create makes the authority and its own certificate, and activates it with that.
func (c *CertificateAuthority) create(s *convention.Scope, args *CertificateAuthorityArgs) error {
	account, err := s.Account()
	if err != nil {
		return err
	}
	commonName := args.CommonName
	if commonName == "" {
		commonName = s.Ctx.Project() + " " + s.Ctx.Stack() + " " + s.Name
		commonName = strings.TrimSpace(commonName[max(0, len(commonName)-commonNameLength):]) // the end says most
	}
	authorityArgs := &acmpca.CertificateAuthorityArgs{
		// A root that signs for services itself. One below a root that is kept disabled would
		// be safer, but its certificate would have to be renewed every week in this mode, and
		// in the other an authority costs eight times as much
		// (https://docs.aws.amazon.com/privateca/latest/userguide/short-lived-certificates.html).
		Type: pulumi.String("ROOT"),
		// The mode that AWS recommends for Service Connect
		// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-tls.html).
		// There is no list of revoked certificates: they end within a week without one, and
		// Service Connect would not ask for it (both pages above).
		UsageMode: pulumi.String("SHORT_LIVED_CERTIFICATE"),
		CertificateAuthorityConfiguration: acmpca.CertificateAuthorityCertificateAuthorityConfigurationArgs{
			KeyAlgorithm: pulumi.String("EC_prime256v1"), SigningAlgorithm: pulumi.String(signingAlgorithm),
			Subject: acmpca.CertificateAuthorityCertificateAuthorityConfigurationSubjectArgs{CommonName: pulumi.String(commonName)},
		},
		PermanentDeletionTimeInDays: pulumi.Int(convention.Choose(nil, s.Preset, 30, 7)),
		Tags:                        managedByECS(args.Tags),
	}
	protect := pulumi.Protect(convention.Choose(args.DeletionProtection, s.Preset, true, false))
	authority, err := acmpca.NewCertificateAuthority(s.Ctx, s.Child("authority"), authorityArgs, convention.With(s, args.Transform.CertificateAuthority, authorityArgs, protect))
	if err != nil {
		return fmt.Errorf("creating the authority of %s: %w", s.Name, err)
	}
	// https://docs.aws.amazon.com/privateca/latest/userguide/PCACertInstall.html#InstallRoot
	certificateArgs := &acmpca.CertificateArgs{
		CertificateAuthorityArn:   authority.Arn,
		CertificateSigningRequest: authority.CertificateSigningRequest,
		SigningAlgorithm:          pulumi.String(signingAlgorithm),
		TemplateArn:               pulumi.String("arn:" + account.Partition + ":acm-pca:::template/RootCACertificate/V1"),
		Validity: acmpca.CertificateValidityArgs{
			Type: pulumi.String("YEARS"), Value: pulumi.String(strconv.Itoa(convention.Or(args.ValidityYears, 10))),
		},
	}
	certificate, err := acmpca.NewCertificate(s.Ctx, s.Child("certificate"), certificateArgs, convention.With(s, args.Transform.Certificate, certificateArgs))
	if err != nil {
		return fmt.Errorf("creating the certificate of %s: %w", s.Name, err)
	}
	activationArgs := &acmpca.CertificateAuthorityCertificateArgs{
		CertificateAuthorityArn: authority.Arn, Certificate: certificate.Certificate,
	}
	activation, err := acmpca.NewCertificateAuthorityCertificate(s.Ctx, s.Child("activation"), activationArgs, convention.With(s, args.Transform.Activation, activationArgs))
	if err != nil {
		return fmt.Errorf("activating %s: %w", s.Name, err)
	}
	// Before that it signs nothing; and whoever has it sign has to be gone before it is.
	c.Arn = pulumi.All(authority.Arn, activation.ID()).ApplyT(func(all []any) string { return all[0].(string) }).(pulumi.StringOutput)
	return nil
}

// For a key on the curve P-256.
const signingAlgorithm = "SHA256WITHECDSA"

// managedByECS are the tags with the one that ECS requires of an authority
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-tls.html).
func managedByECS(tags pulumi.StringMapInput) pulumi.StringMapInput {
	if tags == nil {
		tags = pulumi.StringMap{}
	}
	return tags.ToStringMapOutput().ApplyT(func(tags map[string]string) map[string]string {
		all := maps.Clone(tags)
		if all == nil {
			all = map[string]string{}
		}
		all["AmazonECSManaged"] = "true"
		return all
	}).(pulumi.StringMapOutput)
}
