package convention

import (
	"reflect"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// USEast1 is where AWS keeps what belongs to its global services: the metrics of
// Route 53 and CloudFront, CloudFront's certificates, the keys of DNSSEC.
const USEast1 = "us-east-1"

// AlarmsWith gives alarms a further option, such as that of InRegion.
func AlarmsWith(option pulumi.ResourceOption, transform AlarmTransform) AlarmTransform {
	return func(args *cloudwatch.MetricAlarmArgs, opts *[]pulumi.ResourceOption) {
		*opts = append(*opts, option)
		if transform != nil {
			transform(args, opts)
		}
	}
}

// OnlyIn refuses an ARN of another region. One that is known only at deployment
// is left to AWS to refuse.
func (s *Scope) OnlyIn(region, argument string, arn pulumi.Input, why string) {
	text, known := Known(arn)
	if !known {
		return
	}
	switch parts := strings.SplitN(text, ":", 6); {
	case len(parts) < 6 || parts[0] != "arn":
		s.Refuse(argument, "%q is not an ARN, which begins with arn: and names a region", text)
	case parts[3] != region:
		s.Refuse(argument, "%q is in region %q, but %s; give one in %s", text, parts[3], why, region)
	}
}

// Known is the text of an input that is known while the program is still
// running: a pulumi.String, and no output.
func Known(input pulumi.Input) (string, bool) {
	v := reflect.ValueOf(input)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.String {
		return "", false
	}
	return v.String(), true
}
