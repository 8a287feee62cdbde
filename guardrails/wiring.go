package guardrails

import (
	"slices"

	"github.com/archimperative/scaffold/recorder/recording"
)

// An invariant is a rule about how resources are wired together. It is Go, not HCL, since it needs the whole
// graph at once.
type invariant struct {
	rule, title, severity string
	checks                []func(*program, report)
	// judges are the kinds of resources that the invariant speaks of.
	judges []string
	// controls are the public controls that it stands for, by the kind of the resource that has the finding.
	controls map[string][]string
}

var invariants = []invariant{
	{"I1", "Whoever sends into an encrypted topic or queue may use its key", "high", checks(alarmTopics, senders),
		[]string{"cloudwatch:MetricAlarm", "cloudwatch:CompositeAlarm", "cloudwatch:EventTarget", "s3:BucketNotification", "sns:TopicSubscription"}, nil},
	{"I2", "What AWS looks for in one region only is in that region", "high", checks(alarmRegions, globalRegions),
		[]string{"acm:Certificate", "cloudwatch:MetricAlarm", "cloudwatch:CompositeAlarm", "wafv2:WebAcl"}, nil},
	{"I3", "An alarm names the resource whose metric it watches", "medium", checks(alarmDimensions),
		[]string{"cloudwatch:MetricAlarm"}, nil},
	{"I4", "One policy a resource, a named source for every service, TLS only", "high", checks(onePolicy, namedSources, tlsOnly),
		[]string{"kms:Key", "lambda:Permission", "s3:Bucket", "sns:Topic", "sqs:Queue"},
		map[string][]string{"s3:Bucket": {"S3.5"}}},
	{"I5", "A queue hides a message for as long as its function may work on it", "medium", checks(visibility),
		[]string{"lambda:EventSourceMapping"}, nil},
	{"I6", "FIFO queues and topics meet their own kind", "medium", checks(fifo),
		[]string{"sns:TopicSubscription", "sqs:Queue"}, nil},
	{"I7", "What cannot be delivered or handled goes somewhere, and somebody hears of it", "medium", checks(failureDestinations, asyncFunctions, deadLetterAlarms),
		[]string{"cloudwatch:EventTarget", "lambda:EventSourceMapping", "scheduler:Schedule", "sns:TopicSubscription", "sqs:Queue"}, nil},
	{"I8", "Data is encrypted, private, and locked completely or not at all", "high", checks(dataStores, publicBuckets),
		slices.Concat(storeKinds(), []string{"s3:BucketPublicAccessBlock"}),
		map[string][]string{"s3:BucketPublicAccessBlock": {"S3.8"}}},
	{"I9", "Only a load balancer is open to the internet, and only for HTTPS", "high", checks(openPorts, plaintextListeners, openClusters),
		[]string{"ec2:SecurityGroup", "ec2:SecurityGroupRule", "eks:Cluster", "lb:Listener", "vpc:SecurityGroupIngressRule"},
		map[string][]string{
			"ec2:SecurityGroup": {"EC2.18", "EC2.19"}, "ec2:SecurityGroupRule": {"EC2.18", "EC2.19"},
			"vpc:SecurityGroupIngressRule": {"EC2.18", "EC2.19"}, "lb:Listener": {"ELB.1"}, "lb:ListenerRule": {"ELB.1"},
			"eks:Cluster": {"EKS.1"},
		}},
	{"I10", "Nobody gets more permissions than they can use", "high", checks(permissions, managedPolicies, everyone, boundaries),
		[]string{"iam:Policy", "iam:Role", "iam:RolePolicy", "iam:User", "iam:UserPolicy", "lambda:FunctionUrl", "lambda:Permission"},
		map[string][]string{
			"iam:Policy": {"IAM.1", "IAM.21"}, "iam:RolePolicy": {"IAM.1", "IAM.21"}, "lambda:Permission": {"Lambda.1"},
		}},
	{"I11", "No secret stands in a plain environment variable", "high", checks(plainSecrets),
		[]string{"ecs:TaskDefinition", "lambda:Function"},
		map[string][]string{"ecs:TaskDefinition": {"ECS.8"}, "lambda:Function": {"CKV_AWS_45"}}},
}

func checks(list ...func(*program, report)) []func(*program, report) { return list }

// storeKinds are the types that keep data.
func storeKinds() []string {
	var kinds []string
	for _, s := range stores {
		kinds = append(kinds, s.kind)
	}
	return kinds
}

// isInvariant reports whether a rule is one of the wiring invariants.
func isInvariant(name string) bool {
	return slices.ContainsFunc(invariants, func(inv invariant) bool { return inv.rule == name })
}

// Wiring checks the invariants that connect resources: I1 to I11, as the
// documentation of the package lists them. The findings are sorted by rule,
// then by URN; the same recording has the same findings. Check has them too, with all other rules.
//
// It takes time in proportion to the size of the recording.
func Wiring(r *recording.Recording) []Finding {
	p := newProgram(r)
	findings := []Finding{}
	for _, inv := range invariants {
		findings = append(findings, inv.findings(p)...)
	}
	return sorted(findings)
}

func (inv invariant) findings(p *program) []Finding {
	var findings []Finding
	add := func(res *recording.Resource, property, message, remedy string) {
		findings = append(findings, Finding{
			Rule: inv.rule, Title: inv.title, URN: res.URN, Type: res.Type, Name: res.Name,
			Property: property, Message: message, Remedy: remedy,
		})
	}
	for _, check := range inv.checks {
		check(p, add)
	}
	return findings
}
