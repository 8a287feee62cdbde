package network

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigateway"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const restStage = "live"

// createRestStage deploys what there is and makes the stage that serves it.
func (b *gatewayBuilder) createRestStage() error {
	t := &b.args.Transform
	// Without this a changed route would stand in the API and never be served.
	digest := pulumi.JSONMarshal(b.restDecisive).ApplyT(func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}).(pulumi.StringOutput)
	deploymentArgs := &apigateway.DeploymentArgs{RestApi: b.apiId, Triggers: pulumi.StringMap{"routes": digest}}
	deployment, err := apigateway.NewDeployment(b.Ctx, b.Child("deployment"), deploymentArgs,
		convention.With(b.Scope, t.RestDeployment, deploymentArgs, pulumi.DependsOn(b.beforeDeployment)))
	if err != nil {
		return fmt.Errorf("deploying the API: %w", err)
	}
	if err := b.createAccountRole(); err != nil {
		return err
	}
	if err := b.createExecutionLogs(); err != nil {
		return err
	}
	stageArgs := &apigateway.StageArgs{
		RestApi: b.apiId, Deployment: deployment.ID(), StageName: pulumi.String(restStage),
		XrayTracingEnabled: pulumi.Bool(convention.Or(b.args.Tracing, true)),
		AccessLogSettings:  apigateway.StageAccessLogSettingsArgs{DestinationArn: b.logs.Arn, Format: accessLogFormat(restKind)},
		Tags:               b.Tags(""),
	}
	stage, err := apigateway.NewStage(b.Ctx, b.Child("stage"), stageArgs, convention.With(b.Scope, t.RestStage, stageArgs, pulumi.DependsOn(b.beforeUse)))
	if err != nil {
		return fmt.Errorf("creating the stage: %w", err)
	}
	b.stage, b.stageArn, b.url = stage, stage.Arn, stage.InvokeUrl
	settingsArgs := &apigateway.MethodSettingsArgs{
		RestApi: b.apiId, StageName: stage.StageName, MethodPath: pulumi.String("*/*"),
		Settings: apigateway.MethodSettingsSettingsArgs{
			ThrottlingRateLimit: pulumi.Float64(float64(b.rate)), ThrottlingBurstLimit: pulumi.Int(b.burst),
			MetricsEnabled: pulumi.Bool(true),
			// The access logs say what failed, these why. What requests and answers hold stays out of logs.
			LoggingLevel: pulumi.String("ERROR"), DataTraceEnabled: pulumi.Bool(false),
		},
	}
	settings, err := apigateway.NewMethodSettings(b.Ctx, b.Child("settings"), settingsArgs, convention.With(b.Scope, t.RestSettings, settingsArgs))
	if err != nil {
		return fmt.Errorf("limiting the stage: %w", err)
	}
	return b.createConsumers(stage, settings)
}

// createConsumers makes a key for each consumer and limits what may be done with it.
// The limits of a usage plan count for each of its keys by itself.
func (b *gatewayBuilder) createConsumers(stage *apigateway.Stage, settings pulumi.Resource) error {
	if len(b.args.Consumers) == 0 {
		return nil
	}
	t := &b.args.Transform
	planArgs := &apigateway.UsagePlanArgs{
		Description: pulumi.String("What each consumer of " + b.Name + " may do"),
		ApiStages:   apigateway.UsagePlanApiStageArray{apigateway.UsagePlanApiStageArgs{ApiId: b.apiId, Stage: stage.StageName}},
		ThrottleSettings: apigateway.UsagePlanThrottleSettingsArgs{
			RateLimit: pulumi.Float64(float64(b.consumerRate)), BurstLimit: pulumi.Int(b.consumerBurst),
		},
		Tags: b.Tags(""),
	}
	if b.args.ConsumerRequestsPerDay != nil {
		planArgs.QuotaSettings = apigateway.UsagePlanQuotaSettingsArgs{Limit: pulumi.Int(*b.args.ConsumerRequestsPerDay), Period: pulumi.String("DAY")}
	}
	plan, err := apigateway.NewUsagePlan(b.Ctx, b.Child("consumers"), planArgs, convention.With(b.Scope, t.RestUsagePlan, planArgs, pulumi.DependsOn([]pulumi.Resource{settings})))
	if err != nil {
		return fmt.Errorf("creating the usage plan: %w", err)
	}
	for _, consumer := range b.args.Consumers {
		role := "consumer-" + consumer
		keyArgs := &apigateway.ApiKeyArgs{Description: pulumi.String("Key of " + consumer + " for " + b.Name), Tags: b.Tags("")}
		key, err := apigateway.NewApiKey(b.Ctx, b.Child(role), keyArgs, convention.With(b.Scope, t.RestApiKey, keyArgs))
		if err != nil {
			return fmt.Errorf("creating the key of %s: %w", consumer, err)
		}
		planKeyArgs := &apigateway.UsagePlanKeyArgs{KeyId: key.ID(), KeyType: pulumi.String("API_KEY"), UsagePlanId: plan.ID()}
		if _, err := apigateway.NewUsagePlanKey(b.Ctx, b.Child(role), planKeyArgs, convention.With(b.Scope, t.RestUsagePlanKey, planKeyArgs)); err != nil {
			return fmt.Errorf("limiting the key of %s: %w", consumer, err)
		}
	}
	return nil
}

// createAccountRole lets API Gateway write the logs of REST APIs. The setting is the
// account's, one a region; all other REST APIs would lose their logs if it went with
// this one, so it is left behind.
func (b *gatewayBuilder) createAccountRole() error {
	if !convention.Or(b.args.AccountLogRole, true) {
		return nil
	}
	t := &b.args.Transform
	stay := pulumi.RetainOnDelete(true)
	roleArgs := &iam.RoleArgs{
		Name:        b.ShortName("account-logs", 64),
		Description: pulumi.String("Writes the logs of all REST APIs in " + b.account.Region),
		// AWS tries the role when it is set, on behalf of no resource, and documents it
		// without conditions:
		// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html#set-up-access-logging-permissions
		AssumeRolePolicy: convention.Policy(convention.Statement{
			Services: []string{"apigateway.amazonaws.com"}, Actions: []string{"sts:AssumeRole"},
		}),
		PermissionsBoundary: b.args.PermissionsBoundaryArn,
		Tags:                b.Tags(""),
	}
	role, err := iam.NewRole(b.Ctx, b.Child("account-logs"), roleArgs, convention.With(b.Scope, t.RestAccountRole, roleArgs, stay))
	if err != nil {
		return fmt.Errorf("creating the role of the account's logs: %w", err)
	}
	// The same page: AWS refuses a role that has less than this policy.
	policyArgs := &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: pulumi.String("arn:" + b.account.Partition + ":iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"),
	}
	policy, err := iam.NewRolePolicyAttachment(b.Ctx, b.Child("account-logs"), policyArgs, convention.With(b.Scope, t.RestAccountPolicy, policyArgs, stay))
	if err != nil {
		return fmt.Errorf("allowing the account's logs: %w", err)
	}
	accountArgs := &apigateway.AccountArgs{CloudwatchRoleArn: role.Arn}
	account, err := apigateway.NewAccount(b.Ctx, b.Child("account"), accountArgs, convention.With(b.Scope, t.RestAccount, accountArgs, stay, pulumi.DependsOn([]pulumi.Resource{policy})))
	if err != nil {
		return fmt.Errorf("setting the role of the account's logs: %w", err)
	}
	b.beforeUse = append(b.beforeUse, account)
	return nil
}
