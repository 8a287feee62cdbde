package network_test

import (
	"slices"
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	zoneType    = "aws:route53/zone:Zone"
	keyType     = "aws:kms/key:Key"
	signerType  = "aws:route53/keySigningKey:KeySigningKey"
	signingType = "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec"

	globalTopicArn = "arn:aws:sns:us-east-1:123456789012:alarms"
)

func makeDNS(args network.DNSArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := network.NewDNS(ctx, "dns", &args)
		return err
	}
}

func TestDNS(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args      network.DNSArgs
		protected bool
	}{
		"production":             {network.DNSArgs{}, true},
		"sandbox":                {network.DNSArgs{Preset: "sandbox"}, false},
		"production, let go":     {network.DNSArgs{DeletionProtection: to(false)}, false},
		"sandbox, but protected": {network.DNSArgs{Preset: "sandbox", DeletionProtection: to(true)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.args.DomainName = "shop.example.com"
			rec := record(t, makeDNS(c.args))
			wantList(t, rec, "scaffold:network:DNS dns", zoneType+" dns-zone", recordType+" dns-certificate-authorities")
			wantInputs(t, rec, zoneType, "dns-zone", map[string]any{"name": "shop.example.com", "forceDestroy": !c.protected})
			zone := rec.Find(zoneType, "dns-zone")
			if zone.Protect != c.protected {
				t.Errorf("protected: %v, want %v", zone.Protect, c.protected)
			}
			wantInputs(t, rec, recordType, "dns-certificate-authorities", map[string]any{
				"zoneId": zone.Output("zoneId"), "name": "shop.example.com", "type": "CAA", "ttl": 3600.0, "records": []any{`0 issue "amazon.com"`},
			})
			want := map[string]any{"zoneId": zone.Output("zoneId"), "nameServers": zone.Output("nameServers"), "domainName": "shop.example.com", "dsRecord": ""}
			if diff := cmp.Diff(want, rec.Find(network.DNSToken, "dns").Outputs); diff != "" {
				t.Errorf("outputs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDNSCertificateAuthorities(t *testing.T) {
	t.Parallel()
	rec := record(t, makeDNS(network.DNSArgs{DomainName: "example.com", CertificateAuthorities: []string{"amazon.com", "letsencrypt.org"}}))
	wantInputs(t, rec, recordType, "dns-certificate-authorities", map[string]any{"records": []any{`0 issue "amazon.com"`, `0 issue "letsencrypt.org"`}})
}

func TestDNSExisting(t *testing.T) {
	t.Parallel()
	rec := record(t, makeDNS(network.DNSArgs{DomainName: "example.com", ExistingZoneId: pulumi.String("Z1")}),
		recorder.Invoke("aws:route53/getZone:getZone", func(args map[string]any) (map[string]any, error) {
			return map[string]any{"zoneId": args["zoneId"], "nameServers": []any{"ns-1.example.net"}}, nil
		}))
	wantList(t, rec, "scaffold:network:DNS dns")
	want := map[string]any{"zoneId": "Z1", "nameServers": []any{"ns-1.example.net"}, "domainName": "example.com", "dsRecord": ""}
	if diff := cmp.Diff(want, rec.Find(network.DNSToken, "dns").Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

func TestDNSRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args network.DNSArgs
		want []string
	}{
		"no name":   {network.DNSArgs{}, []string{"domainName: is required"}},
		"address":   {network.DNSArgs{DomainName: "https://example.com"}, []string{`domainName: "https://example.com" is not a domain name`}},
		"wildcard":  {network.DNSArgs{DomainName: "*.example.com"}, []string{`domainName: "*.example.com" is not a domain name`}},
		"authority": {network.DNSArgs{DomainName: "example.com", CertificateAuthorities: []string{"Amazon"}}, []string{`certificateAuthorities: "Amazon" is not a domain name`}},
		"existing authority": {
			network.DNSArgs{DomainName: "example.com", CertificateAuthorities: []string{"amazon.com"}, ExistingZoneId: pulumi.String("Z1")},
			[]string{"certificateAuthorities: are not set in an existing zone"},
		},
		"private authority": {
			network.DNSArgs{DomainName: "example.com", CertificateAuthorities: []string{"amazon.com"}, VpcIds: []pulumi.StringInput{pulumi.String("vpc-1")}},
			[]string{"certificateAuthorities: are looked up by certificate authorities in the public DNS"},
		},
		"existing VPCs": {
			network.DNSArgs{DomainName: "example.com", ExistingZoneId: pulumi.String("Z1"), VpcIds: []pulumi.StringInput{pulumi.String("vpc-1")}},
			[]string{"vpcIds: are not connected to an existing zone"},
		},
		"existing, signed": {
			network.DNSArgs{DomainName: "example.com", ExistingZoneId: pulumi.String("Z1"), Dnssec: to(true)},
			[]string{"dnssec: is not set up in an existing zone"},
		},
		"private, signed": {
			network.DNSArgs{DomainName: "example.com", VpcIds: []pulumi.StringInput{pulumi.String("vpc-1")}, Dnssec: to(true)},
			[]string{"dnssec: is for public zones"},
		},
		"alarms of nothing": {
			network.DNSArgs{DomainName: "example.com", UsEast1AlarmTopicArn: pulumi.String(globalTopicArn)},
			[]string{"usEast1AlarmTopicArn: has nothing to tell"},
		},
		"topic elsewhere": {
			network.DNSArgs{DomainName: "example.com", Dnssec: to(true), UsEast1AlarmTopicArn: pulumi.StringPtr(topicArn)},
			[]string{`usEast1AlarmTopicArn: "` + topicArn + `" is in region "eu-central-1", but an alarm fires only at a topic of its own region`, "give one in us-east-1"},
		},
		"no topic": {
			network.DNSArgs{DomainName: "example.com", Dnssec: to(true), UsEast1AlarmTopicArn: pulumi.String("alarms")},
			[]string{`usEast1AlarmTopicArn: "alarms" is not an ARN`},
		},
		"preset": {network.DNSArgs{DomainName: "example.com", Preset: "dev"}, []string{`preset: "dev" is not a preset`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, makeDNS(c.args), c.want...)
		})
	}
}

func TestDNSTransform(t *testing.T) {
	t.Parallel()
	rec := record(t, makeDNS(network.DNSArgs{DomainName: "example.com", Transform: network.DNSTransform{
		Zone: func(args *route53.ZoneArgs, _ *[]pulumi.ResourceOption) { args.Comment = pulumi.String("ours") },
	}}))
	wantInputs(t, rec, zoneType, "dns-zone", map[string]any{"comment": "ours"})
}

func TestDNSPrivate(t *testing.T) {
	t.Parallel()
	rec := record(t, makeDNS(network.DNSArgs{DomainName: "shop.internal", VpcIds: []pulumi.StringInput{pulumi.String("vpc-1"), pulumi.String("vpc-2")}}))
	wantList(t, rec, "scaffold:network:DNS dns", zoneType+" dns-zone")
	wantInputs(t, rec, zoneType, "dns-zone", map[string]any{"vpcs": []any{map[string]any{"vpcId": "vpc-1"}, map[string]any{"vpcId": "vpc-2"}}})
	wantNoFindings(t, rec)
}

func TestDNSSigned(t *testing.T) {
	t.Parallel()
	for preset, c := range map[string]struct {
		days      float64
		protected bool
	}{"production": {30, true}, "sandbox": {7, false}} {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeDNS(network.DNSArgs{
				Preset: preset, DomainName: "example.com", Dnssec: to(true), UsEast1AlarmTopicArn: pulumi.String(globalTopicArn),
			}), inFrankfurt)
			wantList(t, rec, "scaffold:network:DNS dns", zoneType+" dns-zone", recordType+" dns-certificate-authorities",
				keyType+" dns-signing", signerType+" dns-signing", signingType+" dns-signing",
				alarmType+" dns-signing-fails", alarmType+" dns-signing-key-needs-action")
			zone, key := rec.Find(zoneType, "dns-zone"), rec.Find(keyType, "dns-signing")
			wantInputs(t, rec, keyType, "dns-signing", map[string]any{
				"keyUsage": "SIGN_VERIFY", "customerMasterKeySpec": "ECC_NIST_P256", "deletionWindowInDays": c.days, "enableKeyRotation": nil,
				"policy.Statement": []any{
					map[string]any{
						"Sid": "AccountPermissions", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
						"Principal": map[string]any{"AWS": "arn:aws:iam::123456789012:root"},
					},
					map[string]any{
						"Sid": "Sign", "Effect": "Allow", "Action": []any{"kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"}, "Resource": "*",
						"Principal": map[string]any{"Service": "dnssec-route53.amazonaws.com"},
						"Condition": map[string]any{
							"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"}, "ArnEquals": map[string]any{"aws:SourceArn": zone.Output("arn")},
						},
					},
					map[string]any{
						"Sid": "Grant", "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "*",
						"Principal": map[string]any{"Service": "dnssec-route53.amazonaws.com"},
						"Condition": map[string]any{"Bool": map[string]any{"kms:GrantIsForAWSResource": "true"}},
					},
				},
			})
			if key.Protect != c.protected {
				t.Errorf("key protected: %v, want %v", key.Protect, c.protected)
			}
			wantInputs(t, rec, signerType, "dns-signing", map[string]any{
				"hostedZoneId": zone.Output("zoneId"), "keyManagementServiceArn": key.Output("arn"), "status": "ACTIVE", "name": "dns_signing",
			})
			wantInputs(t, rec, signingType, "dns-signing", map[string]any{"hostedZoneId": zone.Output("zoneId"), "signingStatus": "SIGNING"})
			signer := rec.Find(signerType, "dns-signing")
			if signing := rec.Find(signingType, "dns-signing"); !slices.Contains(signing.Dependencies, signer.URN) {
				t.Error("the zone is signed before there is a key, or without one when it is taken down")
			}
			if ds := rec.Find(network.DNSToken, "dns").Output("dsRecord"); ds != signer.Output("dsRecord") {
				t.Errorf("dsRecord is %v", ds)
			}
			for role, metric := range map[string]string{"signing-fails": "DNSSECInternalFailure", "signing-key-needs-action": "DNSSECKeySigningKeysNeedingAction"} {
				wantInputs(t, rec, alarmType, "dns-"+role, map[string]any{
					"namespace": "AWS/Route53", "metricName": metric, "dimensions": map[string]any{"HostedZoneId": zone.Output("zoneId")},
					"treatMissingData": "ignore", "alarmActions": []any{globalTopicArn},
				})
			}
			wantInVirginia(t, rec, "dns", keyType, alarmType)
			wantNoFindings(t, rec)
		})
	}
}

// In us-east-1 itself the component's own provider will do.
func TestDNSSignedAtHome(t *testing.T) {
	t.Parallel()
	rec := record(t, makeDNS(network.DNSArgs{DomainName: "example.com", Dnssec: to(true)}), recorder.Config(map[string]string{"aws:region": "us-east-1"}))
	wantList(t, rec, "scaffold:network:DNS dns", zoneType+" dns-zone", recordType+" dns-certificate-authorities",
		keyType+" dns-signing", signerType+" dns-signing", signingType+" dns-signing")
	if key := rec.Find(keyType, "dns-signing"); key.Provider != "" {
		t.Errorf("the key has provider %s", key.Provider)
	}
}
