package guardrails

// namespaceDimensions are the dimensions that the metrics of a namespace are
// published with, as the service's own page on its metrics lists them; all pages:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
//
// Each entry is a choice of sets, and an alarm needs all of one set; it may have
// more. A namespace that is not here only must not be watched without any.
var namespaceDimensions = map[string][][]string{
	"AWS/ACMPrivateCA":         {{"PrivateCAArn"}},
	"AWS/AmazonMQ":             {{"Broker"}},
	"AWS/ApiGateway":           {{"ApiName"}, {"ApiId"}},
	"AWS/AppRunner":            {{"ServiceName"}},
	"AWS/AppSync":              {{"GraphQLAPIId"}},
	"AWS/ApplicationELB":       {{"LoadBalancer"}},
	"AWS/AutoScaling":          {{"AutoScalingGroupName"}},
	"AWS/Billing":              {{"Currency"}},
	"AWS/Cassandra":            {{"Keyspace"}},
	"AWS/CertificateManager":   {{"CertificateArn"}},
	"AWS/CloudFront":           {{"DistributionId", "Region"}, {"FunctionName", "Region"}},
	"AWS/CodeBuild":            {{"ProjectName"}},
	"AWS/Cognito":              {{"UserPool"}},
	"AWS/DMS":                  {{"ReplicationInstanceIdentifier"}, {"ReplicationConfigIdentifier"}, {"ReplicationTaskIdentifier"}},
	"AWS/DocDB":                {{"DBClusterIdentifier"}, {"DBInstanceIdentifier"}},
	"AWS/DynamoDB":             {{"TableName"}, {"DelegatedOperation", "TableName"}},
	"AWS/EBS":                  {{"VolumeId"}},
	"AWS/EC2":                  {{"InstanceId"}, {"AutoScalingGroupName"}, {"ImageId"}, {"InstanceType"}},
	"AWS/ECS":                  {{"ClusterName"}},
	"AWS/EFS":                  {{"FileSystemId"}},
	"AWS/EKS":                  {{"ClusterName"}},
	"AWS/ELB":                  {{"LoadBalancerName"}},
	"AWS/ES":                   {{"DomainName", "ClientId"}},
	"AWS/ElastiCache":          {{"CacheClusterId"}, {"ReplicationGroupId"}, {"clusterId"}},
	"AWS/ElasticMapReduce":     {{"JobFlowId"}},
	"AWS/EMRServerless":        {{"ApplicationId"}},
	"AWS/Events":               {{"RuleName"}, {"EventBusName"}},
	"AWS/EventBridge/Pipes":    {{"PipeName"}},
	"AWS/Firehose":             {{"DeliveryStreamName"}},
	"AWS/FSx":                  {{"FileSystemId"}},
	"AWS/GatewayELB":           {{"LoadBalancer"}},
	"AWS/GlobalAccelerator":    {{"Accelerator"}},
	"AWS/Kafka":                {{"Cluster Name"}},
	"AWS/KMS":                  {{"KeyId"}},
	"AWS/Kinesis":              {{"StreamName"}},
	"AWS/Lambda":               {{"FunctionName"}, {"EventSourceMappingUUID"}},
	"AWS/Logs":                 {{"LogGroupName"}},
	"AWS/MemoryDB":             {{"ClusterName"}},
	"AWS/NATGateway":           {{"NatGatewayId"}},
	"AWS/Neptune":              {{"DBClusterIdentifier"}, {"DBInstanceIdentifier"}},
	"AWS/NetworkELB":           {{"LoadBalancer"}},
	"AWS/NetworkFirewall":      {{"FirewallName"}},
	"AWS/PrivateLinkEndpoints": {{"VPC Endpoint Id"}, {"VPC Id"}, {"Service Name"}},
	"AWS/RDS":                  {{"DBInstanceIdentifier"}, {"DBClusterIdentifier"}, {"DbClusterIdentifier"}, {"ProxyName"}},
	"AWS/Redshift":             {{"ClusterIdentifier"}},
	"AWS/Redshift-Serverless":  {{"Workgroup"}, {"Namespace"}},
	"AWS/Route53":              {{"HealthCheckId"}, {"HostedZoneId"}},
	"AWS/Route53Resolver":      {{"EndpointId"}, {"RniId"}},
	"AWS/S3":                   {{"BucketName", "StorageType"}, {"BucketName", "FilterId"}, {"SourceBucket", "DestinationBucket", "RuleId"}},
	"AWS/SNS":                  {{"TopicName"}, {"PhoneNumber"}, {"Application"}, {"Platform"}, {"SMSType"}, {"Country"}},
	"AWS/SQS":                  {{"QueueName"}},
	"AWS/Scheduler":            {{"ScheduleGroup"}},
	"AWS/States":               {{"StateMachineArn"}, {"ActivityArn"}, {"LambdaFunctionArn"}, {"ServiceIntegrationResourceArn"}},
	"AWS/TransitGateway":       {{"TransitGateway"}},
	"AWS/Usage":                {{"Service", "Type", "Resource", "Class"}},
	"AWS/VPN":                  {{"VpnId"}, {"TunnelIpAddress"}},
	"AWS/WAFV2":                {{"WebACL", "Rule"}},
	"AWS/X-Ray":                {{"GroupName"}},
}

// metricDimensions are those of single metrics that differ from their namespace.
var metricDimensions = map[string][][]string{
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
	"AWS/ApplicationELB HealthyHostCount":             {{"LoadBalancer", "TargetGroup"}},
	"AWS/ApplicationELB UnHealthyHostCount":           {{"LoadBalancer", "TargetGroup"}},
	"AWS/ApplicationELB AnomalousHostCount":           {{"LoadBalancer", "TargetGroup"}},
	"AWS/ApplicationELB RequestCountPerTarget":        {{"TargetGroup"}},
	"AWS/ApplicationELB HealthyStateDNS":              {{"LoadBalancer", "TargetGroup"}},
	"AWS/ApplicationELB HealthyStateRouting":          {{"LoadBalancer", "TargetGroup"}},
	"AWS/ApplicationELB UnhealthyStateDNS":            {{"LoadBalancer", "TargetGroup"}},
	"AWS/ApplicationELB UnhealthyStateRouting":        {{"LoadBalancer", "TargetGroup"}},
	"AWS/ApplicationELB UnhealthyRoutingRequestCount": {{"LoadBalancer", "TargetGroup"}},
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
	"AWS/NetworkELB HealthyHostCount":   {{"LoadBalancer", "TargetGroup"}},
	"AWS/NetworkELB UnHealthyHostCount": {{"LoadBalancer", "TargetGroup"}},
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/cloudwatch-metrics.html
	"AWS/GatewayELB HealthyHostCount":   {{"LoadBalancer", "TargetGroup"}},
	"AWS/GatewayELB UnHealthyHostCount": {{"LoadBalancer", "TargetGroup"}},
}

// accountMetrics are published for the whole account, without any dimension.
var accountMetrics = map[string][]string{
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
	"AWS/DynamoDB": {
		"AccountMaxReads", "AccountMaxTableLevelReads", "AccountMaxTableLevelWrites", "AccountMaxWrites",
		"AccountProvisionedReadCapacityUtilization", "AccountProvisionedWriteCapacityUtilization",
		"MaxProvisionedTableReadCapacityUtilization", "MaxProvisionedTableWriteCapacityUtilization", "UserErrors",
	},
	// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
	"AWS/Lambda": {"ClaimedAccountConcurrency", "UnreservedConcurrentExecutions"},
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
	"AWS/Events": {
		"PutEventsApproximateCallCount", "PutEventsApproximateFailedCount", "PutEventsApproximateSuccessCount",
		"PutEventsApproximateThrottledCount", "PutEventsEntriesCount", "PutEventsFailedEntriesCount",
		"PutEventsLatency", "PutEventsRequestSize",
	},
	// https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html
	"AWS/SES": {"Bounce", "Complaint", "Delivery", "Reject", "Reputation.BounceRate", "Reputation.ComplaintRate", "Send"},
	// https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
	"AWS/SNS": {"SMSMonthToDateSpentUSD"},
}
