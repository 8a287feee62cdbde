package catalog

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestCatalog(t *testing.T) {
	text := func(name string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("blueprint \"" + name + "\" {\n  title   = \"T\"\n  summary = \"S\"\n}\n")}
	}
	c, err := Open(fstest.MapFS{"queue.hcl": text("queue"), "batch.hcl": text("other"), "README.md": text("x"), "dir/x.hcl": text("x")})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.Patterns(), " "); got != "batch queue" {
		t.Errorf("patterns are %q", got)
	}
	b, diags, err := c.Blueprint("queue")
	if err != nil || diags.HasErrors() || b.Name != "queue" || b.Filename != "queue.hcl" {
		t.Errorf("queue: %+v %v %v", b, diags, err)
	}
	_, diags, err = c.Blueprint("batch")
	if err != nil || !diags.HasErrors() || diags[0].Summary != "Misnamed blueprint" {
		t.Errorf("batch: %v %v", diags, err)
	}
	if b, _, err := c.Blueprint("queues"); b != nil || err != nil {
		t.Errorf("queues: %v %v", b, err)
	}
	if got := c.Unknown("queues"); got != `There is no pattern "queues"; there is batch, queue. Did you mean "queue"?` {
		t.Error(got)
	}
}
