package preview

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/recorder/recording"
	"github.com/google/go-cmp/cmp"
)

const (
	stack = "urn:pulumi:prod::shop::"
	store = stack + "scaffold:database:Relational$aws:rds/instance:Instance::database-billing-primary"
	key   = stack + "scaffold:security:Key$aws:kms/key:Key::key-key"
)

func sample(t testing.TB, name string) *Preview {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestDigest reads what Pulumi 3.259 printed for a generated project.
func TestDigest(t *testing.T) {
	p := sample(t, "shop.json")
	rec := p.Recording
	if p.Project != "shop" || p.Stack != "prod" || rec.Region != "eu-central-1" {
		t.Errorf("project %q, stack %q, region %q", p.Project, p.Stack, rec.Region)
	}
	if len(rec.Resources) != 15 {
		t.Errorf("%d resources: %v", len(rec.Resources), rec.Resources)
	}
	if !slices.IsSortedFunc(rec.Resources, func(a, b *recording.Resource) int { return strings.Compare(a.URN, b.URN) }) {
		t.Error("the resources are not sorted by URN")
	}
	db := rec.Get(store)
	if db == nil {
		t.Fatal("no database")
	}
	if db.Type != "aws:rds/instance:Instance" || db.Name != "database-billing-primary" || !db.Custom || !db.Protect || p.Operations[db.URN] != "create" {
		t.Errorf("%+v, %s", db, p.Operations[db.URN])
	}
	for path, want := range map[string]any{
		"storageEncrypted":       true,
		"allocatedStorage":       120.0,
		"engine":                 "postgres",
		"kmsKeyId":               recording.Unknown{},
		"vpcSecurityGroupIds[0]": recording.Unknown{},
		"password":               recording.Unknown{},
		"nothing":                nil,
	} {
		if got := db.Input(path); got != want {
			t.Errorf("%s is %v; want %v", path, got, want)
		}
	}
	// What a provider gives back is known as far as it was told: others find the resource by it.
	if db.Output("engine") != "postgres" || db.Output("id") != (recording.Unknown{}) || db.ID != "" {
		t.Errorf("outputs %v, ID %q", db.Outputs, db.ID)
	}
	if !slices.Equal(db.Secrets, []string{"password"}) {
		t.Errorf("secrets %v", db.Secrets)
	}
	if got := db.PropertyDependencies["kmsKeyId"]; !slices.Equal(got, []string{key}) {
		t.Errorf("kmsKeyId depends on %v", got)
	}
	if got, ok := db.PropertyDependencies["engine"]; ok {
		t.Errorf("engine depends on %v", got)
	}
	if !slices.IsSorted(db.Dependencies) || len(db.Dependencies) != 9 {
		t.Errorf("dependencies %v", db.Dependencies)
	}
	// The component's own file is outside the project; main.go called it.
	if db.Source == "" || !strings.HasPrefix(db.Source, "main.go:") {
		t.Errorf("source %q", db.Source)
	}
	if component := rec.Get(stack + "scaffold:security:Key::key"); component == nil || component.Custom {
		t.Errorf("the component is %+v", component)
	}
}

// TestEvents reads the same preview as a stream of events: the same inputs, without dependencies and positions.
func TestEvents(t *testing.T) {
	digest, events := sample(t, "shop.json").Recording, sample(t, "shop.events.json").Recording
	if len(digest.Resources) != len(events.Resources) {
		t.Fatalf("%d resources; want %d", len(events.Resources), len(digest.Resources))
	}
	for i, want := range digest.Resources {
		got := events.Resources[i]
		if got.URN != want.URN || got.Type != want.Type || got.Parent != want.Parent || got.Protect != want.Protect {
			t.Errorf("%v\nwant %v", got, want)
		}
		if diff := cmp.Diff(want.Inputs, orNil(got.Inputs)); diff != "" {
			t.Errorf("%s: inputs (-digest +events):\n%s", want.URN, diff)
		}
		if diff := cmp.Diff(want.Secrets, got.Secrets); diff != "" {
			t.Errorf("%s: secrets (-digest +events):\n%s", want.URN, diff)
		}
	}
	if events.Region != "eu-central-1" || events.Exports["url"] != "https://shop.example.com" {
		t.Errorf("region %q, exports %v", events.Region, events.Exports)
	}
	if db := events.Get(store); db.Output("arn") != (recording.Unknown{}) {
		t.Errorf("the ARN of the database is %v", db.Output("arn"))
	}
}

// orNil: the stack has no inputs in one form, and an empty object in the other.
func orNil(inputs map[string]any) map[string]any {
	if len(inputs) == 0 {
		return nil
	}
	return inputs
}

// digest is a preview of one bucket with these inputs.
func digest(inputs string) string {
	return `{"steps":[{"op":"create","urn":"urn:pulumi:dev::p::aws:s3/bucket:Bucket::b","newState":{"urn":"urn:pulumi:dev::p::aws:s3/bucket:Bucket::b","custom":true,"type":"aws:s3/bucket:Bucket","inputs":` + inputs + `}}]}`
}

func TestValues(t *testing.T) {
	const special = `"4dabf18193072939515e22adb298388d":`
	unknown := recording.Unknown{}
	for _, test := range []struct {
		name, inputs string
		want         map[string]any
		secrets      []string
	}{
		{"plain", `{"a":[1,true,null,"x"],"m":{"k.l":"v"}}`, map[string]any{"a": []any{1.0, true, nil, "x"}, "m": map[string]any{"k.l": "v"}}, nil},
		{"unknown of each kind", `{"s":"04da6b54-80e4-46f7-96ec-b56ff0331ba9","b":"1c4a061d-8072-4f0a-a4cb-0ff528b18fe7","n":"3eeb2bf0-c639-47a8-9e75-3b44932eb421","l":["6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"]}`,
			map[string]any{"s": unknown, "b": unknown, "n": unknown, "l": []any{unknown}}, nil},
		{"masked", `{"z":"[secret]","a":{"k.l":["x","[secret]"]}}`, map[string]any{"z": unknown, "a": map[string]any{"k.l": []any{"x", unknown}}}, []string{`a["k.l"][1]`, "z"}},
		{"secret that is hidden", `{"p":{` + special + `"1b47061264138c4ac30d75fd1eb44270","ciphertext":"[secret]"}}`, map[string]any{"p": unknown}, []string{"p"}},
		{"secret that is shown", `{"p":{` + special + `"1b47061264138c4ac30d75fd1eb44270","plaintext":"{\"user\":\"root\"}"}}`, map[string]any{"p": map[string]any{"user": "root"}}, []string{"p"}},
		{"output", `{"p":{` + special + `"d0e6a833031e9bbcd3f4e8bde6ca49a4","value":"v","secret":true},"q":{` + special + `"d0e6a833031e9bbcd3f4e8bde6ca49a4"}}`, map[string]any{"p": "v", "q": unknown}, []string{"p"}},
		{"asset", `{"c":{` + special + `"c44067f5952c0a294b673a41bacd8c17","path":"index.js","hash":"00"}}`, map[string]any{"c": recording.Asset{Path: "index.js"}}, nil},
		{"archive", `{"c":{` + special + `"0def7320c3a5731c473e5ecbe6d01bc7","assets":{"a.js":{` + special + `"c44067f5952c0a294b673a41bacd8c17","text":"x"}}}}`,
			map[string]any{"c": recording.Archive{Assets: map[string]any{"a.js": recording.Asset{Text: "x"}}}}, nil},
		{"reference", `{"c":{` + special + `"5cf8f73096256a8f31e491e813e4eb8e","urn":"urn:pulumi:dev::p::t::n"}}`, map[string]any{"c": "urn:pulumi:dev::p::t::n"}, nil},
		{"the bridge's notes", `{"a":{"__defaults":["x"],"x":1},"__defaults":[]}`, map[string]any{"a": map[string]any{"x": 1.0}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := Read([]byte(digest(test.inputs)))
			if err != nil {
				t.Fatal(err)
			}
			res := p.Recording.Resources[0]
			if diff := cmp.Diff(test.want, res.Inputs); diff != "" {
				t.Errorf("inputs (-want +got):\n%s", diff)
			}
			if !slices.Equal(test.secrets, res.Secrets) {
				t.Errorf("secrets %v; want %v", res.Secrets, test.secrets)
			}
		})
	}
}

func TestOperations(t *testing.T) {
	resource := func(op, name, more string) string {
		urn := "urn:pulumi:dev::p::aws:sqs/queue:Queue::" + name
		return fmt.Sprintf(`{"op":%q,"urn":%q,"newState":{"urn":%q,"custom":true,"id":"i","type":"aws:sqs/queue:Queue"%s}}`, op, urn, urn, more)
	}
	p, err := Read([]byte(`{"changeSummary":{"same":5},"steps":[` + strings.Join([]string{
		resource("same", "a", ""), resource("update", "b", ""), resource("create-replacement", "c", ""), resource("replace", "c", ""),
		`{"op":"delete-replaced","urn":"urn:pulumi:dev::p::aws:sqs/queue:Queue::c","oldState":{}}`,
		`{"op":"delete","urn":"urn:pulumi:dev::p::aws:sqs/queue:Queue::gone","oldState":{}}`,
		resource("read", "d", `,"external":true`),
		resource("create", "e", `,"customTimeouts":{"create":1800},"sourcePosition":"project:///infra/queues.go#12,3"`),
	}, ",") + "]}"))
	if err != nil {
		t.Fatal(err)
	}
	var names, reads []string
	for _, res := range p.Recording.Resources {
		names = append(names, res.Name+" "+p.Operations[res.URN])
	}
	for _, res := range p.Recording.Reads {
		reads = append(reads, res.Name)
	}
	if want := []string{"a same", "b update", "c replace", "e create"}; !slices.Equal(names, want) {
		t.Errorf("resources %v; want %v", names, want)
	}
	if !slices.Equal(reads, []string{"d"}) {
		t.Errorf("reads %v", reads)
	}
	if p.Hidden != 4 {
		t.Errorf("%d resources without change are left out; want 4", p.Hidden)
	}
	e := p.Recording.Resources[3]
	if e.Source != "infra/queues.go:12" || e.CustomTimeouts.Create != "30m0s" {
		t.Errorf("%+v", e)
	}
}

func TestSourceIsInTheProject(t *testing.T) {
	for position, want := range map[string]string{
		"project:///main.go#29":                   "main.go:29",
		"project:///main.go#29,5":                 "main.go:29",
		"project:///infra/./q.ts#7,1":             "infra/q.ts:7",
		"project:///__main__.py":                  "__main__.py",
		"project:///../../go/pkg/mod/x/key.go#73": "",
		"project:///a/../../key.go#73":            "",
		"project:////etc/passwd#1":                "",
		"file:///main.go#1":                       "",
		"project:///":                             "",
		"":                                        "",
	} {
		if got := inProject(position); got != want {
			t.Errorf("%q is %q; want %q", position, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	deep := strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1)
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", "neither steps nor engine events"},
		{"another document", `{"version":3,"deployment":{}}`, "neither steps nor engine events"},
		{"text", "Previewing update (dev):\n", "line 1, column 1: this is not JSON"},
		{"text after it", digest("{}") + "\nResources:", "line 2, column 1: this is not JSON"},
		{"cut", "{\n \"steps\": [", "line 2, column 12: the JSON ends too early"},
		{"mistyped", "{\n \"steps\": [{\"op\": 7}]}", "line 2, column 19: steps.op is of type number; previews have string there"},
		{"null step", `{"steps":[null]}`, "steps[0] is null"},
		{"no URN", `{"steps":[{"op":"create","newState":{"type":"t"}}]}`, `steps[0].newState.urn is ""; want urn:pulumi:STACK::PROJECT::TYPE::NAME`},
		{"no type", `{"steps":[{"op":"create","newState":{"urn":"urn:pulumi:a::b::c::d"}}]}`, "steps[0].newState.type is missing"},
		{"no operation", `{"steps":[{"newState":{"urn":"urn:pulumi:a::b::c::d","type":"c"}}]}`, "steps[0].newState stands in a step without an op"},
		{"deep", digest(`{"a":{"b":` + deep + `}}`), "steps[0].newState.inputs.a.b[0][0]"},
		{"signature", digest(`{"a":{"4dabf18193072939515e22adb298388d":"0"}}`), `steps[0].newState.inputs.a has the signature "0"`},
		{"failed", `{"steps":[],"diagnostics":[{"severity":"error","message":"aws:s3/bucket: no\nmore"}]}`, "this preview failed, so that it does not hold all that is to be deployed: aws:s3/bucket: no"},
		{"failed stream", `{"sequence":1,"summaryEvent":{"result":"failed"}}`, "this preview failed"},
		{"second of a stream", "{\"sequence\":1}\n{\"sequence\":2,\"resourcePreEvent\":{\"metadata\":{\"op\":\"create\",\"new\":{\"urn\":\"x\"}}}}", "begins in line 2: resourcePreEvent.metadata.new.urn"},
		{"large", strings.Repeat(" ", MaxBytes+1), "larger than 128 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v; want %q in it", err, test.want)
			}
		})
	}
}

// FuzzRead: whatever the text is, reading it ends without a panic, and what is read is sound.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"shop.json", "shop.events.json"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text[:min(len(text), 8000)])
	}
	f.Add([]byte(digest(`{"a":["[secret]",{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"[1]"}]}`)))
	f.Add([]byte("{\"sequence\":1}\n{\"sequence\":2,\"resourcePreEvent\":{\"metadata\":{\"op\":\"read\",\"new\":{\"type\":\"t\",\"urn\":\"urn:pulumi:a::b::t::n\"}}}}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Read(text)
		if err != nil {
			return
		}
		for _, list := range [][]*recording.Resource{p.Recording.Resources, p.Recording.Reads} {
			for _, res := range list {
				if res.URN == "" || res.Type == "" || res.Name == "" || p.Operations[res.URN] == "" {
					t.Errorf("%+v", res)
				}
				if strings.HasPrefix(res.Source, "..") || strings.HasPrefix(res.Source, "/") {
					t.Errorf("source %q", res.Source)
				}
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	text, err := os.ReadFile(filepath.Join("testdata", "shop.json"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Read(text); err != nil {
			b.Fatal(err)
		}
	}
}
