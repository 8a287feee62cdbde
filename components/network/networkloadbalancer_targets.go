package network

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// addresses puts the load balancer into its subnets, with the fixed addresses it has.
func (n *NetworkLoadBalancer) addresses(s *convention.Scope, args *NetworkLoadBalancerArgs, balancer *lb.LoadBalancerArgs) error {
	n.StaticIps = pulumi.StringArray{}.ToStringArrayOutput()
	allocations := args.AllocationIds
	if args.StaticIps != nil {
		protect := pulumi.Protect(convention.Choose(args.DeletionProtection, s.Preset, true, false))
		var ips pulumi.StringArray
		for i := range *args.StaticIps {
			name := fmt.Sprintf("address-%d", i+1)
			eipArgs := &ec2.EipArgs{Domain: pulumi.String("vpc"), Tags: s.Tags(s.Child(name))}
			eip, err := ec2.NewEip(s.Ctx, s.Child(name), eipArgs, convention.With(s, args.Transform.Address, eipArgs, protect))
			if err != nil {
				return fmt.Errorf("creating the address %s: %w", s.Child(name), err)
			}
			allocations, ips = append(allocations, eip.AllocationId), append(ips, eip.PublicIp)
		}
		n.StaticIps = ips.ToStringArrayOutput()
	}
	if len(allocations) == 0 {
		balancer.Subnets = args.SubnetIds
		return nil
	}
	mappings := lb.LoadBalancerSubnetMappingArray{}
	for i, allocation := range allocations {
		subnet := args.SubnetIds.ToStringArrayOutput().ApplyT(func(ids []string) (string, error) {
			if len(ids) != len(allocations) {
				return "", fmt.Errorf("%s %q: there are %d subnets and %d fixed addresses; each subnet takes one", s.Token, s.Name, len(ids), len(allocations))
			}
			return ids[i], nil
		}).(pulumi.StringOutput)
		mappings = append(mappings, lb.LoadBalancerSubnetMappingArgs{SubnetId: subnet, AllocationId: allocation.ToStringOutput().ToStringPtrOutput()})
	}
	balancer.SubnetMappings = mappings
	return nil
}

// listen creates the target group and the listener that leads to it.
func (n *NetworkLoadBalancer) listen(s *convention.Scope, args *NetworkLoadBalancerArgs) error {
	port := targetPort(args)
	kind, speaks := "ip", "TCP"
	if convention.Or(args.TargetTls, false) {
		speaks = "TLS"
	}
	if args.AlbListenerArn != nil {
		kind = "alb"
	}
	groupArgs := &lb.TargetGroupArgs{
		Name:       s.ShortName("targets", 32, args.VpcId, pulumi.String(strconv.Itoa(port)+speaks+kind)),
		VpcId:      args.VpcId.ToStringOutput().ToStringPtrOutput(),
		TargetType: pulumi.String(kind), Protocol: pulumi.String(speaks), Port: pulumi.Int(port),
		HealthCheck: healthOfTargets(args),
		Tags:        s.Tags(s.Name),
	}
	if kind == "ip" { // an application load balancer drains its own targets
		groupArgs.DeregistrationDelay = pulumi.Int(convention.Choose(args.DeregistrationDelaySeconds, s.Preset, 30, 5))
	}
	group, err := lb.NewTargetGroup(s.Ctx, s.Child("targets"), groupArgs, convention.With(s, args.Transform.TargetGroup, groupArgs))
	if err != nil {
		return fmt.Errorf("creating the target group of %s: %w", s.Name, err)
	}
	listenerArgs := &lb.ListenerArgs{
		LoadBalancerArn: n.Arn, Port: pulumi.Int(convention.Or(args.Port, 443)), Protocol: pulumi.String(protocol(args)),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{Type: pulumi.String("forward"), TargetGroupArn: group.Arn}},
		Tags:           s.Tags(""),
	}
	if protocol(args) == "TLS" {
		listenerArgs.CertificateArn, listenerArgs.SslPolicy = args.CertificateArn, pulumi.String(sslPolicy(args.SslPolicy))
	}
	listener, err := lb.NewListener(s.Ctx, s.Child("listener"), listenerArgs, convention.With(s, args.Transform.Listener, listenerArgs))
	if err != nil {
		return fmt.Errorf("creating the listener of %s: %w", s.Name, err)
	}
	n.ListenerArn, n.TargetGroupArnSuffix = listener.Arn, group.ArnSuffix
	n.TargetGroupArn = pulumi.All(group.Arn, listener.Arn).ApplyT(func(arns []any) string { return arns[0].(string) }).(pulumi.StringOutput)
	if kind == "ip" {
		return nil
	}
	// The listener's ARN, for AWS takes the load balancer only once it listens on the port.
	attachmentArgs := &lb.TargetGroupAttachmentArgs{
		TargetGroupArn: n.TargetGroupArn, TargetId: args.AlbListenerArn.ToStringPtrOutput().Elem().ApplyT(balancerOf).(pulumi.StringOutput), Port: pulumi.Int(port),
	}
	if _, err := lb.NewTargetGroupAttachment(s.Ctx, s.Child("target"), attachmentArgs, convention.With(s, args.Transform.Attachment, attachmentArgs)); err != nil {
		return fmt.Errorf("registering the load balancer behind %s: %w", s.Name, err)
	}
	return nil
}

// balancerOf is the ARN of the application load balancer that a listener is of.
func balancerOf(listenerArn string) (string, error) {
	parts := strings.Split(listenerArn, "/")
	if len(parts) != 5 || !strings.HasSuffix(parts[0], ":listener") || parts[1] != "app" {
		return "", fmt.Errorf("%q is not the ARN of a listener of an application load balancer", listenerArn)
	}
	return strings.TrimSuffix(parts[0], "listener") + "loadbalancer/" + strings.Join(parts[1:4], "/"), nil
}

// healthOfTargets takes a target out after half a minute, and a new one in after
// 20 seconds. https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
func healthOfTargets(args *NetworkLoadBalancerArgs) lb.TargetGroupHealthCheckArgs {
	check := lb.TargetGroupHealthCheckArgs{
		Protocol: pulumi.String("TCP"), Interval: pulumi.Int(10), Timeout: pulumi.Int(5), HealthyThreshold: pulumi.Int(2), UnhealthyThreshold: pulumi.Int(3),
	}
	path, matcher := args.HealthPath, "200-399"
	if args.AlbListenerArn != nil {
		if matcher = "200-499"; path == "" {
			path = "/"
		}
	}
	if path != "" {
		check.Protocol, check.Path, check.Matcher = pulumi.String("HTTP"), pulumi.String(path), pulumi.String(matcher)
		if args.AlbListenerArn != nil || convention.Or(args.TargetTls, false) {
			check.Protocol = pulumi.String("HTTPS")
		}
	}
	return check
}

func protocol(args *NetworkLoadBalancerArgs) string {
	switch {
	case args.Protocol != "":
		return args.Protocol
	case args.AlbListenerArn != nil:
		return "TCP"
	}
	return "TLS"
}

func targetPort(args *NetworkLoadBalancerArgs) int {
	if args.AlbListenerArn != nil {
		return convention.Or(args.TargetPort, 443)
	}
	return convention.Or(args.TargetPort, 8080)
}

// logs says in the load balancer's arguments where it logs to, and returns what
// has to exist before.
func (n *NetworkLoadBalancer) logs(s *convention.Scope, args *NetworkLoadBalancerArgs, balancer *lb.LoadBalancerArgs) ([]pulumi.Resource, error) {
	if !networkLogged(args) {
		return nil, nil
	}
	t := args.Transform
	bucket, ready, err := logging{
		bucket: args.AccessLogsBucket, retentionDays: convention.Choose(args.AccessLogsRetentionDays, s.Preset, 90, 14), kmsKeyArn: args.KmsKeyArn,
		protect: convention.Choose(args.DeletionProtection, s.Preset, true, false), writers: networkLogs,
		transform: logTransform{t.Bucket, t.PublicAccessBlock, t.OwnershipControls, t.Encryption, t.Versioning, t.Lifecycle, t.BucketPolicy},
	}.to(s)
	if err != nil {
		return nil, err
	}
	balancer.AccessLogs = lb.LoadBalancerAccessLogsArgs{Bucket: bucket, Enabled: pulumi.Bool(true)}
	return ready, nil
}

func networkLogged(args *NetworkLoadBalancerArgs) bool {
	return convention.Or(args.AccessLogs, protocol(args) == "TLS")
}

// alarms watch the targets, and whether connections to them can be made. Metrics:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
func (n *NetworkLoadBalancer) alarms(s *convention.Scope, args *NetworkLoadBalancerArgs) error {
	balancer := pulumi.StringMap{"LoadBalancer": n.ArnSuffix}
	targets := pulumi.StringMap{"LoadBalancer": n.ArnSuffix, "TargetGroup": n.TargetGroupArnSuffix}
	for _, alarm := range []convention.Alarm{
		{
			Role:    "unhealthy-targets",
			Meaning: "Targets of load balancer " + s.Name + " do not answer their health check; the others carry their load. Look at the log of the service for why it does not answer.",
			Metric:  "UnHealthyHostCount", Statistic: "Maximum", Dimensions: targets, Above: convention.At(0), Period: 60, For: 5,
		},
		{
			Role:    "no-healthy-target",
			Meaning: "No target of load balancer " + s.Name + " is healthy, or none is registered: clients cannot connect. Look whether the service runs at all, then at its last deployment.",
			// The count is not reported while no target is registered.
			Metric: "HealthyHostCount", Statistic: "Maximum", Dimensions: targets, Below: convention.At(1), Period: 60, For: 3, Missing: "breaching",
		},
		{
			Role:    "no-ports-left",
			Meaning: "Load balancer " + s.Name + " has no ports left for connections to its targets, and clients' connections fail. Add targets: each gives it more ports.",
			Metric:  "PortAllocationErrorCount", Statistic: "Sum", Dimensions: balancer, Above: convention.At(0), Period: 60, For: 3,
		},
	} {
		alarm.Namespace = "AWS/NetworkELB"
		if err := s.Alarm(alarm, args.Transform.Alarm); err != nil {
			return err
		}
	}
	return nil
}
