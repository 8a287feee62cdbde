package compute

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createSecurityGroups makes the tasks' group and that of their callers, and opens
// exactly the port between them, and to the groups that may connect.
func (b *serviceBuilder) createSecurityGroups() error {
	group := func(role, description string, transform func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)) (*ec2.SecurityGroup, error) {
		args := &ec2.SecurityGroupArgs{VpcId: b.args.VpcId.ToStringOutput(), Description: pulumi.String(description), Tags: b.Tags(b.Child(role))}
		return ec2.NewSecurityGroup(b.Ctx, b.Child(role), args, convention.With(b.Scope, transform, args))
	}
	var err error
	if b.tasks, err = group("tasks", "Tasks of "+b.Name, b.args.Transform.SecurityGroup); err != nil {
		return fmt.Errorf("creating the tasks' security group: %w", err)
	}
	if b.clients, err = group("clients", "Callers of "+b.Name, b.args.Transform.ClientSecurityGroup); err != nil {
		return fmt.Errorf("creating the callers' security group: %w", err)
	}
	if err := b.connect("clients", "the callers of the service", b.clients.ID()); err != nil {
		return err
	}
	for i, caller := range b.args.IngressSecurityGroupIds {
		if err := b.connect("caller-"+strconv.Itoa(i+1), "a group that may connect", caller); err != nil {
			return err
		}
	}
	// 443 to anywhere: the registry of the image, AWS's own endpoints, and APIs that
	// have no fixed addresses.
	for _, port := range append([]string{"443"}, b.args.EgressPorts...) {
		number, err := strconv.Atoi(port)
		if err != nil {
			return fmt.Errorf("egress port %q: %w", port, err)
		}
		if err := b.egress("egress-"+port, &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: b.tasks.ID(), CidrIpv4: pulumi.String("0.0.0.0/0"),
			Description: pulumi.String("Tasks to port " + port + " anywhere"),
			IpProtocol:  pulumi.String("tcp"), FromPort: pulumi.Int(number), ToPort: pulumi.Int(number),
		}); err != nil {
			return err
		}
	}
	return nil
}

// connect lets a group reach the tasks: both sides need a rule.
func (b *serviceBuilder) connect(role, who string, caller pulumi.StringInput) error {
	args := &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: b.tasks.ID(), ReferencedSecurityGroupId: caller.ToStringOutput(),
		Description: pulumi.String("From " + who),
		IpProtocol:  pulumi.String("tcp"), FromPort: pulumi.Int(b.port), ToPort: pulumi.Int(b.port),
		Tags: b.Tags(""),
	}
	rule, err := vpc.NewSecurityGroupIngressRule(b.Ctx, b.Child("from-"+role), args, convention.With(b.Scope, b.args.Transform.IngressRule, args))
	if err != nil {
		return fmt.Errorf("letting %s in: %w", who, err)
	}
	b.before = append(b.before, rule)
	return b.egress(role+"-to-tasks", &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: caller.ToStringOutput(), ReferencedSecurityGroupId: b.tasks.ID().ToStringOutput(),
		Description: pulumi.String("To the tasks of " + b.Name),
		IpProtocol:  pulumi.String("tcp"), FromPort: pulumi.Int(b.port), ToPort: pulumi.Int(b.port),
	})
}

func (b *serviceBuilder) egress(role string, args *vpc.SecurityGroupEgressRuleArgs) error {
	args.Tags = b.Tags("")
	rule, err := vpc.NewSecurityGroupEgressRule(b.Ctx, b.Child(role), args, convention.With(b.Scope, b.args.Transform.EgressRule, args))
	if err != nil {
		return fmt.Errorf("creating the rule %s: %w", role, err)
	}
	b.before = append(b.before, rule)
	return nil
}

// securityGroups are the groups of a task's network interface.
func (b *serviceBuilder) securityGroups() pulumi.StringArrayInput {
	own := pulumi.StringArray{b.tasks.ID()}
	switch others := b.args.SecurityGroupIds.(type) {
	case nil:
		return own
	case pulumi.StringArray:
		return append(own, others...)
	default:
		return pulumi.All(b.tasks.ID(), others).ApplyT(func(all []any) ([]string, error) {
			given, _ := all[1].([]string)
			if len(given) > foreignSecurityGroups {
				return nil, fmt.Errorf("%s %q: securityGroupIds: %w", ServiceToken, b.Name, tooManyGroups(len(given)))
			}
			return slices.Concat([]string{string(all[0].(pulumi.ID))}, given), nil
		}).(pulumi.StringArrayOutput)
	}
}
