package convention

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// InRegion is the option that puts a child into a region: none if the component
// is there already, and otherwise a provider of its own for that region.
//
// Some things exist in one region only, such as the metrics of CloudFront. The
// provider is configured as the stack configures the AWS provider, the region
// apart: Pulumi gives that configuration to the provider it makes itself alone.
// A component that was given a provider with other credentials needs one with
// the same for its children there, by way of their transforms.
func (s *Scope) InRegion(region string) (pulumi.ResourceOption, error) {
	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	if account.Region == region {
		return pulumi.Composite(), nil
	}
	if provider := s.providers[region]; provider != nil {
		return pulumi.Provider(provider), nil
	}
	settings := pulumi.Map{"region": pulumi.String(region)}
	for _, key := range providerTexts {
		if text, set := s.Ctx.GetConfig("aws:" + key); set {
			settings[key] = s.setting(key, pulumi.String(text))
		}
	}
	for _, key := range providerValues {
		text, set := s.Ctx.GetConfig("aws:" + key)
		if !set {
			continue
		}
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			return nil, fmt.Errorf("%s %q: the configuration aws:%s is not JSON: %w", s.Token, s.Name, key, err)
		}
		settings[key] = s.setting(key, pulumi.Any(value))
	}
	provider := &aws.Provider{}
	if err := s.Ctx.RegisterResource("pulumi:providers:aws", s.Child(region), settings, provider, s.Parent()); err != nil {
		return nil, fmt.Errorf("%s %q: creating a provider for %s: %w", s.Token, s.Name, region, err)
	}
	if s.providers == nil {
		s.providers = map[string]*aws.Provider{}
	}
	s.providers[region] = provider
	return pulumi.Provider(provider), nil
}

func (s *Scope) setting(key string, value pulumi.Input) pulumi.Input {
	if s.Ctx.IsConfigSecret("aws:" + key) {
		return pulumi.ToSecret(value)
	}
	return value
}

// What https://www.pulumi.com/registry/packages/aws/installation-configuration/
// lets a stack configure, but the region: texts, and what is written as JSON.
var (
	providerTexts = []string{
		"accessKey", "customCaBundle", "ec2MetadataServiceEndpoint", "ec2MetadataServiceEndpointMode", "httpProxy", "httpsProxy",
		"noProxy", "profile", "retryMode", "s3UsEast1RegionalEndpoint", "secretKey", "stsRegion", "token",
	}
	providerValues = []string{
		"allowedAccountIds", "assumeRole", "assumeRoleWithWebIdentity", "defaultTags", "endpoints", "forbiddenAccountIds", "ignoreTags",
		"insecure", "maxRetries", "s3UsePathStyle", "sharedConfigFiles", "sharedCredentialsFiles", "skipCredentialsValidation",
		"skipMetadataApiCheck", "skipRegionValidation", "skipRequestingAccountId", "tokenBucketRateLimiterCapacity",
		"useDualstackEndpoint", "useFipsEndpoint",
	}
)
