package project

import (
	"errors"
	"os"
	"testing"
)

func TestCheckTellsStatesApart(t *testing.T) {
	t.Chdir(t.TempDir())
	mustWrite(t, "shop", files("ok", "1", "edited", "1", "stale", "1", "both", "1", "missing", "1", "left", "1", "left-edited", "1",
		"gone", "1", "updated", "1", "folder", "1", "a/file", "1", "system.hcl", "1"), owned)
	for _, path := range []string{"edited", "both", "left-edited", "present", "foreign"} {
		put(t, "shop", path, "mine")
	}
	put(t, "shop", "updated", "2")
	for _, path := range []string{"missing", "gone", "folder", "a/file", "a"} {
		if err := os.Remove("shop/" + path); err != nil {
			t.Fatal(err)
		}
	}
	put(t, "shop", "folder/x", "mine")
	put(t, "shop", "a", "mine")
	before := tree(t, "shop")

	report, err := Check("shop", files("ok", "1", "edited", "1", "stale", "2", "both", "2", "missing", "1", "updated", "2", "new", "2",
		"present", "2", "folder", "1", "a/file", "1", "system.hcl", "1"), owned)
	if err != nil {
		t.Fatal(err)
	}
	same(t, report.Files, []Status{
		{"a/file", Edited, "a is a file"},
		{"both", EditedAndStale, ""},
		{"edited", Edited, ""},
		{"folder", Edited, "folder is a folder"},
		{"left", LeftOver, ""},
		{"left-edited", EditedLeftOver, ""},
		{"missing", Missing, ""},
		{"new", New, ""},
		{"ok", OK, ""},
		{"present", EditedAndStale, ""},
		{"stale", Stale, ""},
		{"system.hcl", OK, ""},
		{"updated", OK, ""},
	})
	same(t, report.Lock.Origin, origin)
	same(t, report.OK(), false)
	same(t, tree(t, "shop"), before)
}

func TestCheckOfAFreshProjectIsOK(t *testing.T) {
	t.Chdir(t.TempDir())
	mustWrite(t, "shop", shop(), owned)
	report, err := Check("shop", shop(), owned)
	if err != nil || !report.OK() || len(report.Files) != len(shop()) {
		t.Errorf("%v %v", report, err)
	}
}

// TestCheckOfWhatTheUserOwns compares system.hcl with the lock alone: what would be generated was read from it.
func TestCheckOfWhatTheUserOwns(t *testing.T) {
	t.Chdir(t.TempDir())
	mustWrite(t, "shop", files("system.hcl", "1"), owned)
	state := func(list []File, opts Options) State {
		t.Helper()
		report, err := Check("shop", list, opts)
		if err != nil || len(report.Files) != 1 {
			t.Fatal(report, err)
		}
		return report.Files[0].State
	}
	same(t, state(files("system.hcl", "1"), owned), OK)
	same(t, state(nil, owned), OK)
	put(t, "shop", "system.hcl", "2")
	same(t, state(files("system.hcl", "2"), owned), Edited)
	mustWrite(t, "shop", files("system.hcl", "2"), force)
	same(t, state(files("system.hcl", "2"), owned), OK)
	if err := os.Remove("shop/system.hcl"); err != nil {
		t.Fatal(err)
	}
	same(t, state(nil, owned), Missing)
	mustWrite(t, "shop", nil, force)
	same(t, state(files("system.hcl", "2"), owned), New)
}

func TestCheckReportsADiskThatFails(t *testing.T) {
	t.Chdir(t.TempDir())
	mustWrite(t, "shop", shop(), owned)
	opts := owned
	opts.fault = func(_, path string) error {
		if path == "main.go" {
			return errDisk
		}
		return nil
	}
	_, err := Check("shop", shop(), opts)
	if !errors.Is(err, errDisk) || err.Error() != "cannot read shop/main.go: no space left on device" {
		t.Errorf("got %v", err)
	}
}
