package network

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// invokeUri is where API Gateway invokes a function.
func (b *gatewayBuilder) invokeUri(function pulumi.StringInput) pulumi.StringOutput {
	return pulumi.Sprintf("arn:%s:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations", b.account.Partition, b.account.Region, function)
}

// permit lets the API invoke a function for one route.
func (b *gatewayBuilder) permit(route gatewayRoute) error {
	part := func(i int) pulumi.StringOutput {
		return route.function.ToStringOutput().ApplyT(func(arn string) (string, error) {
			name, qualifier, err := functionParts(arn)
			if err != nil {
				return "", fmt.Errorf("%s %q: functionArns: %w", GatewayToken, b.Name, err)
			}
			return []string{name, qualifier}[i], nil
		}).(pulumi.StringOutput)
	}
	source := pulumi.Sprintf("%s/%s/%s", b.executionArn, b.stageName, route.source(b.kind))
	args := &lambda.PermissionArgs{
		Action: pulumi.String("lambda:InvokeFunction"), Function: part(0),
		Qualifier: part(1).ApplyT(func(qualifier string) *string {
			if qualifier == "" {
				return nil
			}
			return &qualifier
		}).(pulumi.StringPtrOutput),
		Principal: pulumi.String("apigateway.amazonaws.com"), SourceArn: source.ToStringPtrOutput(),
		// A replacement exists beside what it replaces, and must not have its name.
		StatementId: pulumi.All(source, route.function).ApplyT(func(all []any) string {
			digest := sha256.Sum256([]byte(all[0].(string) + "\x00" + all[1].(string)))
			return "gateway-" + hex.EncodeToString(digest[:])[:16]
		}).(pulumi.StringOutput).ToStringPtrOutput(),
	}
	made, err := lambda.NewPermission(b.Ctx, b.Child(route.text), args, convention.With(b.Scope, b.args.Transform.Permission, args))
	if err != nil {
		return fmt.Errorf("letting the API invoke the function of %s: %w", route.text, err)
	}
	b.beforeUse = append(b.beforeUse, made)
	return nil
}
