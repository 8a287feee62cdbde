package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// maxSuggest is the length, in bytes, above which a word is no typing mistake of a known one.
const maxSuggest = 64

// Suggest returns ` Did you mean "regions"?`, with the leading space that joins it to a sentence, when one
// of the known words is close to the given one, and "" otherwise. Close is: the same but for case and for
// hyphens against underscores; or one edit away, or two in a word of five letters or more; or, failing
// that, the only known word of which the given one is a part ("budget", "monthly_budget_usd") or the
// beginning ("prod", "production"). Among equals the first known word wins. A word that is known needs no suggestion.
func Suggest(given string, known []string) string {
	if given == "" || len(given) > maxSuggest || slices.Contains(known, given) {
		return ""
	}
	folded := fold(given)
	best, bestDistance := "", 3
	for _, k := range known {
		longest := max(len(folded), len(k))
		if distance := levenshtein.Distance(folded, fold(k), nil); distance < bestDistance && 3*distance <= longest+1 {
			best, bestDistance = k, distance
		}
	}
	if best == "" {
		best = onlyWordWith(folded, known)
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", best)
}

// onlyWordWith returns the one known word of which part is a part or, with three letters at least, the beginning; or
// "" when there is none or several.
func onlyWordWith(part string, known []string) string {
	found := ""
	for _, k := range known {
		within := strings.Contains("_"+fold(k)+"_", "_"+part+"_")
		starts := len(part) >= 3 && strings.HasPrefix(fold(k), part)
		if !within && !starts {
			continue
		}
		if found != "" && found != k {
			return ""
		}
		found = k
	}
	return found
}

func fold(s string) string {
	return strings.ReplaceAll(strings.ToLower(s), "-", "_")
}
