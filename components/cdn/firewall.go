package cdn

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// FirewallToken is the type of Firewall in Pulumi's state.
const FirewallToken = "scaffold:cdn:Firewall"

// FirewallArgs are the arguments of a Firewall.
type FirewallArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// What the firewall is in front of: "cloudfront" (a CDN, which takes the arn), or
	// "regional" (load balancers and REST APIs, which are named in resourceArns).
	Scope string `pulumi:"scope"`
	// What happens to a request that a rule matches: "block" refuses it, "count" only
	// counts and logs it. Begin with "count" in front of what is in use already, see in
	// the log whom it would have hit, then block. Default: "block" in production,
	// "count" in sandbox.
	Mode string `pulumi:"mode,optional"`
	// The ruleGroups that only count while the others block: new ones on trial, and
	// those that hit somebody they should not. Default: none.
	CountedRuleGroups []string `pulumi:"countedRuleGroups,optional"`
	// How many requests one address may make in any five minutes, 10 to 2000000000; what
	// is beyond is matched until it slows down. Default: 2000.
	RequestsPerIp *int `pulumi:"requestsPerIp,optional"`
	// The groups of rules that AWS keeps up to date, without extra charge:
	// "ip-reputation" (addresses known for attacks), "anonymous-ip" (proxies and
	// hosting), "common" (the usual attacks on web applications), "known-bad-inputs"
	// (known exploits), "admin" (exposed administration pages), "sqli" (SQL injection),
	// "linux", "unix", "windows", "php" and "wordpress" (exploits of each). Default:
	// ip-reputation, common, known-bad-inputs and sqli.
	RuleGroups []string `pulumi:"ruleGroups,optional"`
	// Let the group "common" match requests for having a body of more than 8 KiB, as
	// uploads have. Default: false, such a request is only counted.
	BodySizeLimit *bool `pulumi:"bodySizeLimit,optional"`
	// The ARNs of the application load balancers and of the stages of REST APIs that
	// the firewall is in front of. Each needs its entry in resourceNames.
	ResourceArns []pulumi.StringInput `pulumi:"resourceArns,optional"`
	// A name for each of resourceArns, in the same order: what an association is known
	// by, so that a resource can be added or taken away anywhere in the list without
	// leaving another unprotected. Required with resourceArns.
	ResourceNames []string `pulumi:"resourceNames,optional"`
	// Keep a log of requests in CloudWatch Logs. Default: true.
	Logs *bool `pulumi:"logs,optional"`
	// Which requests are logged: "matched" by a rule, or "all". Default: "matched".
	LoggedRequests string `pulumi:"loggedRequests,optional"`
	// Further request headers whose values are left out of the log, beside
	// Authorization, Cookie, X-Api-Key and X-Origin-Verify.
	RedactedHeaders []string `pulumi:"redactedHeaders,optional"`
	// For how many days the log is kept. Default: 90 in production, 14 in sandbox.
	LogRetentionDays *int `pulumi:"logRetentionDays,optional"`
	// The ARN of the KMS key that encrypts the log, in the region of the firewall; its
	// policy must let CloudWatch Logs use it, as a Key with the service "logs" does.
	// Default: the key of CloudWatch Logs.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// How many requests in five minutes the rules may match before an alarm tells, 1
	// to 1000000000. Default: 500.
	MaxMatchedRequests *int `pulumi:"maxMatchedRequests,optional"`
	// The ARN of the topic that gets the component's alarm (an attack, or a rule that
	// hits users), in us-east-1 for the scope "cloudfront". Default: no alarm.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of all resources, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform FirewallTransform
}

// FirewallTransform reaches every property of the children of a Firewall.
type FirewallTransform struct {
	WebAcl      func(*wafv2.WebAclArgs, *[]pulumi.ResourceOption)
	Association func(*wafv2.WebAclAssociationArgs, *[]pulumi.ResourceOption)
	LogGroup    func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	Logging     func(*wafv2.WebAclLoggingConfigurationArgs, *[]pulumi.ResourceOption)
	Alarm       convention.AlarmTransform
}

// Firewall is a web application firewall (AWS WAF) that limits how often an address
// may ask, refuses known attacks and logs them without anybody's credentials.
type Firewall struct {
	pulumi.ResourceState

	// The ARN of the web ACL, for the webAclArn of a CDN.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The name of the web ACL's metrics, their dimension WebACL.
	MetricName pulumi.StringOutput `pulumi:"metricName"`
	// The name of the log group; empty without logs.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
}

// NewFirewall creates a Firewall. It fails for resources that AWS WAF cannot be in
// front of, and for rule groups there are none of.
func NewFirewall(ctx *pulumi.Context, name string, args *FirewallArgs, opts ...pulumi.ResourceOption) (*Firewall, error) {
	if args == nil {
		args = &FirewallArgs{}
	}
	s := convention.Open(ctx, FirewallToken, name, args.Preset).Tagged(args.Tags)
	checkFirewall(s, args)
	f := &firewall{Scope: s, args: args, mode: args.Mode, there: pulumi.Composite()}
	if f.mode == "" {
		f.mode = convention.Choose(nil, s.Preset, "block", "count")
	}
	global := args.Scope == "cloudfront"
	switch {
	case args.AlarmTopicArn == nil:
	case global:
		s.Alarmed(virginian(s, "alarmTopicArn", args.AlarmTopicArn))
	default:
		s.Alarmed(args.AlarmTopicArn)
	}
	w := &Firewall{}
	if err := s.Register(w, args, opts...); err != nil {
		return nil, err
	}
	if global {
		there, err := s.InRegion(convention.USEast1)
		if err != nil {
			return nil, err
		}
		f.there = there
	}
	acl, err := f.webAcl()
	if err != nil {
		return nil, fmt.Errorf("creating the web ACL of %s: %w", name, err)
	}
	w.Arn, w.MetricName = acl.Arn, pulumi.String(f.metricName()).ToStringOutput()
	if err := f.associate(acl); err != nil {
		return nil, err
	}
	if err := f.log(w, acl); err != nil {
		return nil, err
	}
	if err := f.alarm(w); err != nil {
		return nil, err
	}
	return w, s.Done()
}

// A firewall is the construction of one web ACL.
type firewall struct {
	*convention.Scope
	args  *FirewallArgs
	mode  string
	there pulumi.ResourceOption // where the web ACL and all about it is
}

// associate puts the firewall in front of what it is for.
func (f *firewall) associate(acl *wafv2.WebAcl) error {
	for i, arn := range f.args.ResourceArns {
		args := &wafv2.WebAclAssociationArgs{
			WebAclArn: acl.Arn,
			// The ARN of what is yet to be created shows only then what it is.
			ResourceArn: arn.ToStringOutput().ApplyT(func(arn string) (string, error) {
				if err := protectable(arn); err != nil {
					return "", fmt.Errorf("%s %q: resourceArns: %w", f.Token, f.Name, err)
				}
				return arn, nil
			}).(pulumi.StringOutput),
		}
		if _, err := wafv2.NewWebAclAssociation(f.Ctx, f.Child(f.args.ResourceNames[i]), args,
			convention.With(f.Scope, f.args.Transform.Association, args, f.there)); err != nil {
			return fmt.Errorf("putting %s in front of %s: %w", f.Name, f.args.ResourceNames[i], err)
		}
	}
	return nil
}

// alarm tells when more is matched than usual. Metrics:
// https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
func (f *firewall) alarm(w *Firewall) error {
	if f.args.AlarmTopicArn == nil {
		return nil
	}
	dimensions := pulumi.StringMap{"WebACL": w.MetricName, "Rule": pulumi.String("ALL")}
	if f.args.Scope != "cloudfront" {
		account, err := f.Account()
		if err != nil {
			return err
		}
		dimensions["Region"] = pulumi.String(account.Region)
	}
	metric, what := "BlockedRequests", "refuses"
	if f.mode == "count" {
		metric, what = "CountedRequests", "would refuse"
	}
	limit := convention.Or(f.args.MaxMatchedRequests, 500)
	return f.Alarm(convention.Alarm{
		Role: "matched-requests",
		Meaning: fmt.Sprintf("Firewall %s %s more than %d requests in five minutes: an attack, or users whom a rule takes for one. Look in its log which rule and which addresses; if they are users, put that rule group into countedRuleGroups.",
			f.Name, what, limit),
		Namespace: "AWS/WAFV2", Metric: metric, Statistic: "Sum",
		Dimensions: dimensions, Above: convention.At(float64(limit)), Period: 300, For: 1,
	}, convention.AlarmsWith(f.there, f.args.Transform.Alarm))
}
