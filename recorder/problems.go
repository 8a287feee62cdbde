package recorder

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// problems collects what is wrong with a program, from many goroutines.
type problems struct {
	mu      sync.Mutex
	program error // what the program itself returned
	found   []error
}

func (p *problems) add(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found = append(p.found, err)
}

// at adds a problem of a resource. The path, if any, is that of the property.
func (p *problems) at(subject, path, format string, args ...any) {
	if path != "" {
		subject += ": " + path
	}
	p.add(fmt.Errorf("%s: %w", subject, fmt.Errorf(format, args...)))
}

// explain reports whether a problem already found is what err, the SDK's words, is about.
func (p *problems) explain(err error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, known := range append([]error{p.program}, p.found...) {
		if known == nil {
			continue
		}
		for cause := known; cause != nil; cause = errors.Unwrap(cause) {
			if strings.Contains(err.Error(), cause.Error()) {
				return true
			}
		}
	}
	return false
}

// join returns all problems as one error, each once: the program's own first, then by text.
func (p *problems) join() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	sorted := slices.Clone(p.found)
	slices.SortStableFunc(sorted, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	sorted = slices.CompactFunc(sorted, func(a, b error) bool { return a.Error() == b.Error() })
	if p.program == nil {
		return errors.Join(sorted...)
	}
	// A failed function call is both reported to the program and found here.
	sorted = slices.DeleteFunc(sorted, func(err error) bool {
		return strings.Contains(p.program.Error(), err.Error())
	})
	return errors.Join(append([]error{p.program}, sorted...)...)
}

const stackReferenceType = "pulumi:pulumi:StackReference"

// didYouMean ends a message with the nearest of the known names, if one is near.
func didYouMean(name string, known []string) string {
	best, least := "", 3
	for _, candidate := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(". Did you mean %q?", best)
}

// distance is the number of edits between two words: Levenshtein's, with a swap counted as one.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			substitution := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				substitution++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, substitution)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
