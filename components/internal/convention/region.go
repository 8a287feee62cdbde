package convention

import (
	"fmt"

	"github.com/archimperative/scaffold/region"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// InRegion is the option that puts a child into a region: none if the component
// is there already, wherever the stack is; otherwise the provider that the stack has for
// that region, or, without one, a new provider, which is a child too.
// It is asked for once a region.
//
// Some things exist in one region only, such as the metrics of CloudFront. The
// provider is configured as the stack configures the AWS provider, the region
// apart: Pulumi gives that configuration to none but the provider it makes itself.
// A component that was given a provider with other credentials than the stack's has
// to give one with the same to its children there, by their transforms.
func (s *Scope) InRegion(name string) (pulumi.ResourceOption, error) {
	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	if account.Region == name {
		return pulumi.Composite(), nil
	}
	provider, err := region.Provider(s.Ctx, name, s.Child(name), s.Parent())
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", s.Token, s.Name, err)
	}
	return pulumi.Provider(provider), nil
}
