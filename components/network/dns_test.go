package network_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const zoneType = "aws:route53/zone:Zone"

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
			want := map[string]any{"zoneId": zone.Output("zoneId"), "nameServers": zone.Output("nameServers"), "domainName": "shop.example.com"}
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
	want := map[string]any{"zoneId": "Z1", "nameServers": []any{"ns-1.example.net"}, "domainName": "example.com"}
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
