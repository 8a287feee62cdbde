package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigatewayv2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createDomain gives the API a domain name, over IPv4 and IPv6. Both kinds of API can
// be behind a domain name of the newer kind:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html
func (b *gatewayBuilder) createDomain() error {
	if b.args.DomainName == "" {
		return nil
	}
	t := &b.args.Transform
	args := &apigatewayv2.DomainNameArgs{
		DomainName: pulumi.String(b.args.DomainName),
		DomainNameConfiguration: apigatewayv2.DomainNameDomainNameConfigurationArgs{
			CertificateArn: b.args.CertificateArn.ToStringPtrOutput().Elem(), EndpointType: pulumi.String("REGIONAL"),
			SecurityPolicy: pulumi.String("TLS_1_2"), IpAddressType: pulumi.String("dualstack"),
		},
		Tags: b.Tags(""),
	}
	domain, err := apigatewayv2.NewDomainName(b.Ctx, b.Child("domain"), args, convention.With(b.Scope, t.DomainName, args))
	if err != nil {
		return fmt.Errorf("creating the domain name: %w", err)
	}
	mappingArgs := &apigatewayv2.ApiMappingArgs{ApiId: b.apiId, DomainName: domain.ID(), Stage: b.stageName}
	// The stage of a REST API has the name before it exists.
	mapping, err := apigatewayv2.NewApiMapping(b.Ctx, b.Child("domain"), mappingArgs, convention.With(b.Scope, t.ApiMapping, mappingArgs, pulumi.DependsOn([]pulumi.Resource{b.stage})))
	if err != nil {
		return fmt.Errorf("leading the domain name to the API: %w", err)
	}
	target := convention.Deployed(domain.ID(), domain.DomainNameConfiguration.TargetDomainName())
	zone := convention.Deployed(domain.ID(), domain.DomainNameConfiguration.HostedZoneId())
	for _, kind := range []string{"A", "AAAA"} {
		recordArgs := &route53.RecordArgs{
			ZoneId: b.args.ZoneId.ToStringPtrOutput().Elem(), Name: pulumi.String(b.args.DomainName), Type: pulumi.String(kind),
			Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
				Name: target, ZoneId: zone, EvaluateTargetHealth: pulumi.Bool(false),
			}},
		}
		if _, err := route53.NewRecord(b.Ctx, b.Child(kind), recordArgs, convention.With(b.Scope, t.Record, recordArgs, pulumi.DependsOn([]pulumi.Resource{mapping}))); err != nil {
			return fmt.Errorf("creating the %s record: %w", kind, err)
		}
	}
	b.url = pulumi.Sprintf("https://%s", b.args.DomainName)
	return nil
}
