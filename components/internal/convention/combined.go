package convention

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Combined is a CloudWatch alarm on one metric that is published with several sets
// of dimensions, such as one a node or one an operation, and not for all together.
type Combined struct {
	Role      string // names the alarm: "errors"
	Meaning   string // what users or operators suffer, and what to do first
	Namespace string
	Metric    string
	Each      []pulumi.StringMap // the sets of dimensions; CloudWatch takes at most ten
	Statistic string             // of each
	By        string             // how to combine them: "SUM" or "MAX"
	Above     float64
	Period    int // seconds, a multiple of 60
	For       int // how many periods in a row
}

// AlarmCombined creates the alarm as Alarm does.
func (s *Scope) AlarmCombined(c Combined, transform AlarmTransform) error {
	if s.alarms == nil {
		return nil
	}
	queries := cloudwatch.MetricAlarmMetricQueryArray{cloudwatch.MetricAlarmMetricQueryArgs{
		Id: pulumi.String("combined"), Label: pulumi.String(c.Metric), ReturnData: pulumi.Bool(true),
		Expression: pulumi.String(c.By + "(METRICS())"),
	}}
	for i, dimensions := range c.Each {
		if len(dimensions) == 0 {
			return fmt.Errorf("%s %q: alarm %s has no dimensions and would watch nothing; this is a bug in the component", s.Token, s.Name, c.Role)
		}
		queries = append(queries, cloudwatch.MetricAlarmMetricQueryArgs{
			Id: pulumi.Sprintf("m%d", i+1),
			Metric: cloudwatch.MetricAlarmMetricQueryMetricArgs{
				Namespace: pulumi.String(c.Namespace), MetricName: pulumi.String(c.Metric), Dimensions: dimensions,
				Stat: pulumi.String(c.Statistic), Period: pulumi.Int(c.Period),
			},
		})
	}
	topics := pulumi.Array{s.alarms}
	args := &cloudwatch.MetricAlarmArgs{
		AlarmDescription:   pulumi.String(c.Meaning),
		MetricQueries:      queries,
		ComparisonOperator: pulumi.String("GreaterThanThreshold"),
		Threshold:          pulumi.Float64Ptr(c.Above),
		EvaluationPeriods:  pulumi.Int(c.For),
		TreatMissingData:   pulumi.String("notBreaching"),
		AlarmActions:       topics,
		OkActions:          topics,
		Tags:               s.Tags(""),
	}
	if _, err := cloudwatch.NewMetricAlarm(s.Ctx, s.Child(c.Role), args, With(s, transform, args)); err != nil {
		return fmt.Errorf("%s %q: alarm %s: %w", s.Token, s.Name, c.Role, err)
	}
	return nil
}
