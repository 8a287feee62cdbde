package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
)

// programDump is a test added to a program of examples/programs: it writes down what the program registers.
const programDump = `package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/archimperative/scaffold/recorder"
)

func TestDump(t *testing.T) {
	recording, err := recorder.Run(program, recorder.Project(%[1]q), recorder.StackFile(%[3]q))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(recording)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(%[2]q, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
`

// programRecordings runs the programs of examples/programs, which are package main and so cannot be
// imported, each with a test laid over it.
func programRecordings(t *testing.T) map[string]*recorder.Recording {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(root, "examples", "programs", "*", "main.go"))
	if err != nil || len(folders) < 6 {
		t.Fatalf("only %d example programs (%v)", len(folders), err)
	}
	out := t.TempDir()
	replace := map[string]string{}
	stackFile := filepath.Join(out, "Pulumi.test.yaml")
	if err := os.WriteFile(stackFile, []byte("config:\n  aws:region: eu-central-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	written := map[string]string{}
	for _, main := range folders {
		name := filepath.Base(filepath.Dir(main))
		source := filepath.Join(out, name+"_test.go")
		written[name] = filepath.Join(out, name+".json")
		if err := os.WriteFile(source, fmt.Appendf(nil, programDump, name, written[name], stackFile), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(filepath.Dir(main), "dump_test.go")] = source
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlayFile := filepath.Join(out, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := command(root, "test", "-count=1", "-overlay", overlayFile, "-run", "^TestDump$", "./examples/programs/..."); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	recordings := map[string]*recorder.Recording{}
	for name, path := range written {
		recordings[name] = readRecording(t, path)
	}
	return recordings
}

// exampleRecordings are all examples in every environment.
func exampleRecordings(t *testing.T) map[string]*recorder.Recording {
	t.Helper()
	recordings := map[string]*recorder.Recording{}
	for _, example := range examples(t) {
		t.Run(example, func(t *testing.T) { // one that cannot be recorded does not hide what the others show
			for _, d := range designsOf(t, example) {
				recordings[example+"/"+d.Environment] = record(t, example, d)
			}
		})
	}
	return recordings
}

// TestNoMutantSurvives breaks, for each rule, a resource of an example that passes it, and sees exactly that
// rule fail. Rules that no example exercises are told; they have their own cases only.
func TestNoMutantSurvives(t *testing.T) {
	recordings := exampleRecordings(t)
	for name, recording := range programRecordings(t) {
		recordings["programs/"+name] = recording
	}
	var list []*recorder.Recording
	resources := 0
	for _, name := range sortedNames(recordings) {
		list = append(list, recordings[name])
		resources += len(recordings[name].Resources)
	}
	m := guardrails.Embedded().Mutate(list...)
	for _, survivor := range m.Survivors {
		t.Error(survivor)
	}
	t.Logf("%d recordings, %d resources: %d rules killed their mutants, %d survivors, %d rules without a resource that passes:\n%s",
		len(list), resources, len(m.Killed), len(m.Survivors), len(m.Unexercised), strings.Join(m.Unexercised, " "))
	if len(m.Killed) < len(m.Unexercised) {
		t.Errorf("the examples exercise %d rules only, and %d not", len(m.Killed), len(m.Unexercised))
	}
}

func sortedNames(recordings map[string]*recorder.Recording) []string {
	var names []string
	for name := range recordings {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
