package guardrails

// An exception is an action that may be allowed on every resource.
type exception struct {
	action    string // may end with "*"
	condition string // the condition key, in lower case, that must be there instead; "" for none
	reason    string
}

// resourceless are the actions for which the service authorization reference
// lists no resource type, so that they work with "Resource": "*" only:
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
//
// The few others that are here say why.
var resourceless = []exception{
	{"autoscaling:Describe*", "", "no resource type"},
	{"cloudwatch:GetMetricData", "", "no resource type"},
	{"cloudwatch:GetMetricStatistics", "", "no resource type"},
	{"cloudwatch:ListMetrics", "", "no resource type"},
	{"cloudwatch:PutMetricData", "cloudwatch:namespace", "no resource type, but the namespace can be told"},
	{"dynamodb:ListStreams", "", "lists what there is"},
	{"dynamodb:ListTables", "", "no resource type"},
	{"ec2:Describe*", "", "no resource type"},
	{"ec2:GetSecurityGroupsForVpc", "", "no resource type that can be known before"},
	// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html: Lambda asks for them on every
	// resource when it attaches a function to a VPC.
	{"ec2:AssignPrivateIpAddresses", "", "Lambda in a VPC"},
	{"ec2:CreateNetworkInterface", "", "Lambda in a VPC"},
	{"ec2:DeleteNetworkInterface", "", "Lambda in a VPC"},
	{"ec2:UnassignPrivateIpAddresses", "", "Lambda in a VPC"},
	// https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
	{"ec2messages:AcknowledgeMessage", "", "no resource type"},
	{"ec2messages:DeleteMessage", "", "no resource type"},
	{"ec2messages:FailMessage", "", "no resource type"},
	{"ec2messages:GetEndpoint", "", "no resource type"},
	{"ec2messages:GetMessages", "", "no resource type"},
	{"ec2messages:SendReply", "", "no resource type"},
	{"ssmmessages:CreateControlChannel", "", "no resource type"},
	{"ssmmessages:CreateDataChannel", "", "no resource type"},
	{"ssmmessages:OpenControlChannel", "", "no resource type"},
	{"ssmmessages:OpenDataChannel", "", "no resource type"},
	{"ecr:GetAuthorizationToken", "", "no resource type"},
	{"ecr-public:GetAuthorizationToken", "", "no resource type"},
	{"ecs:DiscoverPollEndpoint", "", "no resource type"},
	{"ecs:ListClusters", "", "no resource type"},
	{"eks:ListClusters", "", "no resource type"},
	{"elasticloadbalancing:Describe*", "", "no resource type"},
	{"kinesis:ListStreams", "", "no resource type"},
	{"kms:GenerateRandom", "", "no resource type"},
	{"kms:ListAliases", "", "no resource type"},
	{"kms:ListKeys", "", "no resource type"},
	{"lambda:GetAccountSettings", "", "no resource type"},
	{"lambda:ListFunctions", "", "no resource type"},
	// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html: log delivery, as API Gateway, Step
	// Functions, VPC and others set it up, cannot be told the log group.
	{"logs:CreateLogDelivery", "", "delivery of vended logs"},
	{"logs:DeleteLogDelivery", "", "delivery of vended logs"},
	{"logs:DescribeLogGroups", "", "delivery of vended logs"},
	{"logs:DescribeResourcePolicies", "", "delivery of vended logs"},
	{"logs:GetLogDelivery", "", "delivery of vended logs"},
	{"logs:ListLogDeliveries", "", "delivery of vended logs"},
	{"logs:PutResourcePolicy", "", "delivery of vended logs"},
	{"logs:UpdateLogDelivery", "", "delivery of vended logs"},
	{"route53:GetHostedZoneCount", "", "no resource type"},
	{"route53:ListHostedZones", "", "no resource type"},
	{"route53:ListHostedZonesByName", "", "no resource type"},
	{"s3:ListAllMyBuckets", "", "no resource type"},
	{"secretsmanager:GetRandomPassword", "", "no resource type"},
	{"secretsmanager:ListSecrets", "", "no resource type"},
	{"servicediscovery:DiscoverInstances", "", "no resource type"},
	{"servicediscovery:DiscoverInstancesRevision", "", "no resource type"},
	{"sns:ListTopics", "", "no resource type"},
	{"sqs:ListQueues", "", "no resource type"},
	{"states:ListStateMachines", "", "lists what there is"},
	{"sts:GetCallerIdentity", "", "needs no permission at all"},
	{"tag:GetResources", "", "no resource type"},
	{"xray:GetSamplingRules", "", "no resource type"},
	{"xray:GetSamplingStatisticSummaries", "", "no resource type"},
	{"xray:GetSamplingTargets", "", "no resource type"},
	{"xray:PutTelemetryRecords", "", "no resource type"},
	{"xray:PutTraceSegments", "", "no resource type"},
}
