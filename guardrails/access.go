package guardrails

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// onePolicy wants one policy a resource. A policy resource sets the whole policy:
// of two, the one that is deployed last wins and the other is gone without a word.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
func onePolicy(p *program, add report) {
	for _, kinds := range attachments {
		for _, target := range p.of(kinds.kinds...) {
			var first *document
			for _, doc := range p.attached[target] {
				switch {
				case first == nil:
					first = doc
				default:
					add(doc.res, doc.property, sprint("is a second policy of %s: it and that of %s replace each other", quoted(target), quoted(first.res)),
						"put all statements into one policy")
				}
			}
		}
	}
	// The same is true of a bucket's notifications.
	// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
	notifies := map[*recording.Resource]*recording.Resource{}
	for _, res := range p.kinds["s3:BucketNotification"] {
		bucket := p.target(res, "bucket", res.Inputs["bucket"], "s3:Bucket")
		if bucket == nil {
			continue
		}
		if first := notifies[bucket]; first != nil {
			add(res, "bucket", sprint("has notifications already: these and those of %s replace each other", quoted(first)), "put all notifications into one resource")
			continue
		}
		notifies[bucket] = res
	}
}

// sourceKeys are the conditions that say for whom a service may act. In a key
// policy the encryption context says it too, where the service puts its resource there.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
var sourceKeys = []string{
	"aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths",
	"kms:encryptioncontext:*",
}

// sourceless are the services that send no source with their request in some
// situation, so that a condition on it would keep them out.
var sourceless = []struct {
	service string
	kind    policyKind
	on      string // a part of the resource's type, "" for every type
	reason  string
}{
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
	{"logdelivery.elasticloadbalancing.amazonaws.com", resourcePolicy, "", "the documented policy for access logs has no condition; the resource ends with the account's id"},
	{"logdelivery.elb.amazonaws.com", resourcePolicy, "", "the same in the regions of Outposts"},
	// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
	{"events.amazonaws.com", keyPolicy, "", "EventBridge sends no source to the key of an encrypted topic"},
	// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/access-control-managing-permissions.html#KMS-key-policy-for-DNSSEC
	{"dnssec-route53.amazonaws.com", keyPolicy, "aws:kms/", "the documented statement on grants has kms:GrantIsForAWSResource instead"},
	{"events.amazonaws.com", resourcePolicy, "aws:sns/", "topic policies for EventBridge take no conditions"},
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions
	{"events.amazonaws.com", accountPolicy, "aws:cloudwatch/logResourcePolicy", "the documented policy for log groups has no condition on creating streams"},
	{"delivery.logs.amazonaws.com", accountPolicy, "aws:cloudwatch/logResourcePolicy", "the same"},
}

// namedSources wants a source on every statement that lets a service in. Without one the
// service does it for whoever asks it to, from any account. (The trust policy of a role is not
// among them: who makes a service assume a role needs iam:PassRole for it.)
func namedSources(p *program, add report) {
	for _, doc := range p.documents {
		if doc.kind != resourcePolicy && doc.kind != keyPolicy && doc.kind != accountPolicy {
			continue
		}
		for _, s := range doc.statements {
			if !s.allow || s.under(sourceKeys...) {
				continue
			}
			for _, service := range s.principals["Service"] {
				excused := false
				for _, e := range sourceless {
					excused = excused || e.service == service && e.kind == doc.kind && strings.HasPrefix(doc.res.Type, e.on)
				}
				if !excused {
					add(doc.res, s.property, sprint("lets %s in for anybody's resources", service), "add a condition on aws:SourceArn or aws:SourceAccount")
				}
			}
		}
	}
	for _, res := range p.kinds["lambda:Permission"] {
		principal := text(res.Inputs["principal"])
		if strings.HasSuffix(principal, ".amazonaws.com") && !anyGiven(res, "sourceArn", "sourceAccount", "principalOrgId") {
			add(res, "principal", sprint("lets %s invoke the function for anybody's resources", principal), "set sourceArn or sourceAccount")
		}
	}
}

func anyGiven(res *recording.Resource, properties ...string) bool {
	return slices.ContainsFunc(properties, func(property string) bool { return res.Inputs[property] != nil })
}

// encrypted are what must refuse plaintext: the actions that carry data, and
// whether the statement has to name the objects below the resource too.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
var encrypted = []struct {
	kind, noun, action string
	carry              []string
	objects            bool
}{
	{"sqs:Queue", "queue", "sqs:*", []string{"sqs:SendMessage", "sqs:ReceiveMessage"}, false},
	{"sns:Topic", "topic", "sns:Publish", []string{"sns:Publish"}, false},
	{"s3:Bucket", "bucket", "s3:*", []string{"s3:GetObject", "s3:PutObject"}, true},
}

// tlsOnly wants every queue, topic and bucket to refuse what does not come over TLS.
func tlsOnly(p *program, add report) {
	for _, e := range encrypted {
		for _, res := range p.kinds[e.kind] {
			statements, _, known := p.policyOf(res)
			refuses := func(action string) bool {
				return slices.ContainsFunc(statements, func(s statement) bool {
					return !s.allow && s.anyone() && s.permits(action) &&
						slices.Contains(s.conditions["aws:securetransport"], "false") &&
						(!e.objects || slices.ContainsFunc(s.resources, func(r string) bool { return strings.HasSuffix(r, "*") }))
				})
			}
			if known && slices.ContainsFunc(e.carry, func(action string) bool { return !refuses(action) }) {
				remedy := sprint("deny %s to everyone in its policy where aws:SecureTransport is false", e.action)
				if e.objects {
					remedy += ", for the bucket and for what is in it (arn and arn/*)"
				}
				add(res, "", "takes requests in plaintext", remedy)
			}
		}
	}
}
