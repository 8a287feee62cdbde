package convention

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// MergePolicies is one policy document with the statements of all of these, in
// their order. A resource has one policy: of two, the last one deployed wins.
func MergePolicies(documents ...pulumi.StringInput) pulumi.StringOutput {
	return pulumi.StringArray(documents).ToStringArrayOutput().ApplyT(func(documents []string) (string, error) {
		statements := []json.RawMessage{}
		for _, text := range documents {
			var document struct{ Statement json.RawMessage }
			if err := json.Unmarshal([]byte(text), &document); err != nil {
				return "", fmt.Errorf("%q is not an IAM policy document: %w", text, err)
			}
			var several []json.RawMessage
			if err := json.Unmarshal(document.Statement, &several); err != nil {
				several = []json.RawMessage{document.Statement} // IAM takes one statement without the list
			}
			for _, s := range several {
				if len(s) > 0 {
					statements = append(statements, s)
				}
			}
		}
		merged, err := json.Marshal(struct {
			Statement []json.RawMessage
			Version   string
		}{statements, "2012-10-17"})
		return string(merged), err
	}).(pulumi.StringOutput)
}
