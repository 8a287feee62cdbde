package cdn_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/cdn"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	certificateType = "aws:acm/certificate:Certificate"
	validationType  = "aws:acm/certificateValidation:CertificateValidation"
	recordType      = "aws:route53/record:Record"
	alarmType       = "aws:cloudwatch/metricAlarm:MetricAlarm"

	existingArn = "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
	topicArn    = "arn:aws:sns:eu-central-1:123456789012:alarms"
)

func makeCertificate(args cdn.CertificateArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := cdn.NewCertificate(ctx, "tls", &args)
		return err
	}
}

func record(t *testing.T, program pulumi.RunFunc, opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(program, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func wantList(t *testing.T, rec *recorder.Recording, want ...string) {
	t.Helper()
	slices.Sort(want)
	if diff := cmp.Diff(want, rec.List()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}

func wantInputs(t *testing.T, rec *recorder.Recording, token, name string, want map[string]any) {
	t.Helper()
	res := rec.Find(token, name)
	if res == nil {
		t.Fatalf("there is no %s %q in\n%s", token, name, strings.Join(rec.List(), "\n"))
	}
	for path, value := range want {
		if diff := cmp.Diff(value, res.Input(path)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", res, path, diff)
		}
	}
}

var issued = []string{"scaffold:cdn:Certificate tls", certificateType + " tls-certificate", validationType + " tls-validation"}

// A wildcard is proved by the record of the name it is below: a second one of
// the same name would fail.
func TestCertificateProvesEachDomainOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		domain       string
		alternatives []string
		proved       []string
	}{
		"one name":                {"shop.example.com", nil, []string{"shop.example.com"}},
		"with its wildcard":       {"shop.example.com", []string{"*.shop.example.com"}, []string{"shop.example.com"}},
		"wildcard with its name":  {"*.shop.example.com", []string{"shop.example.com"}, []string{"shop.example.com"}},
		"only a wildcard":         {"*.shop.example.com", nil, []string{"shop.example.com"}},
		"with others":             {"example.com", []string{"*.example.com", "api.example.com", "*.api.example.com"}, []string{"example.com", "api.example.com"}},
		"a wildcard of a subname": {"example.com", []string{"*.api.example.com"}, []string{"example.com", "api.example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeCertificate(cdn.CertificateArgs{DomainName: c.domain, AlternativeNames: c.alternatives, ZoneId: pulumi.String("Z1")}))
			want := slices.Clone(issued)
			for _, domain := range c.proved {
				want = append(want, recordType+" tls-"+domain)
			}
			wantList(t, rec, want...)

			options, _ := rec.Find(certificateType, "tls-certificate").Output("domainValidationOptions").([]any)
			for _, domain := range c.proved {
				var proof map[string]any
				for _, option := range options {
					if option := option.(map[string]any); strings.TrimPrefix(fmt.Sprint(option["domainName"]), "*.") == domain {
						proof = option
					}
				}
				wantInputs(t, rec, recordType, "tls-"+domain, map[string]any{
					"zoneId": "Z1", "name": proof["resourceRecordName"], "type": proof["resourceRecordType"],
					"records": []any{proof["resourceRecordValue"]}, "ttl": 300.0, "allowOverwrite": true,
				})
			}
			if fqdns, _ := rec.Find(validationType, "tls-validation").Input("validationRecordFqdns").([]any); len(fqdns) != len(c.proved) {
				t.Errorf("waits for the records %v", fqdns)
			}
		})
	}
}

// A preview knows the names to prove, and not yet by what records.
func TestCertificateInPreview(t *testing.T) {
	t.Parallel()
	rec := record(t, makeCertificate(cdn.CertificateArgs{DomainName: "example.com", AlternativeNames: []string{"*.example.com", "api.example.com"}, ZoneId: pulumi.String("Z1")}), recorder.Preview())
	for _, domain := range []string{"example.com", "api.example.com"} {
		wantInputs(t, rec, recordType, "tls-"+domain, map[string]any{
			"zoneId": "Z1", "name": recorder.Unknown{}, "type": recorder.Unknown{}, "records": []any{recorder.Unknown{}},
		})
	}
}

func TestCertificatePresets(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"", "production", "sandbox"} {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeCertificate(cdn.CertificateArgs{
				Preset: preset, DomainName: "example.com", AlternativeNames: []string{"*.example.com"}, ZoneId: pulumi.String("Z1"),
				Tags: pulumi.StringMap{"team": pulumi.String("a")},
			}))
			wantInputs(t, rec, certificateType, "tls-certificate", map[string]any{
				"domainName": "example.com", "subjectAlternativeNames": []any{"*.example.com"}, "validationMethod": "DNS",
				"options": map[string]any{"certificateTransparencyLoggingPreference": "ENABLED"},
				"tags":    map[string]any{"Name": "tls", "team": "a"},
			})
		})
	}
}

// A listener refuses a certificate that is not issued yet.
func TestCertificateIsHandedOnWhenIssued(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		certificate, err := cdn.NewCertificate(ctx, "tls", &cdn.CertificateArgs{DomainName: "example.com", ZoneId: pulumi.String("Z1")})
		if err != nil {
			return err
		}
		_, err = lb.NewListenerCertificate(ctx, "user", &lb.ListenerCertificateArgs{
			CertificateArn: certificate.Arn, ListenerArn: pulumi.String("arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/edge/1/2"),
		})
		return err
	})
	user := rec.Find("aws:lb/listenerCertificate:ListenerCertificate", "user")
	if !slices.Contains(user.Dependencies, rec.Find(validationType, "tls-validation").URN) {
		t.Error("the certificate is handed on before it is issued")
	}
	if arn := rec.Find(certificateType, "tls-certificate").Output("arn"); user.Input("certificateArn") != arn {
		t.Errorf("got %v, want %v", user.Input("certificateArn"), arn)
	}
}

func TestCertificateAlarm(t *testing.T) {
	t.Parallel()
	rec := record(t, makeCertificate(cdn.CertificateArgs{DomainName: "example.com", ZoneId: pulumi.String("Z1"), AlarmTopicArn: pulumi.String(topicArn)}))
	wantList(t, rec, append(slices.Clone(issued), recordType+" tls-example.com", alarmType+" tls-expires-soon")...)
	wantInputs(t, rec, alarmType, "tls-expires-soon", map[string]any{
		"namespace": "AWS/CertificateManager", "metricName": "DaysToExpiry", "statistic": "Minimum", "period": 86400.0,
		"comparisonOperator": "LessThanThreshold", "threshold": 30.0, "treatMissingData": "ignore", "alarmActions": []any{topicArn},
		"dimensions": map[string]any{"CertificateArn": rec.Find(certificateType, "tls-certificate").Output("arn")},
	})
}

func TestCertificateExisting(t *testing.T) {
	t.Parallel()
	rec := record(t, makeCertificate(cdn.CertificateArgs{ExistingCertificateArn: pulumi.String(existingArn), AlarmTopicArn: pulumi.String(topicArn)}))
	wantList(t, rec, "scaffold:cdn:Certificate tls", alarmType+" tls-expires-soon")
	wantInputs(t, rec, alarmType, "tls-expires-soon", map[string]any{"dimensions": map[string]any{"CertificateArn": existingArn}})
	if arn := rec.Find(cdn.CertificateToken, "tls").Output("arn"); arn != existingArn {
		t.Errorf("arn is %v", arn)
	}
}

func TestCertificateRefuses(t *testing.T) {
	t.Parallel()
	zone := pulumi.String("Z1")
	for name, c := range map[string]struct {
		args cdn.CertificateArgs
		want []string
	}{
		"nothing given":  {cdn.CertificateArgs{}, []string{"domainName: is required", "zoneId: is required: the names are proved by records in their zone"}},
		"preset":         {cdn.CertificateArgs{Preset: "dev", DomainName: "example.com", ZoneId: zone}, []string{`preset: "dev" is not a preset`}},
		"address":        {cdn.CertificateArgs{DomainName: "https://example.com", ZoneId: zone}, []string{`domainName: "https://example.com" is not a domain name`}},
		"inner wildcard": {cdn.CertificateArgs{DomainName: "a.*.example.com", ZoneId: zone}, []string{`domainName: "a.*.example.com" is not a domain name`}},
		"long name": {
			cdn.CertificateArgs{DomainName: strings.Repeat("a", 53) + ".example.com", ZoneId: zone},
			[]string{"domainName: is 65 characters long, at most 64 fit into a certificate"},
		},
		"alternative":       {cdn.CertificateArgs{DomainName: "example.com", AlternativeNames: []string{"API.example.com"}, ZoneId: zone}, []string{`alternativeNames: "API.example.com" is not a domain name`}},
		"name twice":        {cdn.CertificateArgs{DomainName: "example.com", AlternativeNames: []string{"example.com"}, ZoneId: zone}, []string{`alternativeNames: "example.com" is named twice`}},
		"alternative twice": {cdn.CertificateArgs{DomainName: "a.io", AlternativeNames: []string{"b.io", "b.io"}, ZoneId: zone}, []string{`alternativeNames: "b.io" is named twice`}},
		"many names": {
			cdn.CertificateArgs{DomainName: "a.io", AlternativeNames: strings.Split("b.io c.io d.io e.io f.io g.io h.io i.io j.io k.io", " "), ZoneId: zone},
			[]string{"alternativeNames: has 10 names; a certificate holds 10 in all"},
		},
		"existing and new": {
			cdn.CertificateArgs{DomainName: "example.com", ExistingCertificateArn: pulumi.String(existingArn)},
			[]string{"existingCertificateArn: is a certificate that has its names already"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec, err := recorder.Run(makeCertificate(c.args))
			for _, text := range c.want {
				if err == nil || !strings.Contains(err.Error(), text) {
					t.Errorf("got %v, want %q", err, text)
				}
			}
			if list := rec.List(); len(list) > 0 {
				t.Errorf("registered in spite of it: %v", list)
			}
		})
	}
}

func TestCertificateTransform(t *testing.T) {
	t.Parallel()
	rec := record(t, makeCertificate(cdn.CertificateArgs{DomainName: "example.com", ZoneId: pulumi.String("Z1"), Transform: cdn.CertificateTransform{
		Certificate: func(args *acm.CertificateArgs, _ *[]pulumi.ResourceOption) {
			args.KeyAlgorithm = pulumi.String("EC_prime256v1")
		},
	}}))
	wantInputs(t, rec, certificateType, "tls-certificate", map[string]any{"keyAlgorithm": "EC_prime256v1"})
}
