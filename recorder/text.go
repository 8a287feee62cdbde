package recorder

import (
	"regexp"
	"strings"
)

// formatted matches what fmt makes of an Output, and of a verb that has no argument.
var formatted = regexp.MustCompile(`%!\w?\(|\{0x[0-9a-f]{6,}\}`)

// text judges a string: whether it is surely empty by mistake, whether it is a failed attempt to
// print an Output, and whether it is JSON where JSON must stand.
func (c *checker) text(s, path, name string, required bool) {
	switch {
	case s == "" && required:
		c.problem(path, "is an empty string, but a value is required")
	case s == "" && refers(name):
		c.problem(path, "is an empty string; leave it out instead")
	case formatted.MatchString(s):
		c.problem(path, "holds an Output or a missing argument printed as text (%s); "+
			"use pulumi.Sprintf or ApplyT", formatted.FindString(s))
	case strings.HasPrefix(s, "arn:"):
		if fault := arnFault(s); fault != "" {
			c.problem(path, "%q is no ARN: %s", s, fault)
		}
	case holdsJSON(c.res.Type, name, s):
		c.document(s, path, name)
	}
}

// refers reports whether a property of this name refers to another thing. Providers take an empty
// reference for an absent one: a queue with an empty key is a queue without that key.
func refers(name string) bool {
	for _, suffix := range []string{"Arn", "Arns", "Id", "Ids", "Policy", "Url"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

// arnFault says what is wrong with text that begins as an ARN does.
func arnFault(s string) string {
	parts := strings.SplitN(s, ":", 6)
	switch {
	case len(parts) < 6:
		return "an ARN has six parts"
	case parts[1] == "":
		return "its partition is empty"
	case parts[2] == "":
		return "its service is empty"
	case parts[5] == "":
		return "its resource is empty"
	case parts[2] == "s3" && strings.HasPrefix(parts[5], "/"): // elsewhere a slash may come first
		return "its bucket is empty"
	}
	return ""
}
