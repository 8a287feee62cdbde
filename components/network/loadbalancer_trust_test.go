package network_test

import (
	"slices"
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	trustStoreType  = "aws:lb/trustStore:TrustStore"
	associationWeb  = "aws:wafv2/webAclAssociation:WebAclAssociation"
	trustStoreArn   = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:truststore/partners/1"
	webAclArn       = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/shop/1"
	globalWebAclArn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1"
)

func bundled(a *network.LoadBalancerArgs) {
	a.CaBundleBucket, a.CaBundleKey = pulumi.String("authorities"), "partners.pem"
}

func TestLoadBalancerAsksForCertificates(t *testing.T) {
	t.Parallel()
	rec := record(t, makeBalancer("edge", func(a *network.LoadBalancerArgs) { bundled(a); a.CaBundleVersion = "v7" }))
	wantList(t, rec, slices.Concat(balancing, open, logging, []string{trustStoreType + " edge-trust-store"})...)
	wantInputs(t, rec, trustStoreType, "edge-trust-store", map[string]any{
		"caCertificatesBundleS3Bucket": "authorities", "caCertificatesBundleS3Key": "partners.pem", "caCertificatesBundleS3ObjectVersion": "v7", "name": nil,
	})
	wantInputs(t, rec, listenerType, "edge-https", map[string]any{"mutualAuthentication": map[string]any{
		"mode": "verify", "trustStoreArn": rec.Find(trustStoreType, "edge-trust-store").Output("arn"), "ignoreClientCertificateExpiry": false,
	}})
	wantInputs(t, rec, listenerType, "edge-http", map[string]any{"mutualAuthentication": nil})
	// Whom it refused stands in the connection log only.
	wantInputs(t, rec, balancerType, "edge-load-balancer", map[string]any{
		"connectionLogs": map[string]any{"bucket": rec.Find(bucketType, "edge-access-logs").Output("bucket"), "enabled": true},
	})
	wantNoFindings(t, rec)

	rec = record(t, makeBalancer("edge", func(a *network.LoadBalancerArgs) { a.TrustStoreArn = pulumi.String(trustStoreArn) }))
	wantList(t, rec, slices.Concat(balancing, open, logging)...)
	wantInputs(t, rec, listenerType, "edge-https", map[string]any{"mutualAuthentication.trustStoreArn": trustStoreArn})

	rec = record(t, makeBalancer("edge", nil))
	wantInputs(t, rec, listenerType, "edge-https", map[string]any{"mutualAuthentication": nil})
	wantInputs(t, rec, balancerType, "edge-load-balancer", map[string]any{"connectionLogs": nil})

	rec = record(t, makeBalancer(fifty, bundled))
	if name, _ := rec.Find(trustStoreType, fifty+"-trust-store").Input("name").(string); len(name) == 0 || len(name) > 32 {
		t.Errorf("trust store is named %q", name)
	}
}

func TestLoadBalancerFirewall(t *testing.T) {
	t.Parallel()
	rec := record(t, makeBalancer("edge", func(a *network.LoadBalancerArgs) { a.WebAclArn = pulumi.String(webAclArn) }))
	wantList(t, rec, slices.Concat(balancing, open, logging, []string{associationWeb + " edge-firewall"})...)
	wantInputs(t, rec, associationWeb, "edge-firewall", map[string]any{
		"resourceArn": rec.Find(balancerType, "edge-load-balancer").Output("arn"), "webAclArn": webAclArn,
	})
}

func TestLoadBalancerRefusesTrust(t *testing.T) {
	t.Parallel()
	type args = network.LoadBalancerArgs
	for name, c := range map[string]struct {
		change func(*args)
		want   string
	}{
		"two stores":      {func(a *args) { bundled(a); a.TrustStoreArn = pulumi.String(trustStoreArn) }, "trustStoreArn: is a trust store that exists, but caBundleBucket"},
		"half a bundle":   {func(a *args) { a.CaBundleKey = "a.pem" }, "caBundleKey: and caBundleBucket belong together"},
		"version of none": {func(a *args) { a.CaBundleVersion = "v7" }, "caBundleVersion: is the version of an object that is not given"},
		"not a store":     {func(a *args) { a.TrustStoreArn = pulumi.String(certificateArn) }, `trustStoreArn: "` + certificateArn + `" is not the ARN of a trust store`},
		"global firewall": {func(a *args) { a.WebAclArn = pulumi.String(globalWebAclArn) }, `webAclArn: "` + globalWebAclArn + `" has the scope CLOUDFRONT`},
		"not a firewall":  {func(a *args) { a.WebAclArn = pulumi.String(certificateArn) }, `webAclArn: "` + certificateArn + `" is not the ARN of a web ACL`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, makeBalancer("edge", c.change), c.want)
		})
	}
}
