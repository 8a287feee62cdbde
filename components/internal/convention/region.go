package convention

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// InRegion is the option that puts a child into a region: none if the component
// is there already, and otherwise a new provider for that region, a child too.
// It is asked for once a region.
//
// Some things exist in one region only, such as the metrics of CloudFront. The
// provider is configured as the stack configures the AWS provider, the region
// apart: Pulumi gives that configuration to none but the provider it makes itself.
// A component that was given a provider with other credentials has to give one
// with the same to its children there, by their transforms.
func (s *Scope) InRegion(region string) (pulumi.ResourceOption, error) {
	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	if account.Region == region {
		return pulumi.Composite(), nil
	}
	args := &aws.ProviderArgs{}
	if err := configureProvider(s.Ctx, args); err != nil {
		return nil, fmt.Errorf("%s %q: %w", s.Token, s.Name, err)
	}
	args.Region = pulumi.String(region)
	provider, err := aws.NewProvider(s.Ctx, s.Child(region), args, s.Parent())
	if err != nil {
		return nil, fmt.Errorf("%s %q: creating a provider for %s: %w", s.Token, s.Name, region, err)
	}
	return pulumi.Provider(provider), nil
}
