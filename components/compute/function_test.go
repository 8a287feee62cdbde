package compute_test

import (
	"slices"
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type list = []any

const (
	functionType     = "aws:lambda/function:Function"
	functionAlias    = "aws:lambda/alias:Alias"
	invokeType       = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
	warmType         = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"
	mappingType      = "aws:lambda/eventSourceMapping:EventSourceMapping"
	permissionType   = "aws:lambda/permission:Permission"
	queueType        = "aws:sqs/queue:Queue"
	queuePolicyType  = "aws:sqs/queuePolicy:QueuePolicy"
	subscriptionType = "aws:sns/topicSubscription:TopicSubscription"
	scheduleType     = "aws:scheduler/schedule:Schedule"
	eventRuleType    = "aws:cloudwatch/eventRule:EventRule"
	eventTargetType  = "aws:cloudwatch/eventTarget:EventTarget"

	inboxArn  = pulumi.String("arn:aws:sqs:eu-central-1:123456789012:inbox")
	placedArn = pulumi.String("arn:aws:sns:eu-central-1:123456789012:placed")
	alarmsArn = pulumi.String("arn:aws:sns:eu-central-1:123456789012:alarms")
	fiftyName = "service-abcdefghijklmnopqrstuvwxyz-0123456789-abcd"
)

func newFunction(name string, set func(*compute.FunctionArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &compute.FunctionArgs{}
		if set != nil {
			set(args)
		}
		_, err := compute.NewFunction(ctx, name, args)
		return err
	}
}

func function(t *testing.T, set func(*compute.FunctionArgs), opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(newFunction("orders", set), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// statementsOf are the statements of a role policy.
func statementsOf(rec *recorder.Recording, name string) any {
	return recorder.At(recorder.JSON(rec.Find(rolePolicyType, name).Input("policy")), "Statement")
}

func TestFunctionByPreset(t *testing.T) {
	t.Parallel()
	for preset, want := range map[string]struct{ memory, days float64 }{
		"": {1024, 90}, "production": {1024, 90}, "sandbox": {512, 7},
	} {
		rec := function(t, func(a *compute.FunctionArgs) { a.Preset = preset })
		same(t, "resources", rec.List(), []string{
			logGroupType + " orders-logs", roleType + " orders-function", rolePolicyType + " orders-function",
			functionAlias + " orders-live", functionType + " orders-function", invokeType + " orders-invoke",
			queueType + " orders-failures", queuePolicyType + " orders-failures-policy",
			compute.FunctionToken + " orders",
		})
		made, logs := rec.Find(functionType, "orders-function"), rec.Find(logGroupType, "orders-logs")
		same(t, "retention", logs.Input("retentionInDays"), want.days)
		inputs := made.Inputs
		code, _ := inputs["code"].(recorder.Archive)
		delete(inputs, "code")
		same(t, "function", inputs, object{
			"role": rec.Find(roleType, "orders-function").Output("arn"), "architectures": list{"arm64"}, "memorySize": want.memory, "timeout": 30.0,
			"ephemeralStorage": object{"size": 512.0}, "publish": true, "runtime": "python3.13", "handler": "index.handler",
			"tracingConfig": object{"mode": "Active"},
			"loggingConfig": object{"logGroup": logs.Output("name"), "logFormat": "JSON", "applicationLogLevel": "INFO", "systemLogLevel": "INFO"},
		})
		if code.Assets["index.py"] == nil {
			t.Errorf("no placeholder: %v", code)
		}
	}
}

func TestFunctionIsInvokedThroughItsAlias(t *testing.T) {
	t.Parallel()
	rec := function(t, nil)
	made, alias := rec.Find(functionType, "orders-function"), rec.Find(functionAlias, "orders-live")
	failures := rec.Find(queueType, "orders-failures")
	same(t, "alias", alias.Inputs, object{"name": "live", "functionName": made.Output("name"), "functionVersion": made.Output("version")})
	same(t, "what nobody waits for", rec.Find(invokeType, "orders-invoke").Inputs, object{
		"functionName": made.Output("name"), "qualifier": "live", "maximumRetryAttempts": 2.0, "maximumEventAgeInSeconds": 21600.0,
		"destinationConfig": object{"onFailure": object{"destination": failures.Output("arn")}},
	})
	self := rec.Find(compute.FunctionToken, "orders")
	same(t, "outputs", self.Outputs, object{
		"arn": made.Output("arn"), "aliasArn": alias.Output("arn"), "name": made.Output("name"), "version": made.Output("version"),
		"invokeArn": alias.Output("invokeArn"), "roleArn": rec.Find(roleType, "orders-function").Output("arn"),
		"logGroupName": rec.Find(logGroupType, "orders-logs").Output("name"), "failureQueueArn": failures.Output("arn"),
		"invokerPolicy": self.Output("invokerPolicy"),
	})
	same(t, "invoker", recorder.JSON(self.Output("invokerPolicy")), document(object{
		"Sid": "Invoke", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": alias.Output("arn"),
	}))
}

func TestFunctionMayDoLittle(t *testing.T) {
	t.Parallel()
	rec := function(t, func(a *compute.FunctionArgs) {
		a.KmsKeyArn, a.Policies = pulumi.String(keyArn), []pulumi.StringInput{pulumi.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}`)}
		a.PermissionsBoundaryArn = pulumi.String("arn:aws:iam::123456789012:policy/boundary")
	})
	role, failures := rec.Find(roleType, "orders-function"), rec.Find(queueType, "orders-failures").Output("arn")
	same(t, "boundary", role.Input("permissionsBoundary"), "arn:aws:iam::123456789012:policy/boundary")
	same(t, "trust", recorder.JSON(role.Input("assumeRolePolicy")), document(object{
		"Effect": "Allow", "Principal": object{"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole",
		"Condition": object{"StringEquals": object{"aws:SourceAccount": "123456789012"}},
	}))
	via := func(service string) object {
		return object{"StringEquals": object{"kms:ViaService": service + ".eu-central-1.amazonaws.com"}}
	}
	same(t, "own policy", statementsOf(rec, "orders-function"), any(list{
		object{"Sid": "WriteLogs", "Effect": "Allow", "Action": list{"logs:CreateLogStream", "logs:PutLogEvents"}, "Resource": rec.Find(logGroupType, "orders-logs").Output("arn").(string) + ":*"},
		object{"Sid": "Trace", "Effect": "Allow", "Action": list{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, "Resource": "*"},
		object{"Sid": "SendFailures", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": failures},
		object{"Sid": "EncryptFailures", "Effect": "Allow", "Action": list{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": keyArn, "Condition": via("sqs")},
		object{"Sid": "DecryptEnvironment", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": keyArn, "Condition": via("lambda")},
	}))
	same(t, "given policy", recorder.At(statementsOf(rec, "orders-policy-1"), "[0].Action"), "s3:GetObject")
	for _, child := range []struct{ token, name, key string }{
		{functionType, "orders-function", "kmsKeyArn"}, {logGroupType, "orders-logs", "kmsKeyId"}, {queueType, "orders-failures", "kmsMasterKeyId"},
	} {
		same(t, child.name, rec.Find(child.token, child.name).Input(child.key), keyArn)
	}
}

func TestFunctionCode(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	rec := function(t, func(a *compute.FunctionArgs) { a.Folder, a.Runtime = folder, "provided.al2023" })
	made := rec.Find(functionType, "orders-function")
	same(t, "handler", made.Input("handler"), "bootstrap")
	if code, _ := made.Inputs["code"].(recorder.Archive); code.Path != folder {
		t.Errorf("code is %v", made.Inputs["code"])
	}
	const image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1"
	rec = function(t, func(a *compute.FunctionArgs) {
		a.ImageUri, a.Command, a.Architecture = pulumi.String(image), []string{"app.handler"}, "x86_64"
	})
	made = rec.Find(functionType, "orders-function")
	for path, want := range map[string]any{
		"packageType": "Image", "imageUri": image, "imageConfig.commands": list{"app.handler"}, "architectures": list{"x86_64"},
		"runtime": nil, "handler": nil, "code": nil,
	} {
		same(t, path, made.Input(path), want)
	}
	rec = function(t, func(a *compute.FunctionArgs) { a.Runtime = "nodejs22.x" })
	if code, _ := rec.Find(functionType, "orders-function").Inputs["code"].(recorder.Archive); code.Assets["index.mjs"] == nil {
		t.Error("no placeholder for Node.js")
	}
}

func TestFunctionCanary(t *testing.T) {
	t.Parallel()
	set := func(stable string) func(*compute.FunctionArgs) {
		return func(a *compute.FunctionArgs) { a.StableVersion, a.CanaryPercent = stable, pulumi.IntRef(10) }
	}
	newest := recorder.Output(functionType, "version", "8")
	alias := function(t, set("7"), newest).Find(functionAlias, "orders-live")
	same(t, "stable", alias.Input("functionVersion"), "7")
	same(t, "weights", alias.Input("routingConfig.additionalVersionWeights"), any(object{"8": 0.1}))
	alias = function(t, set("8"), newest).Find(functionAlias, "orders-live")
	same(t, "weights of nothing new", alias.Input("routingConfig.additionalVersionWeights"), any(object{}))
}

func TestFunctionConcurrency(t *testing.T) {
	t.Parallel()
	rec := function(t, func(a *compute.FunctionArgs) {
		a.ReservedConcurrency, a.ProvisionedConcurrency, a.AlarmTopicArn = pulumi.IntRef(20), pulumi.IntRef(5), alarmsArn
		a.QueueArn, a.QueueVisibilityTimeoutSeconds = inboxArn, pulumi.IntRef(180)
	})
	made := rec.Find(functionType, "orders-function")
	same(t, "reserved", made.Input("reservedConcurrentExecutions"), 20.0)
	same(t, "warm", rec.Find(warmType, "orders-warm").Inputs, object{"functionName": made.Output("name"), "qualifier": "live", "provisionedConcurrentExecutions": 5.0})
	same(t, "queue", rec.Find(mappingType, "orders-queue").Input("scalingConfig.maximumConcurrency"), 20.0)
	same(t, "alarm", rec.Find(alarmType, "orders-cold").Input("metricName"), "ProvisionedConcurrencySpilloverInvocations")
}

func TestFunctionInVpc(t *testing.T) {
	t.Parallel()
	for name, groups := range map[string]pulumi.StringArrayInput{
		"known": pulumi.StringArray{pulumi.String("sg-db")}, "late": pulumi.StringArray{pulumi.String("sg-db")}.ToStringArrayOutput(),
	} {
		rec := function(t, func(a *compute.FunctionArgs) {
			a.VpcId, a.SubnetIds, a.SecurityGroupIds = pulumi.String("vpc-1"), pulumi.StringArray{pulumi.String("subnet-1")}, groups
			a.EgressPorts = []string{"5432"}
		})
		own := rec.Find(securityGroupType, "orders-function")
		same(t, name, rec.Find(functionType, "orders-function").Input("vpcConfig"), any(object{
			"subnetIds": list{"subnet-1"}, "securityGroupIds": list{own.ID, "sg-db"},
		}))
		for _, port := range []string{"443", "5432"} {
			rule := rec.Find(egressType, "orders-egress-"+port)
			same(t, "group", rule.Input("securityGroupId"), own.ID)
		}
		if n := len(rec.Type(ingressType)); n != 0 {
			t.Errorf("%d rules let somebody in", n)
		}
		same(t, "Lambda may", recorder.At(statementsOf(rec, "orders-network"), "[0].Effect"), "Allow")
		same(t, "code may not", recorder.At(statementsOf(rec, "orders-network-code"), "[0].Condition"), any(object{
			"ArnEquals": object{"lambda:SourceFunctionArn": rec.Find(functionType, "orders-function").Output("arn")},
		}))
		if deps := rec.Find(functionType, "orders-function").Dependencies; !slices.Contains(deps, rec.Find(rolePolicyType, "orders-network").URN) {
			t.Error("the function does not wait for what lets Lambda connect it")
		}
	}
}
