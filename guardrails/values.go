package guardrails

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
	"github.com/archimperative/scaffold/recorder/recording"
)

// dig returns what stands below v at these keys, or nil. Text that holds JSON is
// read on the way. Below an unknown value all is unknown.
func dig(v any, keys ...string) any {
	for _, key := range keys {
		if s, ok := v.(string); ok {
			v = recording.JSON(s)
		}
		switch parent := v.(type) {
		case map[string]any:
			v = parent[key]
		case []any:
			// The bridge to Terraform gives a block that occurs once as an object, other tools as a list of one.
			if len(parent) != 1 {
				return nil
			}
			v = dig(parent[0], key)
		case recording.Unknown:
			return v
		default:
			return nil
		}
	}
	return v
}

func isUnknown(v any) bool {
	_, unknown := v.(recording.Unknown)
	return unknown
}

// list returns the members of a value that may be one or several; nothing has none.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	case []string:
		members := make([]any, len(v))
		for i, s := range v {
			members[i] = s
		}
		return members
	}
	return []any{v}
}

// text returns a text, or "" for anything else.
func text(v any) string {
	s, _ := v.(string)
	return s
}

// texts returns the texts among the members of a value.
func texts(v any) []string {
	var found []string
	for _, member := range list(v) {
		if s, ok := member.(string); ok {
			found = append(found, s)
		}
	}
	return found
}

// truth returns a boolean, or the fallback when there is none. An unknown one is
// what its reader hopes for.
func truth(v any, fallback, hope bool) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		if b, err := strconv.ParseBool(v); err == nil {
			return b
		}
	case recording.Unknown:
		return hope
	}
	return fallback
}

// number returns a number, or the fallback when there is none.
func number(v any, fallback float64) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case int:
		return float64(v)
	case string:
		if n, err := strconv.ParseFloat(v, 64); err == nil {
			return n
		}
	}
	return fallback
}

// anyGlob reports whether one of several patterns matches a text.
func anyGlob(patterns []string, s string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return rule.Glob(p, s) })
}

// quoted names a resource in a message about another one.
func quoted(res *recording.Resource) string {
	return fmt.Sprintf("%q", res.Name)
}

func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// at writes the path of an element of a list.
func at(property string, i int) string { return property + "[" + strconv.Itoa(i) + "]" }
