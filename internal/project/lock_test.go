package project

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestLoadReadsWhatWriteWrote(t *testing.T) {
	t.Chdir(t.TempDir())
	mustWrite(t, "shop", shop(), owned)
	lock, err := Load("shop")
	if err != nil {
		t.Fatal(err)
	}
	same(t, lock.Origin, origin)
	same(t, lock.Files, newLock(origin, shop()).Files)
}

func TestFolderWithoutLock(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, ".", "shop/main.go", "x")
	for dir, want := range map[string]string{
		"shop":         "folder shop is not a project of scaffold: it has no .scaffold/lock.json",
		"nowhere":      "folder nowhere does not exist",
		"shop/main.go": "shop/main.go is a file; name the folder of a project",
	} {
		_, err := Load(dir)
		if !errors.Is(err, ErrNoLock) || err.Error() != want {
			t.Errorf("Load: got  %v\nwant %s", err, want)
		}
		if _, err := Check(dir, nil, owned); !errors.Is(err, ErrNoLock) {
			t.Errorf("Check: got %v", err)
		}
	}
}

// hostileLocks are locks that must be refused, by a part of the message.
var hostileLocks = map[string]string{
	"it is larger than 8 MiB":                    strings.Repeat(" ", maxLock) + "{}",
	"it is not the JSON of a lock; restore it":   `{"schema": 1, "files": [`,
	"it is not the JSON of a lock; ":             strings.Repeat("[", 1<<20),
	"it is not the JSON of a lock;":              `{"schema": 1, "x": ` + strings.Repeat(`{"x":`, 1<<20),
	"not the JSON of a lock":                     `{"schema": 1, "files": {"a": 1}}`,
	"not the JSON":                               lockOfShop + "{}",
	"the JSON of a lock":                         `[]`,
	"JSON of a lock":                             ``,
	"the marks of a merge conflict; take either": "{\n<<<<<<< HEAD\n\"schema\": 1\n=======\n",
	"it does not say which schema it follows":    `{"files": {}}`,
	"it does not say which schema":               `{"schema": -1}`,
	"it does not say":                            `null`,
	"it follows schema 2 and this scaffold knows schema 1; use a newer scaffold": `{"schema": 2, "files": 7}`,
	`it says "\x1b[2J" of its origin`:                                            `{"schema": 1, "scaffold": "\u001b[2J"}`,
	`of its origin`:                                                              `{"schema": 1, "pattern": "` + strings.Repeat("x", 201) + `"}`,
	`unsafe path "../../x": it has an empty`:                                     `{"schema": 1, "files": {"../../x": "` + Sum(nil) + `"}}`,
	`unsafe path "/etc/passwd": it is absolute`:                                  `{"schema": 1, "files": {"/etc/passwd": "` + Sum(nil) + `"}}`,
	`unsafe path ".git/config": git keeps`:                                       `{"schema": 1, "files": {".git/config": "` + Sum(nil) + `"}}`,
	`unsafe path ".scaffold/lock.json": scaffold`:                                `{"schema": 1, "files": {".scaffold/lock.json": "` + Sum(nil) + `"}}`,
	`"sha256:00", for a, is not a checksum`:                                      `{"schema": 1, "files": {"a": "sha256:00"}}`,
	`"", for b, is not a checksum`:                                               `{"schema": 1, "files": {"b": ""}}`,
	`for c, is not a checksum`:                                                   `{"schema": 1, "files": {"c": "` + strings.ToUpper(Sum(nil)) + `"}}`,
	`"md5:00", for d, is not a checksum; restore `:                               `{"schema": 1, "files": {"d": "md5:00"}}`,
}

func TestHostileLocksAreRefused(t *testing.T) {
	for want, text := range hostileLocks {
		t.Chdir(t.TempDir())
		put(t, ".", "x", "theirs")
		put(t, "a/shop", LockPath, text)
		put(t, "a/shop", "main.go", "mine")
		before := tree(t, ".")
		prefix := "cannot read lock a/shop/.scaffold/lock.json: "
		_, err := Load("a/shop")
		if !errors.Is(err, ErrBadLock) || !strings.HasPrefix(err.Error(), prefix) || !strings.Contains(err.Error(), want) {
			t.Errorf("Load: got  %v\nwant %s…%s…", err, prefix, want)
		}
		if _, err := Check("a/shop", shop(), owned); !errors.Is(err, ErrBadLock) {
			t.Errorf("Check: got %v", err)
		}
		if _, err := Write("a/shop", shop(), origin, force); !errors.Is(err, ErrBadLock) {
			t.Errorf("Write: got %v", err)
		}
		same(t, tree(t, "."), before)
	}
}

func TestUnknownFieldsOfALockAreLeftToWhoAddedThem(t *testing.T) {
	lock, err := decodeLock([]byte(`{"schema": 1, "note": {"a": [1]}, "files": {"a": "` + Sum(nil) + `"}}`))
	if err != nil {
		t.Fatal(err)
	}
	same(t, lock.Files, map[string]string{"a": Sum(nil)})
}

func TestNoLockIsWrittenThatCouldNotBeRead(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := Write("shop", shop(), Origin{Scaffold: "\x1b[2J"}, owned)
	if err == nil || !strings.HasPrefix(err.Error(), "cannot make the lock of the project: ") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat("shop"); err == nil {
		t.Error("the folder was made")
	}
}

// TestLockIsTheSameForTheSameFiles gives the files in another order.
func TestLockIsTheSameForTheSameFiles(t *testing.T) {
	list := shop()
	first, err := newLock(origin, list).encode()
	if err != nil {
		t.Fatal(err)
	}
	list[0], list[3] = list[3], list[0]
	second, err := newLock(origin, list).encode()
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("%v\n%s\n%s", err, first, second)
	}
	same(t, string(first), lockOfShop)
}

func FuzzLock(f *testing.F) {
	f.Add([]byte(lockOfShop))
	for _, text := range hostileLocks {
		if len(text) < 1000 {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		lock, err := decodeLock(text)
		if err != nil {
			return
		}
		for path := range lock.Files {
			if why := unsafe(path); why != "" {
				t.Errorf("%q passed: %s", path, why)
			}
		}
		encoded, err := lock.encode()
		if err != nil {
			t.Fatalf("a lock that can be read cannot be written: %v", err)
		}
		again, err := decodeLock(encoded)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(again) != fmt.Sprint(lock) || !json.Valid(encoded) {
			t.Errorf("got %v, want %v", again, lock)
		}
	})
}
