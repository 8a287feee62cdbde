package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// alarms watch what users of this path get, from each of the target groups.
func (r *Route) alarms(s *convention.Scope, args *RouteArgs) error {
	if err := groupAlarms(s, args, "", r.TargetGroupArnSuffix); err != nil || !convention.Or(args.BlueGreen, false) {
		return err
	}
	return groupAlarms(s, args, "green-", r.GreenTargetGroupArnSuffix)
}

func groupAlarms(s *convention.Scope, args *RouteArgs, group string, suffix pulumi.StringInput) error {
	dimensions := pulumi.StringMap{"LoadBalancer": args.LoadBalancerArnSuffix, "TargetGroup": suffix}
	if err := s.Alarm(convention.Alarm{
		Role:      group + "unhealthy-targets",
		Meaning:   "Targets of route " + s.Name + " (" + args.Path + ") do not answer their health check; the others carry their load, and without any others users get errors. Look at the log of the service for why it does not answer.",
		Namespace: "AWS/ApplicationELB", Metric: "UnHealthyHostCount", Statistic: "Maximum",
		Dimensions: dimensions, Above: convention.At(0), Period: 60, For: 5,
	}, args.Transform.Alarm); err != nil {
		return err
	}
	if err := s.AlarmRatio(convention.Ratio{
		Role:      group + "failing-requests",
		Meaning:   "More than 5 percent of the requests to " + args.Path + " (route " + s.Name + ") are answered with a server error. Look at the service's last deployment and roll it back if the errors began with it, then at its log.",
		Namespace: "AWS/ApplicationELB", Part: "HTTPCode_Target_5XX_Count", Whole: "RequestCount",
		Dimensions: dimensions, Above: 5, AtLeast: 20, Period: 60, For: 5,
	}, args.Transform.Alarm); err != nil {
		return err
	}
	if args.LatencyMilliseconds == nil {
		return nil
	}
	return s.Alarm(convention.Alarm{
		Role: group + "slow-requests",
		Meaning: fmt.Sprintf("One in a hundred requests to %s (route %s) takes longer than the %d ms it is meant to. Look at the service's CPU and at what it waits for: its stores and the services it calls.",
			args.Path, s.Name, *args.LatencyMilliseconds),
		Namespace: "AWS/ApplicationELB", Metric: "TargetResponseTime", Statistic: "p99",
		Dimensions: dimensions, Above: convention.At(float64(*args.LatencyMilliseconds) / 1000), Period: 60, For: 5,
	}, args.Transform.Alarm)
}
