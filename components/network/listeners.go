package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// listeners creates the HTTPS listener and the HTTP one that leads to it.
func (l *LoadBalancer) listeners(s *convention.Scope, args *LoadBalancerArgs) error {
	clients, err := authentication(s, args)
	if err != nil {
		return err
	}
	httpsArgs := &lb.ListenerArgs{
		LoadBalancerArn: l.Arn,
		Port:            pulumi.Int(443), Protocol: pulumi.String("HTTPS"),
		CertificateArn:       args.CertificateArn.ToStringOutput().ToStringPtrOutput(),
		SslPolicy:            pulumi.String(sslPolicy(args.SslPolicy)),
		MutualAuthentication: clients,
		// What no route claims is nobody's, and says nothing about who answers.
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type: pulumi.String("fixed-response"),
			FixedResponse: lb.ListenerDefaultActionFixedResponseArgs{
				ContentType: pulumi.String("text/plain"), MessageBody: pulumi.String("Not found"), StatusCode: pulumi.String("404"),
			},
		}},
		// Port 80 only redirects, so a browser that has been here may forget about it
		// (https://www.rfc-editor.org/rfc/rfc6797); in a sandbox not for long.
		RoutingHttpResponseStrictTransportSecurityHeaderValue: pulumi.String(convention.Choose(nil, s.Preset, "max-age=31536000", "max-age=300")),
		RoutingHttpResponseServerEnabled:                      pulumi.Bool(false),
		Tags:                                                  s.Tags(""),
	}
	https, err := lb.NewListener(s.Ctx, s.Child("https"), httpsArgs, convention.With(s, args.Transform.Listener, httpsArgs))
	if err != nil {
		return fmt.Errorf("creating the HTTPS listener of %s: %w", s.Name, err)
	}
	l.ListenerArn = https.Arn

	httpArgs := &lb.ListenerArgs{
		LoadBalancerArn: l.Arn,
		Port:            pulumi.Int(80), Protocol: pulumi.String("HTTP"),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type: pulumi.String("redirect"),
			Redirect: lb.ListenerDefaultActionRedirectArgs{
				Protocol: pulumi.String("HTTPS"), Port: pulumi.String("443"), StatusCode: pulumi.String("HTTP_301"),
			},
		}},
		Tags: s.Tags(""),
	}
	if _, err := lb.NewListener(s.Ctx, s.Child("http"), httpArgs, convention.With(s, args.Transform.Listener, httpArgs)); err != nil {
		return fmt.Errorf("creating the HTTP listener of %s: %w", s.Name, err)
	}
	return nil
}

// alarms watch what users get from the load balancer as a whole. Metrics:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
func (l *LoadBalancer) alarms(s *convention.Scope, args *LoadBalancerArgs) error {
	dimensions := pulumi.StringMap{"LoadBalancer": l.ArnSuffix}
	if err := s.AlarmRatio(convention.Ratio{
		Role:      "failing-requests",
		Meaning:   "More than 5 percent of the requests through load balancer " + s.Name + " are answered with a server error. Look at the alarms of its routes to see which service it is, then at that service's last deployment and log.",
		Namespace: "AWS/ApplicationELB", Part: "HTTPCode_Target_5XX_Count", Whole: "RequestCount",
		Dimensions: dimensions, Above: 5, AtLeast: 20, Period: 60, For: 5,
	}, args.Transform.Alarm); err != nil {
		return err
	}
	// A count, not a share: requests without a healthy target are not in RequestCount.
	if err := s.Alarm(convention.Alarm{
		Role:      "failing-load-balancer",
		Meaning:   "Users get errors from load balancer " + s.Name + " itself: 502 is a target that closed the connection, 503 a route without a healthy target, 504 a target that was too slow. Look at the access log for which, then at the targets.",
		Namespace: "AWS/ApplicationELB", Metric: "HTTPCode_ELB_5XX_Count", Statistic: "Sum",
		Dimensions: dimensions, Above: convention.At(10), Period: 60, For: 3,
	}, args.Transform.Alarm); err != nil {
		return err
	}
	return s.Alarm(convention.Alarm{
		Role:      "rejected-connections",
		Meaning:   "Users cannot connect: load balancer " + s.Name + " is at its maximum number of connections. Look for an attack or a client that does not reuse connections, then reserve more capacity.",
		Namespace: "AWS/ApplicationELB", Metric: "RejectedConnectionCount", Statistic: "Sum",
		Dimensions: dimensions, Above: convention.At(0), Period: 60, For: 3,
	}, args.Transform.Alarm)
}
