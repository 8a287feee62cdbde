package main

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// camel is the bridge's name for an attribute: kms_key_id becomes kmsKeyId.
func camel(name string) string {
	var b strings.Builder
	upper := false
	for _, r := range name {
		switch {
		case r == '_':
			upper = b.Len() > 0
		case upper:
			b.WriteRune(unicode.ToUpper(r))
			upper = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// words splits a name in snake or camel case into words of small letters.
func words(name string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
			word = nil
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		// The last of a run of capitals starts a word: DBInstance.
		if unicode.IsUpper(r) && i > 0 && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return out
}

// normal is a name without case, separators and plural, to compare by.
func normal(name string) string { return singular(strings.Join(words(name), "")) }

// singular roughly undoes a plural; good for comparisons only.
func singular(s string) string {
	switch {
	case strings.HasSuffix(s, "ies") && len(s) > 4:
		return s[:len(s)-3] + "y"
	case strings.HasSuffix(s, "sses"), strings.HasSuffix(s, "xes"), strings.HasSuffix(s, "ches"):
		return s[:len(s)-2]
	case strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "ss") && len(s) > 2:
		return s[:len(s)-1]
	}
	return s
}

// role is what Terraform appends to a name, and Pulumi leaves out, where the property refers to a resource.
var role = regexp.MustCompile(`_(id|arn|name)$`)

// likeness is from 0 for unrelated names to 1 for the same.
func likeness(a, b string) float64 {
	return max(alike(normal(a), normal(b)), alike(normal(role.ReplaceAllString(a, "")), normal(b)))
}

func alike(a, b string) float64 {
	switch {
	case a == b:
		return 1
	case strings.HasSuffix(a, b), strings.HasSuffix(b, a):
		return 0.8
	case strings.HasPrefix(a, b), strings.HasPrefix(b, a):
		return 0.7
	}
	return 0.9 * common(bigrams(a), bigrams(b))
}

// bigrams are the pairs of letters of a word, sorted.
func bigrams(s string) []uint16 {
	var pairs []uint16
	for i := 0; i+1 < len(s); i++ {
		pairs = append(pairs, uint16(s[i])<<8|uint16(s[i+1]))
	}
	slices.Sort(pairs)
	return pairs
}

// common is the share that two sorted lists have in common.
func common(a, b []uint16) float64 {
	n, total := 0, len(a)+len(b)
	if total == 0 {
		return 0
	}
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case b[0] < a[0]:
			b = b[1:]
		default:
			n++
			a, b = a[1:], b[1:]
		}
	}
	return 2 * float64(n) / float64(total)
}

// spelling is the name of a type, prepared to be compared with many others.
type spelling struct {
	module, short, long   string // for a Terraform type only short
	shortPairs, longPairs []uint16
}

// ofToken prepares a token such as aws:rds/instance:Instance.
func ofToken(token string) spelling {
	parts := strings.Split(token, ":")
	module, _, _ := strings.Cut(parts[1], "/")
	short := strings.Join(words(parts[2]), "")
	module = strings.ToLower(module)
	return spelling{module, short, module + short, bigrams(short), bigrams(module + short)}
}

// ofType prepares a Terraform type such as aws_db_instance.
func ofType(name string) spelling {
	short := strings.Join(words(strings.TrimPrefix(name, "aws_")), "")
	return spelling{short: short, shortPairs: bigrams(short)}
}

func typeLikeness(token, terraform spelling) float64 {
	name := terraform.short
	long := 0.9 * common(terraform.shortPairs, token.longPairs)
	switch {
	case name == token.long:
		return 1
	case name == token.short:
		return 0.95
	case name == token.module:
		return 0.9
	case strings.HasSuffix(name, token.short):
		return max(0.45+0.45*float64(len(token.short))/float64(len(name)), long)
	}
	return max(long, 0.9*common(terraform.shortPairs, token.shortPairs))
}
