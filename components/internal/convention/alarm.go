package convention

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Alarm is a CloudWatch alarm on a metric of one resource.
type Alarm struct {
	Role       string // names the alarm: "dead-letters"
	Meaning    string // what users or operators suffer, and what to do first: the alarm's runbook
	Namespace  string
	Metric     string
	Dimensions pulumi.StringMap // never empty: an alarm without them watches nothing
	Statistic  string           // "Sum", "Average", "Maximum", "Minimum", or a percentile "p99"
	Above      *float64         // fires above this …
	Below      *float64         // … or below this
	AtLeast    *float64         // … or at and above this
	Period     int              // seconds, a multiple of 60
	For        int              // how many periods in a row
	Missing    string           // how missing data counts: "notBreaching" (default), "breaching", "missing"
}

// AlarmTransform changes the arguments and options of a component's alarms.
type AlarmTransform = func(*cloudwatch.MetricAlarmArgs, *[]pulumi.ResourceOption)

// Alarm creates the alarm as a child of the component, firing at the topic that
// Alarmed named, and again when it is over. Without a topic it does nothing.
func (s *Scope) Alarm(a Alarm, transform AlarmTransform) error {
	if s.alarms == nil {
		return nil
	}
	if len(a.Dimensions) == 0 {
		return fmt.Errorf("%s %q: alarm %s has no dimensions and would watch nothing; this is a bug in the component", s.Token, s.Name, a.Role)
	}
	operator, threshold := "GreaterThanThreshold", a.Above
	switch {
	case a.Below != nil:
		operator, threshold = "LessThanThreshold", a.Below
	case a.AtLeast != nil:
		operator, threshold = "GreaterThanOrEqualToThreshold", a.AtLeast
	}
	missing := a.Missing
	if missing == "" {
		missing = "notBreaching"
	}
	topics := pulumi.Array{s.alarms}
	args := &cloudwatch.MetricAlarmArgs{
		AlarmDescription:   pulumi.String(a.Meaning),
		Namespace:          pulumi.String(a.Namespace),
		MetricName:         pulumi.String(a.Metric),
		Dimensions:         a.Dimensions,
		ComparisonOperator: pulumi.String(operator),
		Threshold:          pulumi.Float64Ptr(*threshold),
		Period:             pulumi.Int(a.Period),
		EvaluationPeriods:  pulumi.Int(a.For),
		TreatMissingData:   pulumi.String(missing),
		AlarmActions:       topics,
		OkActions:          topics,
		Tags:               s.Tags(""),
	}
	if len(a.Statistic) > 1 && a.Statistic[0] == 'p' && a.Statistic[1] >= '0' && a.Statistic[1] <= '9' {
		args.ExtendedStatistic = pulumi.String(a.Statistic)
	} else {
		args.Statistic = pulumi.String(a.Statistic)
	}
	if _, err := cloudwatch.NewMetricAlarm(s.Ctx, s.Child(a.Role), args, With(s, transform, args)); err != nil {
		return fmt.Errorf("%s %q: alarm %s: %w", s.Token, s.Name, a.Role, err)
	}
	return nil
}

// At is a threshold.
func At(v float64) *float64 { return &v }
