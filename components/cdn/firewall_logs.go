package cdn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// AWS WAF writes into log groups of this name alone:
// https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
const logPrefix = "aws-waf-logs-"

// redacted are headers that carry what proves who somebody is.
var redacted = []string{"authorization", "cookie", "x-api-key", "x-origin-verify"}

// log records requests without what proves who made them. AWS adds to the account's
// resource policy of CloudWatch Logs that it may write here.
func (f *firewall) log(w *Firewall, acl *wafv2.WebAcl) error {
	w.LogGroupName = pulumi.String("").ToStringOutput()
	if !convention.Or(f.args.Logs, true) {
		return nil
	}
	groupArgs := &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(logPrefix + f.metricName()),
		RetentionInDays: pulumi.Int(convention.Choose(f.args.LogRetentionDays, f.Preset, 90, 14)),
		KmsKeyId:        f.args.KmsKeyArn,
		Tags:            f.Tags(""),
	}
	group, err := cloudwatch.NewLogGroup(f.Ctx, f.Child("log"), groupArgs, convention.With(f.Scope, f.args.Transform.LogGroup, groupArgs, f.there))
	if err != nil {
		return fmt.Errorf("creating the log group of %s: %w", f.Name, err)
	}
	w.LogGroupName = group.Name
	var fields wafv2.WebAclLoggingConfigurationRedactedFieldArray
	for _, header := range f.redactedHeaders() {
		fields = append(fields, wafv2.WebAclLoggingConfigurationRedactedFieldArgs{
			SingleHeader: wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs{Name: pulumi.String(header)},
		})
	}
	args := &wafv2.WebAclLoggingConfigurationArgs{
		ResourceArn: acl.Arn, LogDestinationConfigs: pulumi.StringArray{group.Arn}, RedactedFields: fields,
	}
	if f.args.LoggedRequests != "all" {
		args.LoggingFilter = matchedOnly()
	}
	if _, err := wafv2.NewWebAclLoggingConfiguration(f.Ctx, f.Child("log"), args, convention.With(f.Scope, f.args.Transform.Logging, args, f.there)); err != nil {
		return fmt.Errorf("logging the requests of %s: %w", f.Name, err)
	}
	return nil
}

func (f *firewall) redactedHeaders() []string {
	headers := slices.Clone(redacted)
	for _, header := range f.args.RedactedHeaders {
		headers = append(headers, strings.ToLower(header))
	}
	slices.Sort(headers)
	return slices.Compact(headers)
}

// matchedOnly keeps what some rule matched, whether that refused it or not.
func matchedOnly() wafv2.WebAclLoggingConfigurationLoggingFilterArgs {
	var conditions wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionArray
	for _, action := range []string{"BLOCK", "COUNT", "EXCLUDED_AS_COUNT"} {
		conditions = append(conditions, wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionArgs{
			ActionCondition: wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionActionConditionArgs{Action: pulumi.String(action)},
		})
	}
	return wafv2.WebAclLoggingConfigurationLoggingFilterArgs{
		DefaultBehavior: pulumi.String("DROP"),
		Filters: wafv2.WebAclLoggingConfigurationLoggingFilterFilterArray{wafv2.WebAclLoggingConfigurationLoggingFilterFilterArgs{
			Behavior: pulumi.String("KEEP"), Requirement: pulumi.String("MEETS_ANY"), Conditions: conditions,
		}},
	}
}
