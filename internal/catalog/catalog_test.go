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

func TestExtends(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	base := fstest.MapFS{"base.hcl": file(`blueprint "base" {
  title   = "Base"
  summary = "S"
}
locals {
  a = 1
  b = 2
}
# Why the queue.
component "queue" "inbox" {
  for_each       = services
  retention_days = 4
  fifo           = true
}
component "queue" "other" {}
`)}
	own := fstest.MapFS{
		"base.hcl": file("blueprint \"base\" {\n  extends = \"base\"\n  title   = \"Ours\"\n}\n"),
		"more.hcl": file(`blueprint "more" {
  extends = "base"
}
locals { b = 3 }
component "queue" "inbox" {
  retention_days = 7
}
component "topic" "other" {
  fifo = true
}
component "key" "key" {}
`),
	}
	c, err := Open(base, own)
	if err != nil {
		t.Fatal(err)
	}
	b, diags, err := c.Blueprint("more")
	if err != nil || diags.HasErrors() {
		t.Fatal(err, diags)
	}
	if b.Name != "more" || b.Title != "Ours" || b.Summary != "S" || len(b.Sources) != 3 {
		t.Errorf("name %q, title %q, summary %q, %d sources", b.Name, b.Title, b.Summary, len(b.Sources))
	}
	if len(b.Locals) != 2 || b.Locals[1].Range.Filename != "more.hcl" {
		t.Errorf("locals are %+v", b.Locals)
	}
	var got []string
	for _, component := range b.Components {
		line := component.Type + " " + component.Name
		for _, a := range component.Args {
			line += " " + a.Name + "@" + a.Range.Filename
		}
		got = append(got, line)
	}
	want := "queue inbox retention_days@more.hcl fifo@base.hcl, topic other fifo@more.hcl, key key"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	if inbox := b.Components[0]; inbox.Comment != "Why the queue." || inbox.ForEach == nil {
		t.Errorf("the inbox lost its comment or its for_each: %+v", inbox)
	}
	// What was extended is as it was.
	plain, _, err := c.Blueprint("base")
	if err != nil || plain.Components[0].Args[0].Range.Filename != "base.hcl" || len(plain.Components) != 2 {
		t.Errorf("the base changed: %+v %v", plain, err)
	}
}
