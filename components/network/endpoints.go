package network

import (
	"fmt"
	"slices"

	"github.com/agext/levenshtein"
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Two services have endpoints that cost nothing and are routes.
// https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
var gatewayServices = []string{"s3", "dynamodb"}

// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
var interfaceServices = []string{
	"access-analyzer", "acm-pca", "airflow.api", "airflow.env", "airflow.ops", "apigateway", "appconfig",
	"appconfigdata", "application-autoscaling", "apprunner", "appsync-api", "aps", "aps-workspaces", "athena",
	"autoscaling", "backup", "batch", "bedrock", "bedrock-agent", "bedrock-agent-runtime", "bedrock-runtime",
	"cassandra", "cloudformation", "cloudhsmv2", "cloudtrail", "codeartifact.api",
	"codeartifact.repositories", "codebuild", "codecommit", "codedeploy", "codepipeline", "cognito-idp",
	"comprehend", "config", "data-servicediscovery", "databrew", "datasync", "datazone", "dms",
	"dynamodb-streams", "ebs", "ec2", "ec2messages", "ecr.api", "ecr.dkr", "ecs", "ecs-agent",
	"ecs-telemetry", "eks", "eks-auth", "elasticache", "elasticbeanstalk", "elasticfilesystem",
	"elasticloadbalancing", "elasticmapreduce", "email-smtp", "emr-containers", "emr-serverless", "events",
	"execute-api", "fis", "glue", "grafana", "grafana-workspace", "guardduty", "guardduty-data", "healthlake",
	"imagebuilder", "inspector2", "iot.data", "kafka", "kendra", "kinesis-firehose", "kinesis-streams", "kms",
	"lakeformation", "lambda", "license-manager", "logs", "macie2", "memory-db", "monitoring",
	"network-firewall", "pipes", "pipes-data", "polly", "qldb.session", "ram", "rds", "rds-data", "redshift",
	"redshift-data", "redshift-serverless", "rekognition", "resource-groups", "rum", "rum-dataplane",
	"s3tables", "sagemaker.api", "sagemaker.runtime", "scheduler", "secretsmanager", "securityhub",
	"servicecatalog", "servicediscovery", "sns", "sqs", "ssm", "ssm-contacts", "ssm-incidents", "ssmmessages",
	"states", "storagegateway", "sts", "swf", "sync-states", "synthetics", "tagging", "textract",
	"transcribe", "transfer", "translate", "verifiedpermissions", "wafv2", "workspaces", "xray",
}

// checkEndpoints refuses names AWS has no endpoint for. AWS itself would say so
// only in the middle of a deployment.
func checkEndpoints(s *convention.Scope, services []string) {
	for i, service := range services {
		switch {
		case slices.Contains(gatewayServices, service):
			s.Refuse("interfaceEndpoints", "%q is always reached inside the network, at no cost; leave it out", service)
		case !slices.Contains(interfaceServices, service):
			s.Refuse("interfaceEndpoints", "%q is not a service with an endpoint%s", service, suggestion(service, interfaceServices))
		case slices.Contains(services[:i], service):
			s.Refuse("interfaceEndpoints", "%q is named twice; name it once", service)
		}
	}
}

// suggestion is the likeliest of the names that were meant, as the end of a sentence.
func suggestion(wrong string, names []string) string {
	best, distance := "", 4
	for _, name := range names {
		if d := levenshtein.Distance(wrong, name, nil); d < distance {
			best, distance = name, d
		}
	}
	if best == "" {
		return "; use the part behind the region of a name in https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html, such as \"secretsmanager\""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// endpoints creates the ways to AWS services that do not lead over the internet:
// gateway endpoints for all route tables, and the interface endpoints asked for.
func (n *Network) endpoints(s *convention.Scope, args *NetworkArgs, tables pulumi.StringArray) error {
	region := aws.GetRegionOutput(s.Ctx, aws.GetRegionOutputArgs{}, s.Invoke()).Name()
	endpoint := func(service string, endpointArgs *ec2.VpcEndpointArgs) error {
		name := s.Child(service)
		endpointArgs.VpcId, endpointArgs.Tags = n.VpcId, s.Tags(name)
		endpointArgs.ServiceName = pulumi.Sprintf("com.amazonaws.%s.%s", region, service)
		if _, err := ec2.NewVpcEndpoint(s.Ctx, name, endpointArgs, convention.With(s, args.Transform.VpcEndpoint, endpointArgs)); err != nil {
			return fmt.Errorf("creating the endpoint %s: %w", name, err)
		}
		return nil
	}
	if len(tables) > 0 {
		for _, service := range gatewayServices {
			if err := endpoint(service, &ec2.VpcEndpointArgs{VpcEndpointType: pulumi.String("Gateway"), RouteTableIds: tables}); err != nil {
				return err
			}
		}
	}

	// A security group that belongs to nothing is a finding of EC2.22 of AWS Security Hub.
	n.EndpointSecurityGroupId = pulumi.String("").ToStringOutput()
	if len(args.InterfaceEndpoints) == 0 {
		return nil
	}
	name := s.Child("endpoints")
	groupArgs := &ec2.SecurityGroupArgs{
		VpcId: n.VpcId, Description: pulumi.String("Interface endpoints of " + s.Name), Tags: s.Tags(name),
	}
	group, err := ec2.NewSecurityGroup(s.Ctx, name, groupArgs, convention.With(s, args.Transform.SecurityGroup, groupArgs))
	if err != nil {
		return fmt.Errorf("creating the security group %s: %w", name, err)
	}
	ruleArgs := &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(), Description: pulumi.String("HTTPS from the network"),
		CidrIpv4: n.Cidr, IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(443), ToPort: pulumi.Int(443),
		Tags: s.Tags(""),
	}
	if _, err := vpc.NewSecurityGroupIngressRule(s.Ctx, name, ruleArgs, convention.With(s, args.Transform.IngressRule, ruleArgs)); err != nil {
		return fmt.Errorf("opening the security group %s: %w", name, err)
	}
	n.EndpointSecurityGroupId = group.ID().ToStringOutput()

	for _, service := range args.InterfaceEndpoints {
		if err := endpoint(service, &ec2.VpcEndpointArgs{
			VpcEndpointType:   pulumi.String("Interface"),
			SubnetIds:         n.PrivateSubnetIds,
			SecurityGroupIds:  pulumi.StringArray{n.EndpointSecurityGroupId},
			PrivateDnsEnabled: pulumi.Bool(true), // SDKs find the endpoint under the service's usual name
		}); err != nil {
			return err
		}
	}
	return nil
}
