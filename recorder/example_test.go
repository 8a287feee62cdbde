package recorder_test

import (
	"fmt"

	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func Example() {
	program := func(ctx *pulumi.Context) error {
		dead, err := sqs.NewQueue(ctx, "orders-dead", nil)
		if err != nil {
			return err
		}
		orders, err := sqs.NewQueue(ctx, "orders", &sqs.QueueArgs{
			RedrivePolicy: pulumi.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":5}`, dead.Arn),
		})
		if err != nil {
			return err
		}
		ctx.Export("url", orders.Url)
		return nil
	}

	rec, err := recorder.Run(program)
	if err != nil {
		fmt.Println(err)
		return
	}
	orders := rec.Find("aws:sqs/queue:Queue", "orders")
	fmt.Println(rec.List())
	fmt.Println(orders.Input("redrivePolicy.deadLetterTargetArn"))
	fmt.Println(rec.Exports["url"])
	// Output:
	// [aws:sqs/queue:Queue orders aws:sqs/queue:Queue orders-dead]
	// arn:aws:sqs:eu-central-1:123456789012:orders-dead-1234567
	// https://sqs.eu-central-1.amazonaws.com/123456789012/orders-1234567
}

// A problem names the resource and the property it is about.
func ExampleRun_problem() {
	_, err := recorder.Run(func(ctx *pulumi.Context) error {
		var queue sqs.Queue
		return ctx.RegisterResource("aws:sqs/queue:Queue", "orders", pulumi.Map{
			"nmae":      pulumi.String("orders.fifo"),
			"fifoQueue": pulumi.String("yes"),
		}, &queue)
	})
	fmt.Println(err)
	// Output:
	// aws:sqs/queue:Queue "orders": fifoQueue: want bool, got string
	// aws:sqs/queue:Queue "orders": unknown input "nmae". Did you mean "name"?
}
