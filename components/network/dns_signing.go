package network

import (
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// sign makes Route 53 sign the zone with a key of the zone's own.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec.html
func (d *DNS) sign(s *convention.Scope, args *DNSArgs, zone *route53.Zone) error {
	global, err := s.InRegion(convention.USEast1)
	if err != nil {
		return err
	}
	policy, err := signingPolicy(s, zone)
	if err != nil {
		return err
	}
	protect := convention.Choose(args.DeletionProtection, s.Preset, true, false)
	// The kind of key, and its region:
	// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec-cmk-requirements.html
	keyArgs := &kms.KeyArgs{
		Description: pulumi.String("Signs the DNS zone " + args.DomainName),
		KeyUsage:    pulumi.String("SIGN_VERIFY"), CustomerMasterKeySpec: pulumi.String("ECC_NIST_P256"),
		DeletionWindowInDays: pulumi.Int(convention.Choose(nil, s.Preset, 30, 7)),
		Policy:               policy,
		Tags:                 s.Tags(""),
	}
	key, err := kms.NewKey(s.Ctx, s.Child("signing"), keyArgs, convention.With(s, args.Transform.Key, keyArgs, global, pulumi.Protect(protect)))
	if err != nil {
		return fmt.Errorf("creating the key that signs %s: %w", args.DomainName, err)
	}
	// AWS takes letters, digits and underscores only, so Pulumi's automatic name would not do.
	signerArgs := &route53.KeySigningKeyArgs{
		HostedZoneId: zone.ZoneId, KeyManagementServiceArn: key.Arn, Status: pulumi.String("ACTIVE"),
		Name: pulumi.String(strings.ReplaceAll(s.Child("signing"), "-", "_")),
	}
	signer, err := route53.NewKeySigningKey(s.Ctx, s.Child("signing"), signerArgs, convention.With(s, args.Transform.KeySigningKey, signerArgs))
	if err != nil {
		return fmt.Errorf("creating the key-signing key of %s: %w", args.DomainName, err)
	}
	signingArgs := &route53.HostedZoneDnsSecArgs{HostedZoneId: signer.HostedZoneId, SigningStatus: pulumi.String("SIGNING")}
	signing, err := route53.NewHostedZoneDnsSec(s.Ctx, s.Child("signing"), signingArgs, convention.With(s, args.Transform.Signing, signingArgs))
	if err != nil {
		return fmt.Errorf("signing %s: %w", args.DomainName, err)
	}
	// A DS record before the signatures would make the zone unreachable.
	d.DsRecord = pulumi.All(signer.DsRecord, signing.ID()).ApplyT(func(both []any) string { return both[0].(string) }).(pulumi.StringOutput)
	return d.alarms(s, args, convention.AlarmsWith(global, args.Transform.Alarm))
}

// signingPolicy lets Route 53 sign this zone with the key, and nothing else.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/access-control-managing-permissions.html#KMS-key-policy-for-DNSSEC
func signingPolicy(s *convention.Scope, zone *route53.Zone) (pulumi.StringOutput, error) {
	account, err := s.Account()
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	const service = "dnssec-route53.amazonaws.com"
	itself := []pulumi.StringInput{pulumi.String("*")} // in a key policy, the key alone
	forZone := convention.When("StringEquals", "aws:SourceAccount", pulumi.String(account.ID))
	forZone["ArnEquals"] = map[string][]pulumi.StringInput{"aws:SourceArn": {zone.Arn}}
	return convention.Policy(
		convention.Statement{
			Sid: "AccountPermissions", Actions: []string{"kms:*"}, Resources: itself,
			AWS: []pulumi.StringInput{pulumi.Sprintf("arn:%s:iam::%s:root", account.Partition, account.ID)},
		},
		convention.Statement{
			Sid: "Sign", Services: []string{service}, Actions: []string{"kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"},
			Resources: itself, Conditions: forZone,
		},
		// AWS documents this statement without a source. What it grants reaches no
		// further than the statement before lets Route 53 use the key.
		convention.Statement{
			Sid: "Grant", Services: []string{service}, Actions: []string{"kms:CreateGrant"}, Resources: itself,
			Conditions: convention.When("Bool", "kms:GrantIsForAWSResource", pulumi.String("true")),
		},
	), nil
}

// alarms tell in time that signatures will end. Route 53 looks every four hours,
// so that there are hours without data, which say nothing.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-hosted-zones-with-cloudwatch.html
func (d *DNS) alarms(s *convention.Scope, args *DNSArgs, transform convention.AlarmTransform) error {
	dimensions := pulumi.StringMap{"HostedZoneId": d.ZoneId}
	if err := s.Alarm(convention.Alarm{
		Role:      "signing-fails",
		Meaning:   "Route 53 cannot sign the zone " + args.DomainName + "; within days resolvers that check signatures will not find its names. Look whether the KMS key is enabled and its policy as it was deployed; if it cannot be mended, take the DS record out of the parent domain first.",
		Namespace: "AWS/Route53", Metric: "DNSSECInternalFailure", Statistic: "Maximum",
		Dimensions: dimensions, Above: convention.At(0), Period: 3600, For: 1, Missing: "ignore",
	}, transform); err != nil {
		return err
	}
	return s.Alarm(convention.Alarm{
		Role:      "signing-key-needs-action",
		Meaning:   "The key that signs the zone " + args.DomainName + " cannot be used; when the present signatures end, resolvers that check them will not find its names. Look at the key in KMS, in us-east-1: enable it, or restore its policy.",
		Namespace: "AWS/Route53", Metric: "DNSSECKeySigningKeysNeedingAction", Statistic: "Maximum",
		Dimensions: dimensions, Above: convention.At(0), Period: 3600, For: 1, Missing: "ignore",
	}, transform)
}
