package cdn

import (
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ofCloudFront refuses a web ACL of another scope, whose ARN says "regional".
func ofCloudFront(arn string) error {
	if !strings.Contains(arn, ":global/webacl/") {
		return fmt.Errorf("%s is not a web ACL of the scope CLOUDFRONT, which is all that CloudFront takes; give the arn of a Firewall with the scope \"cloudfront\"", arn)
	}
	return nil
}

// webACL fails at deployment for a web ACL that only then shows what it is of.
func webACL(s *convention.Scope, arn pulumi.StringPtrInput) pulumi.StringPtrInput {
	return arn.ToStringPtrOutput().Elem().ApplyT(func(arn string) (*string, error) {
		if err := ofCloudFront(arn); err != nil {
			return nil, fmt.Errorf("%s %q: webAclArn: %w", s.Token, s.Name, err)
		}
		return &arn, nil
	}).(pulumi.StringPtrOutput)
}

// virginian fails at deployment for an ARN outside us-east-1 that only then shows
// where it is.
func virginian(s *convention.Scope, argument string, arn pulumi.StringPtrInput) pulumi.StringPtrInput {
	return arn.ToStringPtrOutput().Elem().ApplyT(func(arn string) (*string, error) {
		if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && parts[3] != convention.USEast1 {
			return nil, fmt.Errorf("%s %q: %s: %s is in %s, but CloudFront needs it in %s; make it with a provider for that", s.Token, s.Name, argument, arn, parts[3], convention.USEast1)
		}
		return &arn, nil
	}).(pulumi.StringPtrOutput)
}
