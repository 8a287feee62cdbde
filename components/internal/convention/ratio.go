package convention

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Ratio is a CloudWatch alarm on the share that one metric has in another, such
// as failed requests in all requests. It means the same at every load.
type Ratio struct {
	Role       string // names the alarm: "errors"
	Meaning    string // what users or operators suffer, and what to do first
	Namespace  string
	Part       string           // the metric that counts the failures
	Whole      string           // the metric that counts everything, failures included
	Dimensions pulumi.StringMap // of both metrics
	Above      float64          // percent
	AtLeast    int              // the share of fewer than this in a period says nothing and counts as 0
	Period     int              // seconds, a multiple of 60
	For        int              // how many periods in a row
}

// AlarmRatio creates the alarm as Alarm does.
func (s *Scope) AlarmRatio(r Ratio, transform AlarmTransform) error {
	if s.alarms == nil {
		return nil
	}
	if len(r.Dimensions) == 0 {
		return fmt.Errorf("%s %q: alarm %s has no dimensions and would watch nothing; this is a bug in the component", s.Token, s.Name, r.Role)
	}
	sum := func(id, metric string) cloudwatch.MetricAlarmMetricQueryInput {
		return cloudwatch.MetricAlarmMetricQueryArgs{
			Id: pulumi.String(id),
			Metric: cloudwatch.MetricAlarmMetricQueryMetricArgs{
				Namespace: pulumi.String(r.Namespace), MetricName: pulumi.String(metric), Dimensions: r.Dimensions,
				Stat: pulumi.String("Sum"), Period: pulumi.Int(r.Period),
			},
		}
	}
	topics := pulumi.Array{s.alarms}
	args := &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String(r.Meaning),
		MetricQueries: cloudwatch.MetricAlarmMetricQueryArray{
			cloudwatch.MetricAlarmMetricQueryArgs{
				Id: pulumi.String("share"), Label: pulumi.String("Percent"), ReturnData: pulumi.Bool(true),
				// A count that is missing is zero: CloudWatch has no data where nothing was counted.
				Expression: pulumi.String(fmt.Sprintf("IF(FILL(whole, 0) >= %d, 100 * FILL(part, 0) / whole, 0)", max(r.AtLeast, 1))),
			},
			sum("part", r.Part), sum("whole", r.Whole),
		},
		ComparisonOperator: pulumi.String("GreaterThanThreshold"),
		Threshold:          pulumi.Float64Ptr(r.Above),
		EvaluationPeriods:  pulumi.Int(r.For),
		TreatMissingData:   pulumi.String("notBreaching"),
		AlarmActions:       topics,
		OkActions:          topics,
		Tags:               s.Tags(""),
	}
	if _, err := cloudwatch.NewMetricAlarm(s.Ctx, s.Child(r.Role), args, With(s, transform, args)); err != nil {
		return fmt.Errorf("%s %q: alarm %s: %w", s.Token, s.Name, r.Role, err)
	}
	return nil
}
