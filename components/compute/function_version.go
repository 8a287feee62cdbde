package compute

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const aliasName = "live"

// createFunction makes the function and publishes each change of it as a version.
func (b *functionBuilder) createFunction() error {
	args := &lambda.FunctionArgs{
		Name:             b.ShortName("function", 64), // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
		Role:             b.role.Arn,
		Architectures:    pulumi.ToStringArray([]string{b.architecture}),
		MemorySize:       pulumi.Int(b.memory),
		Timeout:          pulumi.Int(b.timeout),
		EphemeralStorage: lambda.FunctionEphemeralStorageArgs{Size: pulumi.Int(b.storage)},
		Layers:           b.args.LayerArns,
		Publish:          pulumi.Bool(true),
		TracingConfig:    lambda.FunctionTracingConfigArgs{Mode: pulumi.String("Active")},
		LoggingConfig: lambda.FunctionLoggingConfigArgs{
			LogGroup: b.logs.Name, LogFormat: pulumi.String("JSON"),
			ApplicationLogLevel: pulumi.String("INFO"), SystemLogLevel: pulumi.String("INFO"),
		},
		KmsKeyArn: b.args.KmsKeyArn,
		VpcConfig: b.vpcConfig(),
		Tags:      b.Tags(""),
	}
	if b.args.Environment != nil {
		args.Environment = lambda.FunctionEnvironmentArgs{Variables: b.args.Environment}
	}
	if b.args.ReservedConcurrency != nil {
		args.ReservedConcurrentExecutions = pulumi.Int(*b.args.ReservedConcurrency)
	}
	if b.args.ImageUri != nil {
		args.PackageType, args.ImageUri = pulumi.String("Image"), b.args.ImageUri
		if len(b.args.Command) > 0 {
			args.ImageConfig = lambda.FunctionImageConfigArgs{Commands: pulumi.ToStringArray(b.args.Command)}
		}
	} else {
		args.Code, args.Runtime, args.Handler = b.code(), pulumi.String(b.runtime), pulumi.String(b.handler)
	}
	var err error
	if b.function, err = lambda.NewFunction(b.Ctx, b.Child("function"), args, convention.With(b.Scope, b.args.Transform.Function, args, pulumi.DependsOn(b.before))); err != nil {
		return fmt.Errorf("creating the function: %w", err)
	}
	return b.denyNetwork()
}

// createAlias makes the name that callers use, whatever version is behind it.
func (b *functionBuilder) createAlias() error {
	args := &lambda.AliasArgs{Name: pulumi.String(aliasName), FunctionName: b.function.Name, FunctionVersion: b.function.Version}
	if b.args.StableVersion != "" {
		stable, weight := b.args.StableVersion, float64(*b.args.CanaryPercent)/100
		args.FunctionVersion = pulumi.String(stable)
		args.RoutingConfig = lambda.AliasRoutingConfigArgs{
			AdditionalVersionWeights: b.function.Version.ApplyT(func(newest string) map[string]float64 {
				if newest == stable { // AWS takes a version once
					return map[string]float64{}
				}
				return map[string]float64{newest: weight}
			}).(pulumi.Float64MapOutput),
		}
	}
	var err error
	if b.alias, err = lambda.NewAlias(b.Ctx, b.Child(aliasName), args, convention.With(b.Scope, b.args.Transform.Alias, args)); err != nil {
		return fmt.Errorf("creating the alias: %w", err)
	}
	invokeArgs := &lambda.FunctionEventInvokeConfigArgs{
		FunctionName: b.function.Name, Qualifier: b.alias.Name,
		MaximumRetryAttempts: pulumi.Int(b.retries), MaximumEventAgeInSeconds: pulumi.Int(b.eventAge),
		DestinationConfig: lambda.FunctionEventInvokeConfigDestinationConfigArgs{
			OnFailure: lambda.FunctionEventInvokeConfigDestinationConfigOnFailureArgs{Destination: b.failures},
		},
	}
	if _, err := lambda.NewFunctionEventInvokeConfig(b.Ctx, b.Child("invoke"), invokeArgs, convention.With(b.Scope, b.args.Transform.InvokeConfig, invokeArgs)); err != nil {
		return fmt.Errorf("naming the failure queue: %w", err)
	}
	if b.args.ProvisionedConcurrency == nil {
		return nil
	}
	warmArgs := &lambda.ProvisionedConcurrencyConfigArgs{
		FunctionName: b.function.Name, Qualifier: b.alias.Name, ProvisionedConcurrentExecutions: pulumi.Int(*b.args.ProvisionedConcurrency),
	}
	if _, err := lambda.NewProvisionedConcurrencyConfig(b.Ctx, b.Child("warm"), warmArgs, convention.With(b.Scope, b.args.Transform.ProvisionedConcurrency, warmArgs)); err != nil {
		return fmt.Errorf("keeping environments warm: %w", err)
	}
	return nil
}
