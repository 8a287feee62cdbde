package project

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var errDisk = errors.New("no space left on device")

// prepared makes a folder that takes every path through apply: new files, replaced ones, edited ones,
// removed ones with their folders, a file that makes room for a folder and a folder that does for a file.
func prepared(t testing.TB) (dir string, list []File) {
	t.Helper()
	dir = "shop"
	mustWrite(t, dir, files("same", "1", "plain", "1", "edited", "1", "system.hcl", "1", "gone/a/b", "1",
		"gone/c", "1", "file", "1", "folder/x", "1", "left", "1"), owned)
	put(t, dir, "edited", "mine 1")
	put(t, dir, "deep/foreign", "mine 2")
	put(t, dir, "left", "mine 3")
	put(t, dir, "system.hcl", "mine 4")
	put(t, dir, "other", "mine 5")
	put(t, dir, replacedFolder+"/edited", "mine 6")
	if err := os.Chmod(dir+"/gone/a", 0o700); err != nil {
		t.Fatal(err)
	}
	return dir, files("same", "1", "plain", "2", "edited", "2", "system.hcl", "2", "deep/foreign", "2", "new/a/b", "2",
		"file/x", "2", "folder", "2")
}

// finished is what prepared becomes.
var finished = map[string]string{
	"same": "1", "plain": "2", "edited": "2", "system.hcl": "mine 4", "deep/foreign": "2", "new/a/b": "2", "file/x": "2",
	"folder": "2", "left": "mine 3", "other": "mine 5", replacedFolder + "/edited": "mine 6", replacedFolder + "/edited.1": "mine 1",
	replacedFolder + "/deep/foreign": "mine 2",
}

// fault fails the operations from the first to the last, counted from 0.
type fault struct {
	first, last int
	with        func() error
	count       int
}

func (f *fault) options() Options {
	opts := force
	opts.fault = func(operation, path string) error {
		defer func() { f.count++ }()
		if f.count >= f.first && f.count <= f.last {
			return f.with()
		}
		return nil
	}
	return opts
}

// fired reports whether there was an operation to fail.
func (f *fault) fired() bool { return f.count > f.first }

func fullDisk() error { return errDisk }

// everyFault runs a test in a folder of its own with each operation on the disk failing in turn.
func everyFault(t *testing.T, most int, with func() error, run func(t *testing.T, f *fault)) {
	t.Helper()
	for n := 0; ; n++ {
		f := &fault{first: n, last: n + most - 1, with: with}
		t.Chdir(t.TempDir())
		run(t, f)
		if t.Failed() {
			t.Fatalf("when operation %d failed", n)
		}
		if !f.fired() {
			if n < 10 {
				t.Fatalf("there were only %d operations", n)
			}
			return
		}
	}
}

func TestFailureAnywhereLeavesTheFolderAsItWas(t *testing.T) {
	everyFault(t, 1, fullDisk, func(t *testing.T, f *fault) {
		dir, list := prepared(t)
		before := tree(t, dir)
		_, err := Write(dir, list, origin, f.options())
		if err == nil { // nothing failed, or only the cleaning up
			found := contents(t, dir)
			maps.DeleteFunc(found, func(path, _ string) bool { return strings.Contains(path, stagingPrefix) })
			same(t, found, finished)
			return
		}
		if !errors.Is(err, errDisk) || strings.Count(err.Error(), errDisk.Error()) != 1 {
			t.Errorf("got %v", err)
		}
		same(t, tree(t, dir), before)
	})
}

func TestFailureOfANewFolderLeavesNothing(t *testing.T) {
	everyFault(t, 1, fullDisk, func(t *testing.T, f *fault) {
		_, err := Write("a/b/shop", shop(), origin, f.options())
		if err == nil {
			same(t, len(tree(t, ".")), len(tree(t, "a/b/shop"))+3)
			return
		}
		if !strings.HasPrefix(err.Error(), "cannot ") || !strings.Contains(err.Error(), " a/b/shop") {
			t.Errorf("got %v", err)
		}
		same(t, len(tree(t, ".")), 1)
	})
}

func TestFailureInAnEmptyFolderLeavesItEmpty(t *testing.T) {
	everyFault(t, 1, fullDisk, func(t *testing.T, f *fault) {
		put(t, "shop", ".git/HEAD", "ref")
		before := tree(t, "shop")
		opts := f.options()
		opts.Force = false
		if _, err := Write("shop", shop(), origin, opts); err != nil {
			same(t, tree(t, "shop"), before)
		}
	})
}

// mine are the contents that a person wrote, wherever they are now.
func mine(t testing.TB, dir string) []string {
	var found []string
	for _, content := range contents(t, dir) {
		if strings.HasPrefix(content, "mine") {
			found = append(found, content)
		}
	}
	slices.Sort(found)
	return found
}

// generated are the files that are as they were or are to be generated.
func generated(t testing.TB, dir string) map[string]string {
	found := contents(t, dir)
	maps.DeleteFunc(found, func(path, content string) bool {
		return strings.HasPrefix(content, "mine") || strings.HasPrefix(path, ownFolder)
	})
	return found
}

// TestDeadDiskLosesNoWork fails an operation and all after it, so that nothing can be rolled back.
func TestDeadDiskLosesNoWork(t *testing.T) {
	lost := 0
	everyFault(t, 1000, fullDisk, func(t *testing.T, f *fault) {
		dir, list := prepared(t)
		before := mine(t, dir)
		_, err := Write(dir, list, origin, f.options())
		if err != nil && strings.Contains(err.Error(), "; folder shop could not be put back as it was, what it lacks is below shop/.scaffold: cannot restore shop/") {
			lost++
		}
		same(t, mine(t, dir), before)
		recovers(t, dir, list, before)
	})
	if lost < 10 {
		t.Errorf("only %d failures could not be rolled back", lost)
	}
}

// TestKilledRunLosesNoWork ends a run at each operation, without any rolling back.
func TestKilledRunLosesNoWork(t *testing.T) {
	kill := func() error { panic(errDisk) }
	everyFault(t, 1, kill, func(t *testing.T, f *fault) {
		dir, list := prepared(t)
		before := mine(t, dir)
		func() {
			defer func() { _ = recover() }()
			_, _ = Write(dir, list, origin, f.options())
		}()
		same(t, mine(t, dir), before)
		recovers(t, dir, list, before)
	})
}

func TestKilledRunDoesNotBreakTheNextInANewFolder(t *testing.T) {
	everyFault(t, 1, func() error { panic(errDisk) }, func(t *testing.T, f *fault) {
		func() {
			defer func() { _ = recover() }()
			_, _ = Write("a/shop", shop(), origin, f.options())
		}()
		mustWrite(t, "a/shop", shop(), force)
	})
}

// recovers runs Write again, on a disk that works, and expects the project to be whole and no work lost.
func recovers(t testing.TB, dir string, list []File, work []string) {
	t.Helper()
	mustWrite(t, dir, list, force)
	same(t, mine(t, dir), work)
	want := map[string]string{}
	for path, content := range finished {
		if !strings.HasPrefix(content, "mine") {
			want[path] = content
		}
	}
	same(t, generated(t, dir), want)
	report, err := Check(dir, list, owned)
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range report.Files {
		if status.State != OK && status.Path != "system.hcl" {
			t.Errorf("%s is %s", status.Path, status.State)
		}
	}
}

// TestEditAtTheSameTimeIsNotLost saves a file in an editor after Write has looked at it.
func TestEditAtTheSameTimeIsNotLost(t *testing.T) {
	for _, path := range []string{"plain", "gone/c", "new/a/b"} {
		t.Run(path, func(t *testing.T) {
			t.Chdir(t.TempDir())
			dir, list := prepared(t)
			opts := force
			opts.fault = func(operation, _ string) error {
				if operation == "write" {
					put(t, dir, path, "mine now")
				}
				return nil
			}
			_, err := Write(dir, list, origin, opts)
			want := "cannot write shop/" + path + ": it changed at the same time; try again; folder shop is as it was"
			if err == nil || err.Error() != want {
				t.Errorf("got %v", err)
			}
			same(t, contents(t, dir)[path], "mine now")
		})
	}
}

func TestTargetThatIsNoFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, ".", "file", "x")
	put(t, ".", "shop/main.go/x", "x")
	put(t, ".", "shop/docs", "x")
	for _, test := range []struct{ dir, path, want string }{
		{"file", "a", "file is a file, not a folder; choose another folder"},
		{"file/a/b", "a", "cannot make folder file/a/b: file is a file; choose another folder"},
		{"shop", "main.go", "cannot write shop/main.go: shop/main.go is a folder; move it away"},
		{"shop", "docs/a/b", "cannot write shop/docs/a/b: shop/docs is a file; move it away"},
	} {
		before := tree(t, ".")
		_, err := Write(test.dir, files("A", "1", test.path, "1"), origin, force)
		if test.path == "a" {
			_, err = Write(test.dir, files(test.path, "1"), origin, force)
		}
		if err == nil || err.Error() != test.want {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
		same(t, tree(t, "."), before)
	}
}
