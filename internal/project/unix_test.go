//go:build unix

package project

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestModesFollowTheUmaskHoweverTheFolderIsMade(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, umask := range []int{0o022, 0o077, 0o002} {
		old := syscall.Umask(umask)
		t.Cleanup(func() { syscall.Umask(old) })
		if err := os.RemoveAll("shops"); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll("shops/existing", 0o755); err != nil {
			t.Fatal(err)
		}
		mustWrite(t, "shops/existing", shop(), owned)
		mustWrite(t, "shops/absent", shop(), owned)
		var trees []map[string]entry
		for _, dir := range []string{"shops/existing", "shops/absent"} {
			found := tree(t, dir)
			for path, e := range found {
				want := map[bool]fs.FileMode{true: dirMode, false: fileMode}[e.Mode.IsDir()] &^ fs.FileMode(umask)
				if e.Mode.Perm() != want {
					t.Errorf("umask %03o: %s/%s has mode %v, want %v", umask, dir, path, e.Mode, want)
				}
				e.Time = time.Time{}
				found[path] = e
			}
			trees = append(trees, found)
		}
		same(t, trees[0], trees[1])
	}
}

// TestNothingIsReachedThroughLinks puts a link in the way of a file, and another file behind it.
func TestNothingIsReachedThroughLinks(t *testing.T) {
	outside := func(t *testing.T) string {
		dir := t.TempDir()
		put(t, dir, "main.go", "theirs")
		put(t, dir, "lock.json", lockOfShop)
		put(t, dir, "a/b/main.go", "theirs")
		return dir
	}
	tests := map[string]struct {
		link, to string // to is below the folder outside, unless it begins with a dot
		want     string
	}{
		"file to a file outside":       {"main.go", "main.go", "cannot write shop/main.go: shop/main.go is a symbolic link; "},
		"file to nothing":              {"main.go", "nothing", "shop/main.go is a symbolic link"},
		"file to a file inside":        {"main.go", "./other.go", "shop/main.go is a symbolic link"},
		"owned file":                   {"system.hcl", "main.go", "shop/system.hcl is a symbolic link"},
		"folder outside":               {"a", "a", "cannot write shop/a/b/main.go: shop/a is a symbolic link"},
		"folder inside":                {"a", "./real", "shop/a is a symbolic link"},
		"folder further down":          {"a/b", "a/b", "shop/a/b is a symbolic link"},
		"folder of scaffold":           {".scaffold", "", "cannot read lock shop/.scaffold/lock.json: shop/.scaffold is a symbolic link"},
		"lock":                         {LockPath, "lock.json", "shop/.scaffold/lock.json is a symbolic link"},
		"folder of what is kept aside": {replacedFolder, "a", "cannot write shop/.scaffold/replaced/edited.go: shop/.scaffold/replaced is a symbolic link"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			theirs := outside(t)
			t.Chdir(t.TempDir())
			put(t, "shop", "other.go", "mine")
			put(t, "shop", "edited.go", "mine")
			put(t, "shop", "real/b/main.go", "mine")
			link := filepath.Join("shop", test.link)
			if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
				t.Fatal(err)
			}
			target := test.to
			if !strings.HasPrefix(target, ".") {
				target = filepath.Join(theirs, target)
			}
			if err := os.Symlink(target, link); err != nil {
				t.Fatal(err)
			}
			before, beforeOutside := tree(t, "shop"), tree(t, theirs)
			list := files("main.go", "1", "system.hcl", "1", "a/b/main.go", "1", "edited.go", "1")
			_, err := Write("shop", list, origin, force)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want …%s…", err, test.want)
			}
			if !errors.Is(err, ErrUnsafePath) && !errors.Is(err, ErrBadLock) {
				t.Errorf("%v is neither ErrUnsafePath nor ErrBadLock", err)
			}
			same(t, tree(t, "shop"), before)
			same(t, tree(t, theirs), beforeOutside)
		})
	}
}

// TestNothingIsRemovedThroughLinks has a lock whose files are now behind links, and are not generated any more.
func TestNothingIsRemovedThroughLinks(t *testing.T) {
	theirs := t.TempDir()
	t.Chdir(t.TempDir())
	mustWrite(t, "shop", files("a/x.md", "1", "b.md", "1", "c.md", "1"), owned)
	put(t, theirs, "x.md", "1")
	for _, step := range []error{
		os.RemoveAll("shop/a"), os.Symlink(theirs, "shop/a"),
		os.Remove("shop/b.md"), os.Symlink(filepath.Join(theirs, "x.md"), "shop/b.md"),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	report, err := Check("shop", nil, owned)
	if err != nil {
		t.Fatal(err)
	}
	same(t, report.Files, []Status{{"a/x.md", EditedLeftOver, "a is a symbolic link"},
		{"b.md", EditedLeftOver, "b.md is a symbolic link"}, {"c.md", LeftOver, ""}})
	result := mustWrite(t, "shop", nil, force)
	same(t, result, &Result{Removed: []string{"c.md"}, Left: []string{"a/x.md", "b.md"}})
	same(t, contents(t, theirs), map[string]string{"x.md": "1"})
}

// TestLinkPlantedWhileWriting swaps a folder for a link after it was looked at.
func TestLinkPlantedWhileWriting(t *testing.T) {
	theirs := t.TempDir()
	put(t, theirs, "x.md", "theirs")
	t.Chdir(t.TempDir())
	put(t, "shop", "a/y.md", "mine")
	opts := force
	opts.fault = func(operation, path string) error {
		if operation == "write" {
			return errors.Join(os.RemoveAll("shop/a"), os.Symlink(theirs, "shop/a"))
		}
		return nil
	}
	if _, err := Write("shop", files("a/x.md", "1", "z", "1"), origin, opts); err == nil {
		t.Error("it was not noticed")
	}
	same(t, contents(t, theirs), map[string]string{"x.md": "theirs"})
}

func TestTargetMayBeALink(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("real", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", "shop"); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, "shop", shop(), owned)
	same(t, len(contents(t, "real")), len(shop()))

	if err := os.Symlink("nowhere", "dangling"); err != nil {
		t.Fatal(err)
	}
	_, err := Write("dangling/below", shop(), origin, owned)
	if err == nil || !strings.HasPrefix(err.Error(), "dangling is a symbolic link to nothing; ") {
		t.Errorf("got %v", err)
	}
}

func TestPipesAndDevicesAreNotOpened(t *testing.T) {
	t.Chdir(t.TempDir())
	mustWrite(t, "shop", files("a", "1"), owned)
	if err := errors.Join(os.Remove("shop/a"), syscall.Mkfifo("shop/a", 0o644)); err != nil {
		t.Skip(err)
	}
	_, err := Write("shop", files("a", "2"), origin, force)
	if err == nil || err.Error() != "cannot write shop/a: shop/a is neither a file nor a folder; move it away" {
		t.Errorf("got %v", err)
	}
	report, err := Check("shop", files("a", "1"), owned)
	if err != nil {
		t.Fatal(err)
	}
	same(t, report.Files, []Status{{"a", Edited, "a is neither a file nor a folder"}})
}

func TestUnwritableFolderIsLeftAsItWas(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("nothing is unwritable for root")
	}
	t.Chdir(t.TempDir())
	mustWrite(t, "shop", files("a", "1", "b/x", "1", "c", "1"), owned)
	put(t, "shop", "a", "mine")
	if err := os.Chmod("shop/b", 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod("shop/b", 0o755) })
	before := tree(t, "shop")
	_, err := Write("shop", files("a", "2", "b/x", "2", "c", "2"), origin, force)
	if err == nil || err.Error() != "cannot move aside shop/b/x: permission denied; folder shop is as it was" {
		t.Errorf("got %v", err)
	}
	same(t, tree(t, "shop"), before)

	_, err = Write("shop/b/new", shop(), origin, owned)
	if err == nil || err.Error() != "cannot make folder shop/b/new: permission denied" {
		t.Errorf("got %v", err)
	}
	same(t, tree(t, "shop"), before)
}
