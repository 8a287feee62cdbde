package network

import (
	"encoding/json"
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createLogs makes the log group of the access logs. For a group with this beginning
// AWS needs no statement in the account's one policy for log deliveries, which holds few:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
func (b *gatewayBuilder) createLogs() error {
	args := &cloudwatch.LogGroupArgs{
		Name:            pulumi.String("/aws/vendedlogs/apigateway/" + b.Ctx.Project() + "-" + b.Ctx.Stack() + "/" + b.Name),
		RetentionInDays: pulumi.Int(b.logRetention), KmsKeyId: b.args.KmsKeyArn, Tags: b.Tags(""),
	}
	var err error
	if b.logs, err = cloudwatch.NewLogGroup(b.Ctx, b.Child("access-logs"), args, convention.With(b.Scope, b.args.Transform.LogGroup, args)); err != nil {
		return fmt.Errorf("creating the log group: %w", err)
	}
	return nil
}

// createExecutionLogs makes the log group of what API Gateway itself refuses or fails. It would
// make the group on its own, and keep it without a key and without an end.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
func (b *gatewayBuilder) createExecutionLogs() error {
	args := &cloudwatch.LogGroupArgs{
		Name:            pulumi.Sprintf("API-Gateway-Execution-Logs_%s/%s", b.apiId, restStage),
		RetentionInDays: pulumi.Int(b.logRetention), KmsKeyId: b.args.KmsKeyArn, Tags: b.Tags(""),
	}
	logs, err := cloudwatch.NewLogGroup(b.Ctx, b.Child("execution-logs"), args, convention.With(b.Scope, b.args.Transform.LogGroup, args))
	if err != nil {
		return fmt.Errorf("creating the log group of errors: %w", err)
	}
	b.beforeUse = append(b.beforeUse, logs)
	return nil
}

// accessLogFormat is one line of JSON a request, without anything a caller keeps secret.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
func accessLogFormat(kind string) pulumi.StringInput {
	fields := map[string]string{
		"requestId": "$context.requestId", "time": "$context.requestTime", "ip": "$context.identity.sourceIp",
		"userAgent": "$context.identity.userAgent", "method": "$context.httpMethod", "path": "$context.path",
		"protocol": "$context.protocol", "status": "$context.status", "responseLength": "$context.responseLength",
		"latency": "$context.responseLatency", "integrationLatency": "$context.integrationLatency",
		"integrationStatus": "$context.integrationStatus", "error": "$context.error.responseType",
	}
	if kind == restKind {
		fields["route"], fields["trace"] = "$context.resourcePath", "$context.xrayTraceId"
		fields["apiKey"] = "$context.identity.apiKeyId"
	} else {
		fields["route"], fields["authorizerError"] = "$context.routeKey", "$context.authorizer.error"
	}
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err) // a map of texts always has a JSON
	}
	return pulumi.String(line)
}
