package queue_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func functionArn(name string) string {
	return "arn:aws:lambda:eu-central-1:123456789012:function:" + name
}

// sagaOf has n steps s1, s2, …, done by do-s1, … and undone by undo-s1, ….
func sagaOf(n int, args queue.SagaArgs) *queue.SagaArgs {
	for i := range n {
		step := fmt.Sprintf("s%d", i+1)
		args.StepNames = append(args.StepNames, step)
		args.ActionArns = append(args.ActionArns, pulumi.String(functionArn("do-"+step)))
		args.CompensationArns = append(args.CompensationArns, pulumi.String(functionArn("undo-"+step)))
	}
	return &args
}

func machineOf(t *testing.T, args *queue.SagaArgs) *machine {
	t.Helper()
	rec := record(t, newSaga("checkout", args))
	definition := recorder.JSON(rec.Type(machineType)[0].Input("definition")).(object)
	return &machine{t: t, document: definition, name: "order-17", input: object{"orderId": "17", "results": "mine", "n": 3.0}}
}

// execute runs the machine with functions that fail with an error: for ever, as
// often as they are called. It returns which functions were called, in order, an
// attempt after another counted: "do-s1 x4".
func execute(m *machine, failing map[string]string) (calls []string, e end) {
	var names []string
	m.call = func(function string, _ object) (any, string) {
		name := function[strings.LastIndex(function, ":")+1:]
		names = append(names, name)
		return object{"by": name}, failing[name]
	}
	e = m.run()
	for i := 0; i < len(names); {
		j := i
		for j < len(names) && names[j] == names[i] {
			j++
		}
		calls = append(calls, fmt.Sprintf("%s x%d", names[i], j-i))
		i = j
	}
	return calls, e
}

// Every way a saga of one to five steps can fail: at each step, with each kind of
// error, and then at none or each of the compensations.
func TestSagaCompensatesInReverseOrderOnEveryPath(t *testing.T) {
	t.Parallel()
	const attempts, compensationAttempts = 2, 4
	kinds := map[string]int{ // the attempts each has
		"OutOfStock": 1 + attempts, "States.Timeout": 1 + attempts, "Lambda.TooManyRequestsException": 1 + attempts,
		"States.TaskFailed": 1 + attempts, "States.DataLimitExceeded": 1, "CardDeclined": 1,
	}
	for n := 1; n <= 5; n++ {
		for _, fails := range []bool{false, true} {
			m := machineOf(t, sagaOf(n, queue.SagaArgs{
				MaxAttempts: pulumi.IntRef(attempts), CompensationMaxAttempts: pulumi.IntRef(compensationAttempts), IntervalSeconds: pulumi.IntRef(5),
				FinalErrors: []string{"CardDeclined"}, CompensatedFails: &fails,
			}))
			visited := map[string]bool{}
			// path checks one path and how long it may take.
			path := func(failing map[string]string, want []string, end string) {
				t.Helper()
				calls, e := execute(m, failing)
				what := fmt.Sprintf("%d steps, failing %v", n, failing)
				same(t, what, calls, want)
				got := e.status + " " + e.error
				if e.status == "SUCCEEDED" {
					got += e.output.(object)["outcome"].(string)
				}
				same(t, what, got, end)
				if limit := m.document["TimeoutSeconds"].(float64); m.seconds > limit {
					t.Errorf("%s takes up to %v s, and is ended half done after %v", what, m.seconds, limit)
				}
				for name := range m.visited {
					visited[name] = true
				}
			}
			undone := "SUCCEEDED compensated"
			if fails {
				undone = "FAILED Compensated"
			}

			var all []string
			for i := range n {
				all = append(all, fmt.Sprintf("do-s%d x1", i+1))
			}
			path(nil, all, "SUCCEEDED completed")
			for i := range n {
				for kind, tries := range kinds {
					failing := map[string]string{fmt.Sprintf("do-s%d", i+1): kind}
					want := slices.Clone(all[:i+1])
					want[i] = fmt.Sprintf("do-s%d x%d", i+1, tries)
					for j := i; j >= 0; j-- {
						want = append(want, fmt.Sprintf("undo-s%d x1", j+1))
					}
					path(failing, want, undone)
					for j := i; j >= 0; j-- { // this compensation fails too
						for stuck, tries := range map[string]int{"Unreachable": 1 + compensationAttempts, "States.DataLimitExceeded": 1} {
							failing := map[string]string{fmt.Sprintf("do-s%d", i+1): kind, fmt.Sprintf("undo-s%d", j+1): stuck}
							want := slices.Clone(want[:i+1+i-j+1])
							want[len(want)-1] = fmt.Sprintf("undo-s%d x%d", j+1, tries)
							path(failing, want, "FAILED NeedsAttention")
						}
					}
				}
			}
			for name := range m.document["States"].(object) {
				if !visited[name] {
					t.Errorf("%d steps: no path leads to %s", n, name)
				}
			}
		}
	}
}

// What a function gets must be the same in every attempt, and tell steps apart.
func TestSagaPayloads(t *testing.T) {
	t.Parallel()
	for path, key := range map[string]string{"": "order-17", "$.orderId": "17", "$.n": "3"} {
		m := machineOf(t, sagaOf(2, queue.SagaArgs{IdempotencyKeyPath: path, MaxAttempts: pulumi.IntRef(1)}))
		got := map[string][]any{}
		m.call = func(function string, payload object) (any, string) {
			name := function[strings.LastIndex(function, ":")+1:]
			got[name] = append(got[name], payload)
			if name == "do-s2" || name == "undo-s2" && len(got[name]) == 1 {
				return nil, "Broken"
			}
			return object{"by": name}, ""
		}
		e := m.run()
		payload := func(step, key string, results, more object) any {
			p := object{"idempotencyKey": key, "step": step, "input": m.input, "results": results}
			for k, v := range more {
				p[k] = v
			}
			return p
		}
		failure := object{"Error": "Broken", "Cause": "because"}
		first := object{"s1": object{"payload": object{"by": "do-s1"}}}
		again := payload("s2", key+"/s2", first, nil)
		undo := payload("s2", key+"/s2/compensate", first, object{"compensates": key + "/s2", "error": failure})
		same(t, "payloads", got, map[string][]any{
			"do-s1":   {payload("s1", key+"/s1", object{}, nil)},
			"do-s2":   {again, again},
			"undo-s2": {undo, undo},
			"undo-s1": {payload("s1", key+"/s1/compensate", first, object{"compensates": key + "/s1", "error": failure})},
		})
		same(t, "output", e.output, any(object{"outcome": "compensated", "key": key, "error": failure}))
	}
}

func TestSagaResult(t *testing.T) {
	t.Parallel()
	_, e := execute(machineOf(t, sagaOf(2, queue.SagaArgs{})), nil)
	same(t, "output", e.output, any(object{"outcome": "completed", "key": "order-17", "results": object{
		"s1": object{"payload": object{"by": "do-s1"}}, "s2": object{"payload": object{"by": "do-s2"}},
	}}))
}
