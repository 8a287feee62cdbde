package compute

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
func (b *functionBuilder) createAlarms() error {
	transform := b.args.Transform.Alarm
	dimensions := pulumi.StringMap{"FunctionName": b.function.Name}
	if err := b.AlarmRatio(convention.Ratio{
		Role:      "errors",
		Meaning:   "More than 5 percent of the invocations of function " + b.Name + " fail: its callers get errors, and events wait for another attempt. Read the errors in its log; if they began with a new version, lead the alias back to the one before.",
		Namespace: "AWS/Lambda", Part: "Errors", Whole: "Invocations", Dimensions: dimensions,
		Above: 5, AtLeast: 5, Period: 60, For: 5,
	}, transform); err != nil {
		return err
	}
	alarms := []convention.Alarm{
		{
			Role:    "throttles",
			Meaning: "Function " + b.Name + " is invoked more often at a time than it may be: callers get errors, and events wait. Compare its concurrency with reservedConcurrency and with the account's quota, and raise what is used up.",
			Metric:  "Throttles", Statistic: "Sum", Above: convention.At(0), Period: 60, For: 3,
		},
		{
			Role:    "slow",
			Meaning: fmt.Sprintf("Invocations of function %s take more than 80 percent of the %d seconds they may; beyond they are cut off and fail. Find in the traces what they wait for; then raise memoryMib, which brings CPU too, or timeoutSeconds.", b.Name, b.timeout),
			Metric:  "Duration", Statistic: "Maximum", Above: convention.At(float64(b.timeout) * 800), Period: 60, For: 5,
		},
		{
			Role:    "lost",
			Meaning: "Events that function " + b.Name + " could not handle did not reach its failure queue and are lost. See that the queue exists, that the function's role may send to it, and that its key may be used.",
			Metric:  "DestinationDeliveryFailures", Statistic: "Sum", Above: convention.At(0), Period: 60, For: 1,
		},
	}
	if b.args.StreamArn != nil {
		// Half of what may pass before records are given up, at most ten minutes.
		seconds := min(b.recordAge/2, 600)
		alarms = append(alarms, convention.Alarm{
			Role:    "behind",
			Meaning: fmt.Sprintf("Function %s handles the records of its stream more than %d seconds after they were written, and falls behind. See whether its invocations fail or are slow; then raise streamParallelization or streamBatchSize.", b.Name, seconds),
			Metric:  "IteratorAge", Statistic: "Maximum", Above: convention.At(float64(seconds) * 1000), Period: 60, For: 5,
		})
	}
	if b.args.ProvisionedConcurrency != nil {
		alarms = append(alarms, convention.Alarm{
			Role:    "cold",
			Meaning: fmt.Sprintf("The %d environments kept warm for function %s do not suffice: further invocations wait for one to start. If that hurts users, raise provisionedConcurrency.", *b.args.ProvisionedConcurrency, b.Name),
			Metric:  "ProvisionedConcurrencySpilloverInvocations", Statistic: "Sum", Above: convention.At(0), Period: 60, For: 10,
		})
	}
	for _, alarm := range alarms {
		alarm.Namespace, alarm.Dimensions = "AWS/Lambda", dimensions
		if err := b.Alarm(alarm, transform); err != nil {
			return err
		}
	}
	if b.failureQueue == nil {
		return nil
	}
	return b.Alarm(convention.Alarm{
		Role:      "failures",
		Meaning:   "Events that function " + b.Name + " could not handle wait in its failure queue for somebody. Read one of them, with the error in it, and the function's log of that time; once the cause is mended, invoke the function with them again.",
		Namespace: "AWS/SQS", Metric: "ApproximateNumberOfMessagesVisible", Statistic: "Maximum",
		Dimensions: pulumi.StringMap{"QueueName": b.failureQueue.Name}, Above: convention.At(0), Period: 60, For: 1,
	}, transform)
}
