package compute

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The calls by which Lambda puts a function into a VPC, with the function's role:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
// It makes them for every network interface, so they cannot be bound to one.
var interfaceActions = []string{
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
	"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}

// createNetwork makes the security group of the function and lets Lambda connect it.
func (b *functionBuilder) createNetwork() error {
	if b.args.VpcId == nil {
		return nil
	}
	args := &ec2.SecurityGroupArgs{VpcId: b.args.VpcId, Description: pulumi.String("Function " + b.Name), Tags: b.Tags(b.Child("function"))}
	var err error
	if b.group, err = ec2.NewSecurityGroup(b.Ctx, b.Child("function"), args, convention.With(b.Scope, b.args.Transform.SecurityGroup, args)); err != nil {
		return fmt.Errorf("creating the security group: %w", err)
	}
	// 443 to anywhere: AWS's own endpoints, and APIs that have no fixed addresses.
	for _, port := range append([]string{"443"}, b.args.EgressPorts...) {
		number, err := strconv.Atoi(port)
		if err != nil {
			return fmt.Errorf("egress port %q: %w", port, err)
		}
		ruleArgs := &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: b.group.ID(), CidrIpv4: pulumi.String("0.0.0.0/0"),
			Description: pulumi.String("Function to port " + port + " anywhere"),
			IpProtocol:  pulumi.String("tcp"), FromPort: pulumi.Int(number), ToPort: pulumi.Int(number),
			Tags: b.Tags(""),
		}
		rule, err := vpc.NewSecurityGroupEgressRule(b.Ctx, b.Child("egress-"+port), ruleArgs, convention.With(b.Scope, b.args.Transform.EgressRule, ruleArgs))
		if err != nil {
			return fmt.Errorf("opening port %s: %w", port, err)
		}
		b.before = append(b.before, rule)
	}
	return b.allow("network", b.role, convention.Policy(convention.Statement{
		Sid: "ConnectToVpc", Actions: interfaceActions, Resources: []pulumi.StringInput{pulumi.String("*")},
	}))
}

// denyNetwork takes these calls from the code, which has the same role as Lambda:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
func (b *functionBuilder) denyNetwork() error {
	if b.group == nil {
		return nil
	}
	return b.allow("network-code", b.role, convention.Policy(convention.Statement{
		Sid: "NotFromCode", Deny: true, Actions: interfaceActions, Resources: []pulumi.StringInput{pulumi.String("*")},
		Conditions: convention.When("ArnEquals", "lambda:SourceFunctionArn", b.function.Arn),
	}))
}

func (b *functionBuilder) vpcConfig() lambda.FunctionVpcConfigPtrInput {
	if b.group == nil {
		return nil
	}
	own := pulumi.StringArray{b.group.ID()}
	var groups pulumi.StringArrayInput = own
	switch others := b.args.SecurityGroupIds.(type) {
	case nil:
	case pulumi.StringArray:
		groups = append(own, others...)
	default:
		groups = pulumi.All(b.group.ID(), others).ApplyT(func(all []any) ([]string, error) {
			given, _ := all[1].([]string)
			if len(given) > foreignSecurityGroups {
				return nil, fmt.Errorf("%s %q: securityGroupIds: %w", FunctionToken, b.Name, tooManyGroups(len(given)))
			}
			return slices.Concat([]string{string(all[0].(pulumi.ID))}, given), nil
		}).(pulumi.StringArrayOutput)
	}
	return lambda.FunctionVpcConfigArgs{SubnetIds: b.args.SubnetIds, SecurityGroupIds: groups}
}
