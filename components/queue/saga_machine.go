package queue

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The states that are no step.
const (
	stateBegin          = "Begin"
	stateCompleted      = "Completed"
	stateCompensated    = "Compensated"
	stateNeedsAttention = "NeedsAttention"
	undo                = "compensate-"
)

// sagaMachine is what a state machine is made of, with defaults filled in.
type sagaMachine struct {
	steps                          []string
	finalErrors                    []string
	keyPath                        string
	attempts, compensationAttempts int
	interval, maxDelay, timeout    int
	compensatedFails               bool
	partition                      string
}

func machineOf(s *convention.Scope, args *SagaArgs) *sagaMachine {
	return &sagaMachine{
		steps: args.StepNames, finalErrors: args.FinalErrors, keyPath: args.IdempotencyKeyPath,
		attempts:             convention.Or(args.MaxAttempts, 3),
		compensationAttempts: convention.Choose(args.CompensationMaxAttempts, s.Preset, 10, 3),
		interval:             convention.Or(args.IntervalSeconds, 1),
		maxDelay:             convention.Or(args.MaxDelaySeconds, 60),
		timeout:              convention.Or(args.StepTimeoutSeconds, 60),
		compensatedFails:     convention.Or(args.CompensatedFails, false),
	}
}

// longest is the time in seconds that a task with so many further attempts can take.
func (m *sagaMachine) longest(attempts int) int {
	total, wait := m.timeout*(attempts+1), m.interval
	for range attempts {
		total += min(wait, m.maxDelay)
		wait = min(2*wait, m.maxDelay)
	}
	return total
}

// deadline is the timeout of an execution in seconds. One that ran into it would end
// with its steps half done, so it is twice what the tasks can take, all of them in
// both directions: it only ends what nothing else would ever end.
func (m *sagaMachine) deadline() int {
	return 2*len(m.steps)*(m.longest(m.attempts)+m.longest(m.compensationAttempts)) + 300
}

// definition writes the machine in the Amazon States Language
// (https://states-language.net). The functions are the actions, then the compensations.
func (m *sagaMachine) definition(functions []pulumi.StringOutput) pulumi.StringOutput {
	all := make([]any, len(functions))
	for i, f := range functions {
		all[i] = f
	}
	return pulumi.All(all...).ApplyT(func(arns []any) (string, error) {
		text, err := json.Marshal(m.document(arns))
		return string(text), err
	}).(pulumi.StringOutput)
}

type state = map[string]any

func (m *sagaMachine) document(arns []any) state {
	states := map[string]state{stateBegin: m.begin()}
	n := len(m.steps)
	for i, step := range m.steps {
		next, back := stateCompleted, stateCompensated
		if i+1 < n {
			next = m.steps[i+1]
		}
		if i > 0 {
			back = undo + m.steps[i-1]
		}
		states[step] = m.action(step, arns[i], next)
		states[undo+step] = m.compensation(step, arns[n+i], back)
	}
	states[stateCompleted] = state{"Type": "Pass", "End": true, "Parameters": state{"outcome": "completed", "key.$": "$.key", "results.$": "$.results"}}
	states[stateCompensated] = state{"Type": "Pass", "End": true, "Parameters": state{"outcome": "compensated", "key.$": "$.key", "error.$": "$.error"}}
	if m.compensatedFails {
		states[stateCompensated] = state{"Type": "Fail", "Error": stateCompensated, "Cause": "A step failed; it and all steps before it were undone."}
	}
	states[stateNeedsAttention] = state{
		"Type": "Fail", "Error": stateNeedsAttention,
		"Cause": "A compensation failed in all its attempts: this step and those before it are not undone. The execution's history says which.",
	}
	return state{
		"Comment": "Steps with a compensation each: " + strings.Join(m.steps, ", "),
		"StartAt": stateBegin, "TimeoutSeconds": m.deadline(), "States": states,
	}
}

// begin puts apart what the caller gave and what the steps return. A saga whose input
// lacks its key ends here, before anything is done.
func (m *sagaMachine) begin() state {
	key := "$$.Execution.Name"
	if m.keyPath != "" {
		key = "$$.Execution.Input" + strings.TrimPrefix(m.keyPath, "$")
	}
	return state{"Type": "Pass", "Next": m.steps[0], "Parameters": state{
		"key.$": "States.Format('{}', " + key + ")", "input.$": "$$.Execution.Input", "results": state{},
	}}
}

func (m *sagaMachine) action(step string, function any, next string) state {
	a := m.task(step, function, m.attempts, m.finalErrors)
	a["ResultSelector"] = state{"payload.$": "$.Payload"}
	a["ResultPath"] = "$.results['" + step + "']"
	a["Next"] = next
	a["Catch"] = caught("$.error", undo+step)
	return a
}

func (m *sagaMachine) compensation(step string, function any, next string) state {
	c := m.task(step, function, m.compensationAttempts, nil)
	payload := c["Parameters"].(state)["Payload"].(state)
	payload["idempotencyKey.$"] = fmt.Sprintf("States.Format('{}/%s/compensate', $.key)", step)
	payload["compensates.$"] = fmt.Sprintf("States.Format('{}/%s', $.key)", step)
	payload["error.$"] = "$.error"
	c["ResultPath"] = nil // what a compensation returns is of no use to the next one
	c["Next"] = next
	c["Catch"] = caught("$.compensationError", stateNeedsAttention)
	return c
}

func (m *sagaMachine) task(step string, function any, attempts int, final []string) state {
	t := state{
		"Type": "Task", "Resource": "arn:" + m.partition + ":states:::lambda:invoke", "TimeoutSeconds": m.timeout,
		"Parameters": state{"FunctionName": function, "Payload": state{
			"idempotencyKey.$": fmt.Sprintf("States.Format('{}/%s', $.key)", step),
			"step":             step, "input.$": "$.input", "results.$": "$.results",
		}},
	}
	var retry []state
	if len(final) > 0 {
		retry = append(retry, state{"ErrorEquals": final, "MaxAttempts": 0})
	}
	if attempts > 0 {
		retry = append(retry, state{
			"ErrorEquals": []string{"States.ALL"}, "MaxAttempts": attempts, "IntervalSeconds": m.interval,
			"BackoffRate": 2, "MaxDelaySeconds": m.maxDelay, "JitterStrategy": "FULL",
		})
	}
	if retry != nil {
		t["Retry"] = retry
	}
	return t
}

// caught leads every error to a state. States.ALL does not hold a result that is too
// large: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
func caught(path, next string) []state {
	return []state{
		{"ErrorEquals": []string{"States.DataLimitExceeded"}, "ResultPath": path, "Next": next},
		{"ErrorEquals": []string{"States.ALL"}, "ResultPath": path, "Next": next},
	}
}
