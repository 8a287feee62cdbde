package convention

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Deployed is a text that AWS puts inside an object or a list of a resource: the
// target of a domain name's configuration, say. Until the resource with this ID
// exists it is unknown as a whole, and so is what depends on it. By itself it would
// not be: in a preview the SDK takes what is unknown inside a known object for
// empty, and the preview would show, or refuse, an empty text.
func Deployed(id pulumi.IDOutput, text pulumi.StringPtrInput) pulumi.StringOutput {
	return pulumi.All(id, text).ApplyT(func(values []any) string {
		if text, _ := values[1].(*string); text != nil {
			return *text
		}
		return ""
	}).(pulumi.StringOutput)
}
