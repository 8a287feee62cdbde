package queue_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A machine interprets the part of the Amazon States Language that a Saga uses
// (https://states-language.net), and fails for the rest: a word it does not know
// could change what happens.
type machine struct {
	t        *testing.T
	document object
	name     string // of the execution
	input    any
	// call is a function: it returns its result, or the name of an error.
	call func(function string, payload object) (result any, err string)

	visited map[string]bool
	seconds float64 // that the execution takes at most, every wait and every attempt in full
}

// An end is how an execution ends.
type end struct {
	status, error string
	output        any
}

func (m *machine) run() end {
	m.t.Helper()
	known(m.t, "the machine", m.document, "Comment", "StartAt", "TimeoutSeconds", "States")
	m.visited, m.seconds = map[string]bool{}, 0
	name, data := m.document["StartAt"].(string), m.input
	for range 1000 {
		s, ok := m.document["States"].(object)[name].(object)
		if !ok {
			m.t.Fatalf("there is no state %q", name)
		}
		m.visited[name] = true
		switch s["Type"] {
		case "Fail":
			known(m.t, name, s, "Type", "Error", "Cause")
			return end{"FAILED", s["Error"].(string), nil}
		case "Pass":
			known(m.t, name, s, "Type", "Next", "End", "Parameters")
			data = m.template(s["Parameters"], data)
		case "Task":
			known(m.t, name, s, "Type", "Resource", "TimeoutSeconds", "Parameters", "Retry", "Catch", "ResultSelector", "ResultPath", "Next")
			result, failure := m.attempt(s, data)
			if failure != "" {
				catcher := m.catcher(s, failure)
				if catcher == nil {
					return end{"FAILED", failure, nil}
				}
				data = store(m.t, data, catcher["ResultPath"], object{"Error": failure, "Cause": "because"})
				name = catcher["Next"].(string)
				continue
			}
			if selector, ok := s["ResultSelector"]; ok {
				result = m.template(selector, result)
			}
			if path, ok := s["ResultPath"]; ok && path != nil {
				data = store(m.t, data, path, result)
			}
		default:
			m.t.Fatalf("state %s is a %v", name, s["Type"])
		}
		if s["End"] == true {
			return end{"SUCCEEDED", "", data}
		}
		name = s["Next"].(string)
	}
	m.t.Fatal("the machine does not end")
	return end{}
}

// attempt calls the function of a task until it works or there is no retrier left.
func (m *machine) attempt(s object, data any) (any, string) {
	parameters := m.template(s["Parameters"], data).(object)
	used := map[int]float64{}
	for {
		m.seconds += s["TimeoutSeconds"].(float64)
		result, failure := m.call(parameters["FunctionName"].(string), parameters["Payload"].(object))
		if failure == "" {
			return object{"Payload": result, "StatusCode": 200.0}, ""
		}
		retriers, _ := s["Retry"].(list)
		i := slices.IndexFunc(retriers, func(r any) bool { return matches(r.(object), failure) })
		if i < 0 {
			return nil, failure
		}
		r := retriers[i].(object)
		known(m.t, "a retrier", r, "ErrorEquals", "MaxAttempts", "IntervalSeconds", "BackoffRate", "MaxDelaySeconds", "JitterStrategy")
		if used[i] >= r["MaxAttempts"].(float64) {
			return nil, failure
		}
		wait := r["IntervalSeconds"].(float64)
		for range int(used[i]) {
			wait *= r["BackoffRate"].(float64)
		}
		m.seconds += min(wait, r["MaxDelaySeconds"].(float64))
		used[i]++
	}
}

func (m *machine) catcher(s object, failure string) object {
	catchers, _ := s["Catch"].(list)
	for _, c := range catchers {
		known(m.t, "a catcher", c.(object), "ErrorEquals", "ResultPath", "Next")
		if matches(c.(object), failure) {
			return c.(object)
		}
	}
	return nil
}

// matches knows that States.ALL does not hold everything:
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
func matches(handler object, failure string) bool {
	for _, e := range handler["ErrorEquals"].(list) {
		if e == failure || e == "States.ALL" && failure != "States.DataLimitExceeded" && failure != "States.Runtime" {
			return true
		}
	}
	return false
}

// template fills in the fields whose names end with ".$".
func (m *machine) template(v, data any) any {
	switch v := v.(type) {
	case object:
		filled := object{}
		for key, value := range v {
			if field, dynamic := strings.CutSuffix(key, ".$"); dynamic {
				filled[field] = m.evaluate(value.(string), data)
			} else {
				filled[key] = m.template(value, data)
			}
		}
		return filled
	case list:
		m.t.Fatalf("a list in a template: %v", v)
	}
	return v
}

var format = regexp.MustCompile(`^States\.Format\('([^']*)', ([^,]+)\)$`)

func (m *machine) evaluate(expression string, data any) any {
	if f := format.FindStringSubmatch(expression); f != nil {
		if strings.Count(f[1], "{}") != 1 {
			m.t.Fatalf("%s: not one place for one value", expression)
		}
		return strings.Replace(f[1], "{}", fmt.Sprint(m.evaluate(f[2], data)), 1)
	}
	if path, ok := strings.CutPrefix(expression, "$$"); ok {
		return m.at(object{"Execution": object{"Name": m.name, "Input": m.input}}, "$"+path)
	}
	return m.at(data, expression)
}

func (m *machine) at(data any, path string) any {
	for _, field := range fields(m.t, path) {
		inner, ok := data.(object)
		if !ok || inner[field] == nil {
			m.t.Fatalf("States.Runtime: there is no %s (%s) in %v", path, field, data)
		}
		data = inner[field]
	}
	return data
}

var pathPart = regexp.MustCompile(`^(?:\.([A-Za-z_][A-Za-z0-9_]*)|\['([^']+)'\])`)

func fields(t *testing.T, path string) []string {
	t.Helper()
	rest, ok := strings.CutPrefix(path, "$")
	var parts []string
	for ok && rest != "" {
		part := pathPart.FindStringSubmatch(rest)
		if part == nil {
			ok = false
			break
		}
		parts, rest = append(parts, part[1]+part[2]), rest[len(part[0]):]
	}
	if !ok {
		t.Fatalf("%q is not a path", path)
	}
	return parts
}

// store puts a value into a copy of the data.
func store(t *testing.T, data, path, value any) any {
	t.Helper()
	parts := fields(t, path.(string))
	changed := maps.Clone(data.(object))
	inner := changed
	for _, part := range parts[:len(parts)-1] {
		next := maps.Clone(inner[part].(object))
		inner[part] = next
		inner = next
	}
	inner[parts[len(parts)-1]] = value
	return changed
}

func known(t *testing.T, what string, v object, words ...string) {
	t.Helper()
	for word := range v {
		if !slices.Contains(words, word) {
			text, _ := json.Marshal(v)
			t.Fatalf("%s has %s, which the interpreter does not know: %s", what, word, text)
		}
	}
}
