package guardrails

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/recorder"
)

// dig returns what stands below v at these keys, or nil. Text that holds JSON is
// read on the way. Below an unknown value all is unknown.
func dig(v any, keys ...string) any {
	for _, key := range keys {
		if s, ok := v.(string); ok {
			v = recorder.JSON(s)
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
		case recorder.Unknown:
			return v
		default:
			return nil
		}
	}
	return v
}

func isUnknown(v any) bool {
	_, unknown := v.(recorder.Unknown)
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
	case recorder.Unknown:
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

// glob reports whether a pattern of IAM, in which "*" is any text and "?" any
// character, matches a text. IAM does not tell the case of actions.
func glob(pattern, s string) bool {
	pattern, s = strings.ToLower(pattern), strings.ToLower(s)
	star, mark, i := -1, 0, 0
	for j := 0; j < len(s); {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, mark = i, j
			i++
		case i < len(pattern) && (pattern[i] == '?' || pattern[i] == s[j]):
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[i:], "*") == ""
}

// anyGlob reports whether one of several patterns matches a text.
func anyGlob(patterns []string, s string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return glob(p, s) })
}

// quoted names a resource in a message about another one.
func quoted(res *recorder.Resource) string {
	return fmt.Sprintf("%q", res.Name)
}

func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// at writes the path of an element of a list.
func at(property string, i int) string { return property + "[" + strconv.Itoa(i) + "]" }
