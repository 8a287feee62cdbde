package queue

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	secondsOfYear = 365 * secondsOfDay
	sagaRetry     = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error"
)

var (
	stepName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)
	// A path to one field, of object members only.
	fieldPath = regexp.MustCompile(`^\$(\.[A-Za-z_][A-Za-z0-9_]*)+$`)
	// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
	lambdaArn = regexp.MustCompile(`^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$`)
)

// checkSaga refuses steps that cannot be undone, and numbers that Step Functions does
// not take or that would end a saga half done.
func checkSaga(s *convention.Scope, args *SagaArgs, m *sagaMachine) {
	s.Require("stepNames", args.StepNames, "a saga consists of steps; give each a name, an action and a compensation")
	for i, step := range args.StepNames {
		switch {
		case !stepName.MatchString(step):
			s.Refuse("stepNames", "%q cannot be the name of a step; use 1 to 60 lower-case letters, digits and hyphens", step)
		case strings.HasPrefix(step, undo):
			s.Refuse("stepNames", "%q begins as the names of compensations do; name the step by what it does", step)
		case slices.Index(args.StepNames, step) < i:
			s.Refuse("stepNames", "%q stands there twice; each step needs a name of its own", step)
		}
	}
	checkLambdas(s, "actionArns", "does it", args.ActionArns, len(args.StepNames))
	checkLambdas(s, "compensationArns", "undoes it", args.CompensationArns, len(args.StepNames))
	if args.IdempotencyKeyPath != "" && !fieldPath.MatchString(args.IdempotencyKeyPath) {
		s.Refuse("idempotencyKeyPath", "%q is not the path of a field of the input; write it as $.orderId or $.detail.orderId", args.IdempotencyKeyPath)
	}
	for _, e := range args.FinalErrors {
		if e == "" || strings.HasPrefix(e, "States.") {
			s.Refuse("finalErrors", "%q is not an error that a function returns; write the name of its exception, such as CardDeclined", e)
		}
	}
	s.Between("maxAttempts", m.attempts, 0, 99, sagaRetry)
	s.Between("compensationMaxAttempts", m.compensationAttempts, 1, 99, "a compensation that is tried only once leaves a saga half done over a passing failure")
	s.Between("intervalSeconds", m.interval, 1, secondsOfDay, sagaRetry)
	if m.maxDelay <= m.interval || m.maxDelay > secondsOfYear {
		s.Refuse("maxDelaySeconds", "%d is out of range; use more than intervalSeconds (%d) and at most %d (%s)", m.maxDelay, m.interval, secondsOfYear, sagaRetry)
	}
	s.Between("stepTimeoutSeconds", m.timeout, 1, 900, "no function runs longer: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html")
	// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
	valid := min(m.attempts, m.compensationAttempts) >= 0 && max(m.attempts, m.compensationAttempts) < 100 && m.interval < m.maxDelay && m.timeout <= 900
	if valid && m.maxDelay <= secondsOfYear && m.deadline() > secondsOfYear {
		s.Refuse("maxAttempts", "lets an execution take %d seconds, twice what its attempts can take, but AWS ends one after a year, half done; lower maxAttempts, compensationMaxAttempts or maxDelaySeconds", m.deadline())
	}
}

func checkLambdas(s *convention.Scope, argument, what string, arns []pulumi.StringInput, steps int) {
	if len(arns) != steps {
		s.Refuse(argument, "has %d functions for %d stepNames; give each step the function that %s, in the same order", len(arns), steps, what)
	}
	for i, arn := range arns {
		if arn == nil {
			s.Refuse(argument, "entry %d is not set; give the ARN of the function that %s", i, what)
		} else if known, ok := arn.(pulumi.String); ok {
			if err := isLambda(string(known)); err != nil {
				s.Refuse(argument, "%s", err)
			}
		}
	}
}

func isLambda(arn string) error {
	if !lambdaArn.MatchString(arn) {
		return fmt.Errorf("%q is not the ARN of a Lambda function; write it as arn:aws:lambda:<region>:<account>:function:<name>, with :<alias> behind it if you like", arn)
	}
	return nil
}

// lambdas are the functions of the actions, then those of the compensations. What
// a function is that is yet to be created shows only when it is.
func lambdas(s *convention.Scope, args *SagaArgs) []pulumi.StringOutput {
	var all []pulumi.StringOutput
	for _, list := range []struct {
		argument string
		arns     []pulumi.StringInput
	}{{"actionArns", args.ActionArns}, {"compensationArns", args.CompensationArns}} {
		for _, arn := range list.arns {
			all = append(all, arn.ToStringOutput().ApplyT(func(arn string) (string, error) {
				if err := isLambda(arn); err != nil {
					return "", fmt.Errorf("%s %q: %s: %w", s.Token, s.Name, list.argument, err)
				}
				return arn, nil
			}).(pulumi.StringOutput))
		}
	}
	return all
}
