package convention

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// USEast1 is where AWS keeps what belongs to its global services: the metrics of
// Route 53 and CloudFront, CloudFront's certificates, the keys of DNSSEC.
const USEast1 = "us-east-1"

// ProviderTransform changes the arguments and options of a provider that a
// component makes for itself.
type ProviderTransform = func(*aws.ProviderArgs, *[]pulumi.ResourceOption)

// InUSEast1 is the option that puts a child into us-east-1. Where the component
// is in another region, it makes a provider for that, which has the settings of
// the stack's own provider: a program's explicit provider says nothing about its
// settings, so those have to be given by the transform. Call it once a component.
func (s *Scope) InUSEast1(transform ProviderTransform) (pulumi.ResourceOption, error) {
	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	if account.Region == USEast1 {
		return pulumi.Composite(), nil
	}
	if account.Partition != "aws" {
		return nil, fmt.Errorf("%s %q: needs %s, which cannot be reached from %s", s.Token, s.Name, USEast1, account.Region)
	}
	args := &aws.ProviderArgs{}
	if err := configureProvider(s.Ctx, args); err != nil {
		return nil, fmt.Errorf("%s %q: %w", s.Token, s.Name, err)
	}
	args.Region = pulumi.String(USEast1)
	provider, err := aws.NewProvider(s.Ctx, s.Child(USEast1), args, With(s, transform, args))
	if err != nil {
		return nil, fmt.Errorf("%s %q: making a provider for %s: %w", s.Token, s.Name, USEast1, err)
	}
	return pulumi.Provider(provider), nil
}

// AlarmsWith gives alarms a further option, such as that of InUSEast1.
func AlarmsWith(option pulumi.ResourceOption, transform AlarmTransform) AlarmTransform {
	return func(args *cloudwatch.MetricAlarmArgs, opts *[]pulumi.ResourceOption) {
		*opts = append(*opts, option)
		if transform != nil {
			transform(args, opts)
		}
	}
}

// OnlyIn refuses an ARN of another region. One that is known only at deployment
// is left to AWS to refuse.
func (s *Scope) OnlyIn(region, argument string, arn pulumi.Input, why string) {
	text, known := Known(arn)
	if parts := strings.Split(text, ":"); known && (len(parts) < 6 || parts[0] != "arn") {
		s.Refuse(argument, "%q is not an ARN; %s", text, why)
	} else if known && parts[3] != region {
		s.Refuse(argument, "%q is in %q; %s, so give one in %s", text, parts[3], why, region)
	}
}

// Known is the text of an input that is known while the program is still
// running: a pulumi.String, and no output.
func Known(input pulumi.Input) (string, bool) {
	v := reflect.ValueOf(input)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.String {
		return "", false
	}
	return v.String(), true
}
