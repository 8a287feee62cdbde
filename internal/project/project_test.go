package project

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shop is what most tests write: a file in the folder, some deeper, and one that the user owns.
func shop() []File {
	return files("main.go", "package main\n", "system.hcl", "system \"shop\" {}\n", "README.md", "# shop\n",
		"docs/decisions/0001-bus.md", "# Bus\n", ".github/workflows/pulumi.yml", "on: push\n")
}

func files(pathsAndContents ...string) []File {
	var list []File
	for i := 0; i < len(pathsAndContents); i += 2 {
		list = append(list, File{pathsAndContents[i], []byte(pathsAndContents[i+1])})
	}
	return list
}

var (
	origin = Origin{Scaffold: "v1.2.3", Pattern: "event-driven", Blueprint: Sum([]byte("b")), Components: Sum([]byte("c"))}
	owned  = Options{Owned: []string{"system.hcl"}}
	force  = Options{Owned: []string{"system.hcl"}, Force: true}
)

// entry is one thing in a folder, with all that a failed Write must restore.
type entry struct {
	Mode    fs.FileMode
	Content string
	Time    time.Time // of files only: that of a folder changes with what passes through it
}

func tree(t testing.TB, dir string) map[string]entry {
	t.Helper()
	found := map[string]entry{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		e := entry{Mode: info.Mode()}
		switch {
		case info.Mode().IsRegular():
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			e.Content, e.Time = string(content), info.ModTime()
		case info.Mode()&fs.ModeSymlink != 0:
			e.Content, err = os.Readlink(path)
		}
		name, _ := filepath.Rel(dir, path)
		found[filepath.ToSlash(name)] = e
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// contents are the files in a folder but for the lock.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for path, e := range tree(t, dir) {
		if !e.Mode.IsDir() && path != LockPath {
			found[path] = e.Content
		}
	}
	return found
}

func put(t testing.TB, dir, path, content string) {
	t.Helper()
	path = filepath.Join(dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func mustWrite(t testing.TB, dir string, list []File, opts Options) *Result {
	t.Helper()
	result, err := Write(dir, list, origin, opts)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func same(t testing.TB, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWriteMakesFolderWithParents(t *testing.T) {
	t.Chdir(t.TempDir())
	result := mustWrite(t, "a/b/shop", shop(), owned)
	same(t, result, &Result{Written: []string{
		".github/workflows/pulumi.yml", "README.md", "docs/decisions/0001-bus.md", "main.go", "system.hcl"}})
	same(t, contents(t, "."), map[string]string{
		"a/b/shop/main.go": "package main\n", "a/b/shop/system.hcl": "system \"shop\" {}\n", "a/b/shop/README.md": "# shop\n",
		"a/b/shop/docs/decisions/0001-bus.md": "# Bus\n", "a/b/shop/.github/workflows/pulumi.yml": "on: push\n",
		"a/b/shop/.scaffold/lock.json": lockOfShop,
	})
}

const lockOfShop = `{
  "schema": 1,
  "scaffold": "v1.2.3",
  "pattern": "event-driven",
  "blueprint": "sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
  "components": "sha256:2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6",
  "files": {
    ".github/workflows/pulumi.yml": "sha256:b602f7ad4316adfd9f3e5ca998773702a5db1a1f1599a14516f40101665fb6d2",
    "README.md": "sha256:eb881200a7e05a4ff166187b70e4894b70ff820dd5de3f188ac581396e3ad69e",
    "docs/decisions/0001-bus.md": "sha256:7fc90bc05205a0f63982d5e894797d4eb0e069ecbd30acc430c363ca8111f3f2",
    "main.go": "sha256:df1d036cbbf3df46e2045071e082245ece204c7f53ecf0a4e022bff9bb228f47",
    "system.hcl": "sha256:b45aae77d03e23bd60aa4503c7d62e57845603989245dadd0d85950d86270f62"
  }
}
`

func TestWriteIntoEmptyFolderKeepsTheFolder(t *testing.T) {
	dir := t.TempDir()
	before, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	mustWrite(t, ".", shop(), owned)
	after, err := os.Stat(dir)
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the folder was replaced, which leaves a shell inside it nowhere: %v", err)
	}
	same(t, len(contents(t, ".")), len(shop()))
	if names, _ := os.ReadDir(filepath.Join(dir, ownFolder)); len(names) != 1 {
		t.Errorf("%s holds %v, want the lock alone", ownFolder, names)
	}
}

func TestWriteRefusesFolderWithFiles(t *testing.T) {
	tests := map[string]struct {
		paths []string // path, content, …
		want  string   // "" if it is not refused
	}{
		"only git":              {[]string{".git/HEAD", "ref"}, ""},
		"git of a worktree":     {[]string{".git", "gitdir: x"}, ""},
		"the system itself":     {[]string{"system.hcl", "system \"shop\" {}\n", ".git/HEAD", "ref"}, ""},
		"trace of a killed run": {[]string{".scaffold/staging-00c0ffee/new-0", "x"}, ""},
		"another system":        {[]string{"system.hcl", "other"}, "folder shop is not empty, it holds system.hcl; "},
		"one file":              {[]string{"notes"}, "folder shop is not empty, it holds notes; choose another folder, or use --force to write among these files"},
		"two files":             {[]string{"b", "", "a", ""}, "it holds a and b; "},
		"four files":            {[]string{"b", "", "a", "", "d", "", "c/x", ""}, "it holds a, b, c and 1 other; "},
		"five files":            {[]string{"b", "", "a", "", "d", "", "c", "", "e", ""}, "it holds a, b, c and 2 others; "},
		"a hostile name":        {[]string{"\x1b[2J", ""}, `it holds "\x1b[2J"; `},
		"edits kept aside":      {[]string{".scaffold/replaced/main.go", "x"}, "it holds .scaffold; "},
		"a project":             {[]string{LockPath, "{}"}, "folder shop already holds a project of scaffold; choose another folder, or use --force"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for i := 0; i < len(test.paths); i += 2 {
				content := ""
				if i+1 < len(test.paths) {
					content = test.paths[i+1]
				}
				put(t, "shop", test.paths[i], content)
			}
			before := tree(t, "shop")
			_, err := Write("shop", shop(), origin, owned)
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, ErrNotEmpty) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want …%s…", err, test.want)
			}
			same(t, tree(t, "shop"), before)
		})
	}
}

func TestForceReplacesWhatIsGeneratedAndKeepsWhatIsNot(t *testing.T) {
	t.Chdir(t.TempDir())
	mustWrite(t, "shop", files("main.go", "1", "go.mod", "1", "README.md", "1", "system.hcl", "1",
		"docs/old/a.md", "1", "docs/old/edited.md", "1", "gone/deep/b.md", "1", "never.go", "1"), owned)
	put(t, "shop", "README.md", "mine")
	put(t, "shop", "system.hcl", "mine")
	put(t, "shop", "docs/old/edited.md", "mine")
	put(t, "shop", "notes.txt", "mine")
	put(t, "shop", "new.go", "mine")
	if err := os.Remove("shop/never.go"); err != nil {
		t.Fatal(err)
	}

	result := mustWrite(t, "shop", files("main.go", "1", "go.mod", "2", "README.md", "2", "system.hcl", "2", "new.go", "2"), force)
	same(t, result, &Result{
		Written:   []string{"README.md", "go.mod", "new.go"},
		Unchanged: []string{"main.go"},
		Removed:   []string{"docs/old/a.md", "gone/deep/b.md"},
		Replaced:  []Replaced{{"README.md", ".scaffold/replaced/README.md"}, {"new.go", ".scaffold/replaced/new.go"}},
		Owned:     []string{"system.hcl"},
		Left:      []string{"docs/old/edited.md"},
	})
	same(t, contents(t, "shop"), map[string]string{
		"main.go": "1", "go.mod": "2", "README.md": "2", "new.go": "2", "system.hcl": "mine", "notes.txt": "mine",
		"docs/old/edited.md": "mine", ".scaffold/replaced/README.md": "mine", ".scaffold/replaced/new.go": "mine",
	})
	if _, err := os.Stat("shop/gone"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the emptied folder is still there: %v", err)
	}
}

func TestForceNeverLosesAnEdit(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, edit := range []string{"first", "second", "third"} {
		put(t, "shop", "docs/a.md", edit)
		put(t, "shop", "docs/a.md.1", edit)
		mustWrite(t, "shop", files("docs/a.md", "generated", "docs/a.md.1", "generated"), force)
	}
	kept := map[string]int{}
	for path, content := range contents(t, "shop") {
		if strings.HasPrefix(path, replacedFolder) {
			kept[content]++
		}
	}
	same(t, kept, map[string]int{"first": 2, "second": 2, "third": 2})
}

func TestIdenticalContentIsNotRewritten(t *testing.T) {
	t.Chdir(t.TempDir())
	mustWrite(t, "shop", shop(), owned)
	before := tree(t, "shop")
	info, _ := os.Stat("shop/main.go")
	result := mustWrite(t, "shop", shop(), force)
	same(t, len(result.Unchanged), len(shop()))
	same(t, tree(t, "shop"), before)
	if again, _ := os.Stat("shop/main.go"); !os.SameFile(info, again) {
		t.Error("main.go is another file")
	}
}

func TestFileAndFolderMayTradePlaces(t *testing.T) {
	t.Chdir(t.TempDir())
	one, two := files("a", "1", "b/x", "1", "b/y", "1"), files("a/x", "2", "b", "2")
	mustWrite(t, "shop", one, owned)
	mustWrite(t, "shop", two, force)
	same(t, contents(t, "shop"), map[string]string{"a/x": "2", "b": "2"})
	mustWrite(t, "shop", one, force)
	same(t, contents(t, "shop"), map[string]string{"a": "1", "b/x": "1", "b/y": "1"})

	put(t, "shop", "b/mine", "3")
	before := tree(t, "shop")
	_, err := Write("shop", two, origin, force)
	if err == nil || err.Error() != "cannot write shop/b: shop/b is a folder; move it away; folder shop is as it was" {
		t.Errorf("got %v", err)
	}
	same(t, tree(t, "shop"), before)
}

func TestTraceOfKilledRunIsCleanedUpInTime(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "shop", ".scaffold/staging-0000000a/new-0", "old")
	put(t, "shop", ".scaffold/staging-0000000b/new-0", "young")
	yesterday := time.Now().Add(-24 * time.Hour)
	if err := os.Chtimes("shop/.scaffold/staging-0000000a", yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, "shop", files("a", "1"), owned)
	same(t, contents(t, "shop"), map[string]string{"a": "1", ".scaffold/staging-0000000b/new-0": "young"})
}
