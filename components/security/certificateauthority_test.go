package security_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acmpca"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	authorityType   = "aws:acmpca/certificateAuthority:CertificateAuthority"
	certificateType = "aws:acmpca/certificate:Certificate"
	activationType  = "aws:acmpca/certificateAuthorityCertificate:CertificateAuthorityCertificate"

	companyAuthority = "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/11223344-1234-1122-2233-112233445566"
)

func newAuthority(name string, args *security.CertificateAuthorityArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := security.NewCertificateAuthority(ctx, name, args)
		return err
	}
}

func TestCertificateAuthority(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		preset  string
		window  float64
		protect bool
	}{{"", 30, true}, {"production", 30, true}, {"sandbox", 7, false}} {
		t.Run("preset "+test.preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newAuthority("mesh", &security.CertificateAuthorityArgs{Preset: test.preset}), recorder.Project("shop"), recorder.Stack("prod"))
			same(t, "resources", rec.List(), []string{
				certificateType + " mesh-certificate", authorityType + " mesh-authority", activationType + " mesh-activation",
				security.CertificateAuthorityToken + " mesh",
			})
			authority, certificate := rec.Find(authorityType, "mesh-authority"), rec.Find(certificateType, "mesh-certificate")
			same(t, "authority", authority.Inputs, object{
				"type": "ROOT", "usageMode": "SHORT_LIVED_CERTIFICATE", "permanentDeletionTimeInDays": test.window,
				"certificateAuthorityConfiguration": object{
					"keyAlgorithm": "EC_prime256v1", "signingAlgorithm": "SHA256WITHECDSA", "subject": object{"commonName": "shop prod mesh"},
				},
				"tags": object{"AmazonECSManaged": "true"}, // without it ECS does not use the authority
			})
			same(t, "protected", authority.Protect, test.protect)
			same(t, "certificate", certificate.Inputs, object{
				"certificateAuthorityArn": authority.Output("arn"), "certificateSigningRequest": authority.Output("certificateSigningRequest"),
				"signingAlgorithm": "SHA256WITHECDSA", "templateArn": "arn:aws:acm-pca:::template/RootCACertificate/V1",
				"validity": object{"type": "YEARS", "value": "10"},
			})
			same(t, "activation", rec.Find(activationType, "mesh-activation").Inputs, object{
				"certificateAuthorityArn": authority.Output("arn"), "certificate": certificate.Output("certificate"),
			})
			same(t, "arn", rec.Find(security.CertificateAuthorityToken, "mesh").Output("arn"), authority.Output("arn"))
			for _, finding := range guardrails.Wiring(rec) {
				t.Error(finding)
			}
		})
	}
}

// Nobody may ask an authority for a certificate before it is active, or after it is gone.
func TestCertificateAuthorityUsersWaitForActivation(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		c, err := security.NewCertificateAuthority(ctx, "mesh", nil)
		if err != nil {
			return err
		}
		_, err = ecs.NewCluster(ctx, "user", &ecs.ClusterArgs{Name: c.Arn})
		return err
	})
	activation := rec.Find(activationType, "mesh-activation").URN
	if user := rec.Find("aws:ecs/cluster:Cluster", "user"); !strings.Contains(strings.Join(user.Dependencies, "\n"), activation) {
		t.Errorf("what uses the authority depends on %v only", user.Dependencies)
	}
}

func TestCertificateAuthoritySettings(t *testing.T) {
	t.Parallel()
	rec := record(t, newAuthority("mesh", &security.CertificateAuthorityArgs{
		CommonName: "Example services", ValidityYears: pulumi.IntRef(3), DeletionProtection: pulumi.BoolRef(false),
		Tags: pulumi.StringMap{"team": pulumi.String("commerce"), "AmazonECSManaged": pulumi.String("false")},
		Transform: security.CertificateAuthorityTransform{
			CertificateAuthority: func(a *acmpca.CertificateAuthorityArgs, _ *[]pulumi.ResourceOption) {
				a.KeyStorageSecurityStandard = pulumi.String("FIPS_140_2_LEVEL_3_OR_HIGHER")
			},
			Certificate: func(_ *acmpca.CertificateArgs, o *[]pulumi.ResourceOption) { *o = append(*o, pulumi.Protect(true)) },
			Activation: func(_ *acmpca.CertificateAuthorityCertificateArgs, o *[]pulumi.ResourceOption) {
				*o = append(*o, pulumi.Protect(true))
			},
		},
	}))
	authority := rec.Find(authorityType, "mesh-authority")
	same(t, "name", authority.Input("certificateAuthorityConfiguration.subject.commonName"), "Example services")
	same(t, "protected", authority.Protect, false)
	same(t, "tags", authority.Input("tags"), object{"team": "commerce", "AmazonECSManaged": "true"})
	same(t, "transform of the authority", authority.Input("keyStorageSecurityStandard"), "FIPS_140_2_LEVEL_3_OR_HIGHER")
	certificate := rec.Find(certificateType, "mesh-certificate")
	same(t, "validity", certificate.Input("validity.value"), "3")
	same(t, "transform of the certificate", certificate.Protect, true)
	same(t, "transform of the activation", rec.Find(activationType, "mesh-activation").Protect, true)
}

// A certificate holds 64 characters, whatever the component is called.
func TestCertificateAuthorityLongName(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]recorder.Option{nil, {recorder.Preview()}} {
		rec := record(t, newAuthority("authority-"+strings.Repeat("n", 40), nil), append(opts, recorder.Project(strings.Repeat("p", 30)), recorder.Stack("prod"))...)
		name, _ := rec.Type(authorityType)[0].Input("certificateAuthorityConfiguration.subject.commonName").(string)
		if len(name) == 0 || len(name) > 64 || !strings.HasSuffix(name, "nnn") {
			t.Errorf("the common name is %q, of %d characters", name, len(name))
		}
	}
}

func TestCertificateAuthorityExisting(t *testing.T) {
	t.Parallel()
	rec := record(t, newAuthority("mesh", &security.CertificateAuthorityArgs{ExistingCertificateAuthorityArn: pulumi.String(companyAuthority)}))
	same(t, "resources", rec.List(), []string{security.CertificateAuthorityToken + " mesh"})
	same(t, "arn", rec.Find(security.CertificateAuthorityToken, "mesh").Output("arn"), companyAuthority)
}

func TestCertificateAuthorityRefuses(t *testing.T) {
	t.Parallel()
	const owner = "would change nothing: an existing authority is left to its owner. Leave it out, and set it there"
	years := func(n int) security.CertificateAuthorityArgs {
		return security.CertificateAuthorityArgs{ValidityYears: &n}
	}
	for name, test := range map[string]struct {
		args security.CertificateAuthorityArgs
		want []string
	}{
		"preset":   {security.CertificateAuthorityArgs{Preset: "prod"}, []string{`preset: "prod" is not a preset; use "sandbox" or "production"`}},
		"no years": {years(0), []string{"validityYears: 0 is out of range; use 1 to 30 (a root that outlives its algorithm protects nothing)"}},
		"a century": {years(100), []string{
			"validityYears: 100 is out of range; use 1 to 30 (a root that outlives its algorithm protects nothing)",
		}},
		"long name": {security.CertificateAuthorityArgs{CommonName: strings.Repeat("n", 65)}, []string{"commonName: is 65 characters long; a certificate holds 64"}},
		"somebody's authority": {
			security.CertificateAuthorityArgs{
				ExistingCertificateAuthorityArn: pulumi.String("company"), CommonName: "Shop", ValidityYears: pulumi.IntRef(5),
				DeletionProtection: pulumi.BoolRef(true), Tags: pulumi.StringMap{"team": pulumi.String("commerce")},
			},
			[]string{
				"commonName: " + owner, "validityYears: " + owner, "deletionProtection: " + owner, "tags: " + owner,
				`existingCertificateAuthorityArn: "company" is not the ARN of a private certificate authority; write it as arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/11223344-1234-1122-2233-112233445566`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range test.want {
				test.want[i] = `scaffold:security:CertificateAuthority "mesh": ` + test.want[i]
			}
			rec, err := recorder.Run(newAuthority("mesh", &test.args))
			if err == nil {
				t.Fatal("accepted")
			}
			same(t, "problems", strings.Split(err.Error(), "\n"), test.want)
			same(t, "resources registered", rec.List(), []string{})
		})
	}
}
