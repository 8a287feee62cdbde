package project

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestUnsafePathsAreRefused(t *testing.T) {
	tests := map[string][]string{
		"it is empty":              {""},
		"it is absolute":           {"/etc/passwd", "//host/share"},
		"it has a backslash":       {`..\x`, `a\b`, `\\host\share`},
		"it is too long":           {strings.Repeat("abcdefg/", 200) + "x"},
		"a part that is too long":  {"docs/" + strings.Repeat("x", 256)},
		"every system can write":   {"a\x00b", "a\nb", "\x1b[2J", "C:/x", "a:stream", "what?", "a*", "é", "a\u200db", "a\u202eb", "\xff", "a\x7f"},
		`empty, "." or ".." part`:  {"..", ".", "../x", "a/../x", "a/..", "./a", "a/./b", "a//b", "a/"},
		"ends with a dot":          {"a.", "a /b", " a", "...", "..  /x", ".git./x", ".scaffold /lock.json"},
		"git keeps its own files":  {".git", ".git/config", ".GIT/hooks/x", "docs/.git/config", "git~1/x"},
		"scaffold keeps its own":   {".scaffold", LockPath, ".Scaffold/lock.json", ".scaffold/replaced/x"},
		"name of a device":         {"con", "NUL", "aux.go", "docs/COM1.md", "lpt9", "com0", "prn .txt", "CONIN$"},
		"it is there twice":        {"a;a", "a/b;A/B", "README.md;readme.md"},
		"differ only in case":      {"docs/a;Docs/b", "a/b/c;a/B/d"},
		`"a" is a file too`:        {"a;a/b", "a/b/c;a"},
		`"A/b" is a file too`:      {"A/b;A/b/c"},
		`"docs" and "Docs" differ`: {"docs;Docs/a"},
	}
	for want, lists := range tests {
		for _, list := range lists {
			t.Chdir(t.TempDir())
			var files []File
			for path := range strings.SplitSeq(list, ";") {
				files = append(files, File{Path: path})
			}
			_, err := Write("shop", files, origin, force)
			if !errors.Is(err, ErrUnsafePath) || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: got %v, want …%s…", list, err, want)
			}
			if _, err := Check("shop", files, owned); !errors.Is(err, ErrUnsafePath) {
				t.Errorf("%q: Check: got %v", list, err)
			}
			if _, err := Write("shop", nil, origin, Options{Owned: []string{files[0].Path}}); len(files) == 1 && !errors.Is(err, ErrUnsafePath) {
				t.Errorf("%q: as an owned path: got %v", list, err)
			}
			if len(files) == 1 {
				if _, err := os.Lstat("shop"); err == nil {
					t.Errorf("%q was written", list)
				}
			}
		}
	}
}

func TestOrdinaryPathsAreNot(t *testing.T) {
	for _, path := range []string{
		"main.go", ".gitignore", ".github/workflows/pulumi.yml", "docs/decisions/0001-bus.md", "Pulumi.dev.yaml", "..a", "a..b",
		"docs/.scaffold", "console.go", "com10", "auxiliary", "a b/c d.md", ".golangci.yml", "a~b", strings.Repeat("x", 255),
	} {
		if why := unsafe(path); why != "" {
			t.Errorf("%q: %s", path, why)
		}
	}
}
