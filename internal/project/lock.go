package project

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// LockPath is where a project's lock is, below its folder.
const LockPath = ownFolder + "/lock.json"

const (
	lockSchema   = 1
	maxLock      = 8 << 20 // bytes; some 50,000 files
	maxOriginLen = 200
	sumPrefix    = "sha256:"
)

// Lock is what a project remembers of its making. It does not list itself.
type Lock struct {
	// Schema is the version of the lock's format.
	Schema int `json:"schema"`
	Origin
	// Files has the checksum of each file as it was generated, or, of a file the user owns, as it was read.
	Files map[string]string `json:"files"`
}

// Sum is the checksum of content, as a lock holds it: "sha256:" and 64 hexadecimal digits.
func Sum(content []byte) string {
	sum := sha256.Sum256(content)
	return sumPrefix + hex.EncodeToString(sum[:])
}

// Load reads the lock of the project in the folder dir.
func Load(dir string) (*Lock, error) {
	f, err := openProject(dir, nil)
	if err != nil {
		return nil, err
	}
	defer f.close()
	return f.loadLock()
}

// openProject opens a folder that must hold a project.
func openProject(dir string, fault func(operation, path string) error) (*folder, error) {
	dir = filepath.Clean(dir)
	info, err := os.Stat(dir)
	switch {
	case absent(err):
		return nil, refuse(ErrNoLock, "folder %s does not exist", display(dir))
	case err != nil:
		return nil, failed("read folder", dir, err)
	case !info.IsDir():
		return nil, refuse(ErrNoLock, "%s is a file; name the folder of a project", display(dir))
	}
	return openFolder(dir, fault)
}

func newLock(origin Origin, files []File) *Lock {
	lock := &Lock{Schema: lockSchema, Origin: origin, Files: make(map[string]string, len(files))}
	for _, file := range files {
		lock.Files[file.Path] = Sum(file.Content)
	}
	return lock
}

// encode writes the lock: the same lock, the same bytes.
func (l *Lock) encode() ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(l)
	if err == nil {
		_, err = decodeLock(text.Bytes()) // never write what could not be read again
	}
	if err != nil {
		return nil, fmt.Errorf("cannot make the lock of the project: %w", err)
	}
	return text.Bytes(), nil
}

// loadLock reads the folder's lock. Nobody vouches for it: it may come from a repository just cloned.
func (f *folder) loadLock() (*Lock, error) {
	shown := f.show(LockPath)
	at, err := f.look(LockPath)
	switch {
	case err != nil:
		return nil, err
	case at.obstacle != "":
		return nil, refuse(ErrBadLock, "cannot read lock %s: %s is %s; restore it from version control",
			shown, f.show(at.where), at.obstacle)
	case at.info == nil:
		return nil, refuse(ErrNoLock, "folder %s is not a project of scaffold: it has no %s", display(f.dir), LockPath)
	}
	file, err := f.open(LockPath)
	if err != nil {
		return nil, failed("read lock", f.path(LockPath), err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxLock+1))
	if err != nil {
		return nil, failed("read lock", f.path(LockPath), err)
	}
	lock, err := decodeLock(text)
	if err != nil {
		return nil, refuse(ErrBadLock, "cannot read lock %s: %v", shown, err)
	}
	return lock, nil
}

const lockRemedy = "restore it from version control, or delete it: then every file counts as edited by hand"

// decodeLock reads a lock and checks all that is in it. The decoder itself limits how deep JSON may nest.
func decodeLock(text []byte) (*Lock, error) {
	if len(text) > maxLock {
		return nil, fmt.Errorf("it is larger than %d MiB; %s", maxLock>>20, lockRemedy)
	}
	var version struct {
		Schema *int `json:"schema"`
	}
	if err := json.Unmarshal(text, &version); err != nil {
		if bytes.Contains(text, []byte("<<<<<<<")) {
			return nil, errors.New("it has the marks of a merge conflict; take either side whole, then generate the project again")
		}
		return nil, fmt.Errorf("it is not the JSON of a lock; %s", lockRemedy)
	}
	switch {
	case version.Schema == nil || *version.Schema < 1:
		return nil, fmt.Errorf("it does not say which schema it follows; %s", lockRemedy)
	case *version.Schema > lockSchema:
		return nil, fmt.Errorf("it follows schema %d and this scaffold knows schema %d; use a newer scaffold", *version.Schema, lockSchema)
	}
	lock := &Lock{}
	if err := json.Unmarshal(text, lock); err != nil {
		return nil, fmt.Errorf("it is not the JSON of a lock; %s", lockRemedy)
	}
	if err := lock.check(); err != nil {
		return nil, fmt.Errorf("%w; %s", err, lockRemedy)
	}
	return lock, nil
}

func (l *Lock) check() error {
	for _, text := range []string{l.Scaffold, l.Pattern, l.Blueprint, l.Components} {
		if len(text) > maxOriginLen || strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }) {
			return fmt.Errorf("it says %.40q of its origin", text)
		}
	}
	paths := slices.Sorted(maps.Keys(l.Files))
	if err := checkPaths(paths); err != nil {
		return err
	}
	for _, path := range paths {
		digits, ok := strings.CutPrefix(l.Files[path], sumPrefix)
		if sum, err := hex.DecodeString(digits); !ok || err != nil || len(sum) != sha256.Size || digits != strings.ToLower(digits) {
			return fmt.Errorf("%.40q, for %s, is not a checksum", l.Files[path], quote(path))
		}
	}
	return nil
}
