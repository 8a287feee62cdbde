package guardrails

import (
	"cmp"
	"strings"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
	"github.com/archimperative/scaffold/recorder/recording"
)

// A lookup is a program as rules see it.
type lookup struct {
	*program
	inRegion string // of the recording
}

var _ rule.Program = (*lookup)(nil)

func (l *lookup) Resources(kind string) []*recording.Resource { return l.kinds[kind] }

// Named finds a resource by what AWS calls it, and by the two ways to write that with something about it: "arn/*"
// and "arn:*" are all that is in it, "table/orders" is the table orders.
func (l *lookup) Named(kind, text string) []*recording.Resource {
	if found := l.named[reference{kind, text}]; found != nil {
		return found
	}
	if bare := strings.TrimSuffix(strings.TrimSuffix(text, "/*"), ":*"); bare != text {
		return l.named[reference{kind, bare}]
	}
	if _, last, found := cutLast(text, "/"); found && !strings.HasPrefix(text, "arn:") && !strings.Contains(text, "://") {
		return l.named[reference{kind, last}]
	}
	return nil
}

func (l *lookup) Get(urn string) *recording.Resource { return l.byURN[urn] }

func (l *lookup) Region(res *recording.Resource) string {
	return cmp.Or(l.program.region(res), l.inRegion)
}
