package recorder_test

import (
	"errors"
	"testing"

	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// remote is a component that another program makes: this one sees only its inputs and outputs.
type remote struct {
	pulumi.ResourceState
	Address pulumi.StringOutput `pulumi:"address"`
}

func TestRemoteComponent(t *testing.T) {
	t.Parallel()
	rec := run(t, func(ctx *pulumi.Context) error {
		c := &remote{}
		if err := ctx.RegisterRemoteComponentResource("other:index:Thing", "r", pulumi.Map{"size": pulumi.Int(2)}, c); err != nil {
			return err
		}
		ctx.Export("address", c.Address)
		return nil
	})
	if got := rec.Find("other:index:Thing", "r").Input("size"); got != 2.0 {
		t.Errorf("size = %v", got)
	}
	if got := rec.Exports["address"]; got == "" || got == nil {
		t.Errorf("address = %v", got)
	}
}

// A failure of what the SDK does around the inputs has no place of its own, and is still told.
func TestFailedOptions(t *testing.T) {
	t.Parallel()
	_, err := recorder.Run(func(ctx *pulumi.Context) error {
		q, err := sqs.NewQueue(ctx, "q", nil)
		if err != nil {
			return err
		}
		parent := q.Arn.ApplyT(func(string) (pulumi.URN, error) { return "", errors.New("no parent") }).(pulumi.URNOutput)
		_, err = sqs.NewQueue(ctx, "p", nil, pulumi.Aliases([]pulumi.Alias{{ParentURN: parent}}))
		return err
	})
	if err == nil {
		t.Error("no error")
	}
}

func TestPanicOfAnAnswer(t *testing.T) {
	t.Parallel()
	wantProblems(t, func(ctx *pulumi.Context) error {
		var result struct{}
		_ = ctx.Invoke("my:index:f", nil, &result)
		return nil
	}, []string{"function my:index:f: its answer panicked: oh"},
		recorder.Invoke("my:index:f", func(map[string]any) (map[string]any, error) { panic("oh") }))
}
