package source

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkParse parses files of service blocks. The largest is some 600 KB.
func BenchmarkParse(b *testing.B) {
	for _, services := range []int{100, 1000, 3000} {
		var text strings.Builder
		for i := range services {
			fmt.Fprintf(&text, "service \"service-%d\" {\n  image     = \"ghcr.io/acme/service-%d:1.4\"\n  port      = 8080\n"+
				"  path      = \"/service-%d\"\n  publishes = [\"event-%d\"]\n  consumes  = [\"event-%d\"] # what it waits for\n  stores    = [\"store-%d\"]\n}\n\n",
				i, i, i, i, i, i)
		}
		src := []byte(text.String())
		b.Run(fmt.Sprint(services), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if _, diags := Parse(src, "system.hcl"); diags.HasErrors() {
					b.Fatal(diags)
				}
			}
		})
	}
}
