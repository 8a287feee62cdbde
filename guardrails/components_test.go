package guardrails_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/cdn"
	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// shop is a system of all components, wired together as a blueprint would.
func shop(preset string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		key, err := security.NewKey(ctx, "shop", &security.KeyArgs{
			Preset: preset, Services: []string{"cloudwatch", "logs", "sns"},
		})
		if err != nil {
			return err
		}
		alarms, err := observability.NewAlarmTopic(ctx, "alarms", &observability.AlarmTopicArgs{
			Preset: preset, KmsKeyArn: key.Arn, Emails: []string{"team@example.com"},
		})
		if err != nil {
			return err
		}
		net, err := network.NewNetwork(ctx, "shop", &network.NetworkArgs{
			Preset: preset, KmsKeyArn: key.Arn, InterfaceEndpoints: []string{"sqs", "secretsmanager"},
		})
		if err != nil {
			return err
		}
		zone, err := network.NewDNS(ctx, "zone", &network.DNSArgs{Preset: preset, DomainName: "shop.example.com"})
		if err != nil {
			return err
		}
		certificate, err := cdn.NewCertificate(ctx, "shop", &cdn.CertificateArgs{
			Preset: preset, DomainName: "shop.example.com", ZoneId: zone.ZoneId, AlarmTopicArn: alarms.Arn,
		})
		if err != nil {
			return err
		}
		balancer, err := network.NewLoadBalancer(ctx, "edge", &network.LoadBalancerArgs{
			Preset: preset, VpcId: net.VpcId, SubnetIds: net.PublicSubnetIds, CertificateArn: certificate.Arn,
			DomainName: "shop.example.com", ZoneId: zone.ZoneId, AlarmTopicArn: alarms.Arn,
		})
		if err != nil {
			return err
		}
		route, err := network.NewRoute(ctx, "orders", &network.RouteArgs{
			Preset: preset, VpcId: net.VpcId, ListenerArn: balancer.ListenerArn, LoadBalancerArnSuffix: balancer.ArnSuffix,
			Path: "/orders", Priority: 10, AlarmTopicArn: alarms.Arn,
		})
		if err != nil {
			return err
		}
		topic, err := queue.NewTopic(ctx, "order-placed", &queue.TopicArgs{Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn})
		if err != nil {
			return err
		}
		inbox, err := queue.NewQueue(ctx, "inbox", &queue.QueueArgs{
			Preset: preset, KmsKeyArn: key.Arn, TopicArns: []pulumi.StringInput{topic.Arn}, TopicNames: []string{"order-placed"},
			AlarmTopicArn: alarms.Arn,
		})
		if err != nil {
			return err
		}
		if _, err := queue.NewQueue(ctx, "ordered", &queue.QueueArgs{Preset: preset, Fifo: pulumi.BoolRef(true), AlarmTopicArn: alarms.Arn}); err != nil {
			return err
		}
		orders, err := database.NewRelational(ctx, "orders", &database.RelationalArgs{
			Preset: preset, VpcId: net.VpcId, SubnetIds: net.IsolatedSubnetIds, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn,
			ReadReplicas: pulumi.IntRef(1),
		})
		if err != nil {
			return err
		}
		cluster, err := compute.NewServiceCluster(ctx, "shop", &compute.ServiceClusterArgs{Preset: preset})
		if err != nil {
			return err
		}
		_, err = compute.NewService(ctx, "orders", &compute.ServiceArgs{
			Preset: preset, ClusterArn: cluster.Arn, ClusterName: cluster.Name, NamespaceArn: cluster.NamespaceArn,
			VpcId: net.VpcId, SubnetIds: net.PrivateSubnetIds, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn,
			Port: pulumi.IntRef(8080), TargetGroupArn: route.TargetGroupArn, IngressSecurityGroupIds: []pulumi.StringInput{balancer.SecurityGroupId},
			SecurityGroupIds: pulumi.StringArray{orders.ClientSecurityGroupId}, QueueName: inbox.Name,
			Policies:    []pulumi.StringInput{orders.WriterPolicy, inbox.ConsumerPolicy, topic.ProducerPolicy},
			Environment: pulumi.StringMap{"INBOX_URL": inbox.Url, "DATABASE_HOST": orders.Endpoint},
			Secrets:     pulumi.StringMap{"DATABASE_SECRET": orders.SecretArn}, SecretsKmsKeyArn: key.Arn,
		})
		return err
	}
}

// run runs a program of components. The error is what is wrong beside its wiring.
func run(program pulumi.RunFunc, opts ...recorder.Option) (*recorder.Recording, error) {
	opts = append(opts, recorder.Invoke("aws:secretsmanager/getRandomPassword:getRandomPassword", func(object) (object, error) {
		return object{"id": "id", "randomPassword": "a-random-password"}, nil
	}))
	return recorder.Run(program, opts...)
}

func TestComponentsAreWiredRight(t *testing.T) {
	for _, preset := range []string{"production", "sandbox"} {
		for mode, opts := range map[string][]recorder.Option{"up": nil, "preview": {recorder.Preview()}} {
			t.Run(preset+" "+mode, func(t *testing.T) {
				rec, err := run(shop(preset), opts...)
				if err != nil {
					t.Error(err)
				}
				for _, f := range guardrails.Wiring(rec) {
					t.Error(f)
				}
			})
		}
	}
}

// What is right in the shop is so because of what its components set: with one of
// those settings gone, the rule for it speaks.
func TestEachRuleWatchesTheShop(t *testing.T) {
	const alarm, policy = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:sqs/queuePolicy:QueuePolicy"
	for _, c := range []struct {
		rule, token, name, property string
		value                       any
	}{
		{"I1", "aws:kms/key:Key", "shop-key", "policy", document(keyRoot)},
		{"I1", "aws:sns/topic:Topic", "alarms-topic", "kmsMasterKeyId", "alias/aws/sns"},
		{"I2", alarm, "inbox-waiting", "namespace", "AWS/CloudFront"},
		{"I3", alarm, "inbox-waiting", "dimensions", object{}},
		{"I4", policy, "inbox-policy", "policy", document(keyRoot)},
		{"I4", policy, "inbox-policy", "queueUrl", "https://sqs.eu-central-1.amazonaws.com/123456789012/ordered-queue-1234567.fifo"},
		{"I6", "aws:sqs/queue:Queue", "inbox-queue", "fifoQueue", true},
		{"I7", "aws:sqs/queue:Queue", "inbox-queue", "redrivePolicy", nil},
		{"I7", "aws:sns/topicSubscription:TopicSubscription", "inbox-order-placed", "redrivePolicy", nil},
		{"I7", alarm, "inbox-dead-letters", "alarmActions", nil},
		{"I8", "aws:rds/instance:Instance", "orders-primary", "storageEncrypted", false},
		{"I8", "aws:rds/instance:Instance", "orders-primary", "deletionProtection", false},
		{"I8", "aws:s3/bucketV2:BucketV2", "edge-access-logs", "forceDestroy", true},
		{"I9", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "orders-from-client", "cidrIpv4", "0.0.0.0/0"},
		{"I9", "aws:lb/listener:Listener", "edge-http", "defaultActions", []any{object{"type": "forward"}}},
		{"I10", "aws:iam/rolePolicy:RolePolicy", "orders-policy-1", "policy", document(allow(nil, "rds-db:connect", nil, "*"))},
		{"I11", "aws:ecs/taskDefinition:TaskDefinition", "orders-task", "containerDefinitions", `[{"environment":[{"name":"DB_PASSWORD","value":"x"}]}]`},
	} {
		t.Run(c.rule+" "+c.name+" "+c.property, func(t *testing.T) {
			rec, _ := run(shop("production"))
			res := rec.Find(c.token, c.name)
			if res == nil {
				t.Fatalf("the shop has no %s %q", c.token, c.name)
			}
			res.Inputs[c.property] = c.value
			if c.value == nil {
				delete(res.Inputs, c.property)
			}
			for _, f := range guardrails.Wiring(rec) {
				if f.Rule == c.rule {
					return
				}
			}
			t.Errorf("nothing was found after %s was set to %v", c.property, c.value)
		})
	}
}
