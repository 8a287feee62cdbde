// Command serverless deploys functions and what calls them: an HTTP and a REST API, a
// queue, a topic, a table's stream, a schedule and the account's event bus; once with
// the defaults of production and once with those of a sandbox.
package main

import (
	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/components/security"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dynamodb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() { pulumi.Run(program) }

func program(ctx *pulumi.Context) error {
	for _, preset := range []string{"production", "sandbox"} {
		s := &system{
			Context: ctx, preset: preset, name: preset[:4],
			keep: config.GetBool(ctx, "keep"), emulated: config.GetBool(ctx, "emulated"),
		}
		if err := s.deploy(); err != nil {
			return err
		}
	}
	return nil
}

// system is one serverless system with the defaults of one preset.
type system struct {
	*pulumi.Context
	preset, name   string
	keep, emulated bool

	key    *security.Key
	alarms *observability.AlarmTopic
	net    *network.Network
}

func (s *system) deploy() error {
	var err error
	protect := s.keep && s.preset == "production"
	if s.key, err = security.NewKey(s.Context, s.name, &security.KeyArgs{
		Preset: s.preset, Services: []string{"cloudwatch", "events", "logs", "sns"}, DeletionProtection: &protect,
	}); err != nil {
		return err
	}
	if s.alarms, err = observability.NewAlarmTopic(s.Context, s.name, &observability.AlarmTopicArgs{Preset: s.preset, KmsKeyArn: s.key.Arn}); err != nil {
		return err
	}
	if s.net, err = network.NewNetwork(s.Context, s.name, &network.NetworkArgs{Preset: s.preset, KmsKeyArn: s.key.Arn, AvailabilityZones: pulumi.IntRef(2), Nat: "none"}); err != nil {
		return err
	}
	orders, err := s.orders()
	if err != nil {
		return err
	}
	if err := s.workers(orders); err != nil {
		return err
	}
	if err := s.publicApi(orders); err != nil {
		return err
	}
	return s.partnerApi(orders)
}

// orders answers the APIs. It runs in the VPC, as it would to reach a database there,
// and in production some of it is kept warm.
func (s *system) orders() (*compute.Function, error) {
	args := &compute.FunctionArgs{
		Preset: s.preset, KmsKeyArn: s.key.Arn, AlarmTopicArn: s.alarms.Arn,
		TimeoutSeconds: pulumi.IntRef(20), VpcId: s.net.VpcId, SubnetIds: s.net.PrivateSubnetIds,
		Environment: pulumi.StringMap{"STAGE": pulumi.String(s.preset)},
	}
	if s.preset == "production" {
		args.ReservedConcurrency = pulumi.IntRef(100)
		if !s.emulated {
			args.ProvisionedConcurrency = pulumi.IntRef(2)
		}
	}
	return compute.NewFunction(s.Context, s.name+"-orders", args)
}

// workers handle what nobody waits for.
func (s *system) workers(orders *compute.Function) error {
	topic, err := queue.NewTopic(s.Context, s.name+"-placed", &queue.TopicArgs{Preset: s.preset, KmsKeyArn: s.key.Arn, AlarmTopicArn: s.alarms.Arn})
	if err != nil {
		return err
	}
	inbox, err := queue.NewQueue(s.Context, s.name+"-inbox", &queue.QueueArgs{
		Preset: s.preset, KmsKeyArn: s.key.Arn, AlarmTopicArn: s.alarms.Arn, VisibilityTimeoutSeconds: pulumi.IntRef(365),
		TopicArns: []pulumi.StringInput{topic.Arn}, TopicNames: []string{"placed"},
	})
	if err != nil {
		return err
	}
	if _, err := compute.NewFunction(s.Context, s.name+"-billing", &compute.FunctionArgs{
		Preset: s.preset, KmsKeyArn: s.key.Arn, AlarmTopicArn: s.alarms.Arn, Runtime: "nodejs22.x", TimeoutSeconds: pulumi.IntRef(60),
		QueueArn: inbox.Arn, QueueVisibilityTimeoutSeconds: pulumi.IntRef(365), SourceKmsKeyArn: s.key.Arn,
		QueueBatchSize: pulumi.IntRef(100), QueueBatchWindowSeconds: pulumi.IntRef(5),
		Policies: []pulumi.StringInput{topic.ProducerPolicy, orders.InvokerPolicy},
	}); err != nil {
		return err
	}
	if _, err := compute.NewFunction(s.Context, s.name+"-mail", &compute.FunctionArgs{
		Preset: s.preset, KmsKeyArn: s.key.Arn, AlarmTopicArn: s.alarms.Arn,
		TopicArns: []pulumi.StringInput{topic.Arn}, TopicNames: []string{"placed"},
		EventPattern: `{"source": ["shop"], "detail-type": ["order-cancelled"]}`,
		Schedule:     "cron(0 8 ? * MON-FRI *)", ScheduleTimezone: "Europe/Berlin", ScheduleInput: `{"job": "digest"}`,
	}); err != nil {
		return err
	}
	table, err := dynamodb.NewTable(s.Context, s.name+"-orders", &dynamodb.TableArgs{
		BillingMode: pulumi.String("PAY_PER_REQUEST"), HashKey: pulumi.String("id"),
		Attributes:    dynamodb.TableAttributeArray{dynamodb.TableAttributeArgs{Name: pulumi.String("id"), Type: pulumi.String("S")}},
		StreamEnabled: pulumi.Bool(true), StreamViewType: pulumi.String("NEW_AND_OLD_IMAGES"),
		ServerSideEncryption: dynamodb.TableServerSideEncryptionArgs{Enabled: pulumi.Bool(true), KmsKeyArn: s.key.Arn},
		PointInTimeRecovery:  dynamodb.TablePointInTimeRecoveryArgs{Enabled: pulumi.Bool(true)},
	})
	if err != nil {
		return err
	}
	_, err = compute.NewFunction(s.Context, s.name+"-search", &compute.FunctionArgs{
		Preset: s.preset, KmsKeyArn: s.key.Arn, AlarmTopicArn: s.alarms.Arn,
		StreamArn: table.StreamArn, SourceKmsKeyArn: s.key.Arn, StreamParallelization: pulumi.IntRef(2),
	})
	return err
}

// publicApi is for browsers, with tokens of an identity provider.
func (s *system) publicApi(orders *compute.Function) error {
	api, err := network.NewGateway(s.Context, s.name+"-public", &network.GatewayArgs{
		Preset: s.preset, KmsKeyArn: s.key.Arn, AlarmTopicArn: s.alarms.Arn,
		Routes:       []string{"GET /orders/{id}", "POST /orders", "GET /health"},
		FunctionArns: []pulumi.StringInput{orders.AliasArn, orders.AliasArn, orders.AliasArn},
		PublicRoutes: []string{"GET /health"}, Authorization: "jwt",
		JwtIssuer:    pulumi.String("https://login.example.com"),
		JwtAudiences: pulumi.StringArray{pulumi.String("shop")},
		CorsOrigins:  []string{"https://shop.example.com"},
	})
	if err != nil {
		return err
	}
	s.Export(s.name+"PublicUrl", api.Url)
	return nil
}

// partnerApi is for two partners with keys, and leads to the services of a VPC too.
func (s *system) partnerApi(orders *compute.Function) error {
	balancer, err := lb.NewLoadBalancer(s.Context, s.name+"-services", &lb.LoadBalancerArgs{
		LoadBalancerType: pulumi.String("network"), Internal: pulumi.Bool(true), Subnets: s.net.PrivateSubnetIds,
		EnableDeletionProtection: pulumi.Bool(s.keep && s.preset == "production"),
	})
	if err != nil {
		return err
	}
	first := s.preset == "production"
	api, err := network.NewGateway(s.Context, s.name+"-partners", &network.GatewayArgs{
		Preset: s.preset, Kind: "rest", KmsKeyArn: s.key.Arn, AlarmTopicArn: s.alarms.Arn, AccountLogRole: &first,
		Routes: []string{"GET /orders/{id}", "POST /orders"}, FunctionArns: []pulumi.StringInput{orders.AliasArn, orders.AliasArn},
		ServiceRoutes: []string{"ANY /catalog/{path+}"}, NetworkLoadBalancerArn: balancer.Arn, ServiceDomainName: pulumi.String("catalog.example.com"),
		Consumers: []string{"north", "south"}, ConsumerRequestsPerDay: pulumi.IntRef(100_000),
	})
	if err != nil {
		return err
	}
	s.Export(s.name+"PartnerUrl", api.Url)
	return nil
}
