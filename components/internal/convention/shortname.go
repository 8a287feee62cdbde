package convention

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Behind a logical name Pulumi puts a hyphen and seven hexadecimal digits.
const automaticSuffix = 8

// ShortName is the physical name of a child that AWS allows at most limit
// characters for. It is nil, which leaves the name to Pulumi, as long as the
// name Pulumi would make fits; a longer one is cut, and kept apart from others
// by a digest of the stack, the whole logical name and what is passed as decisive.
//
// Decisive is every input whose change replaces the child: the new one exists
// beside the old one for a while, so it needs another name.
func (s *Scope) ShortName(role string, limit int, decisive ...pulumi.StringInput) pulumi.StringPtrInput {
	name := s.Child(role)
	if len(name)+automaticSuffix <= limit {
		return nil
	}
	parts := pulumi.StringArray{pulumi.String(s.Ctx.Organization()), pulumi.String(s.Ctx.Project()), pulumi.String(s.Ctx.Stack()), pulumi.String(name)}
	cut := strings.TrimRight(name[:limit-automaticSuffix], "-")
	return append(parts, decisive...).ToStringArrayOutput().ApplyT(func(parts []string) *string {
		digest := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
		short := cut + "-" + hex.EncodeToString(digest[:])[:automaticSuffix-1]
		return &short
	}).(pulumi.StringPtrOutput)
}
