package project

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
)

const (
	fileMode = 0o644 // before the umask
	dirMode  = 0o755
)

// folder is a folder on disk. Nothing outside it can be reached by its methods, whatever links it holds.
type folder struct {
	dir   string // as the caller named it
	root  *os.Root
	fault func(operation, path string) error
	seen  map[string]place // folders that look has passed
}

// openFolder opens a folder. Links in dir itself are followed, once, now.
func openFolder(dir string, fault func(operation, path string) error) (*folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, failed("open folder", dir, err)
	}
	return &folder{dir: dir, root: root, fault: fault, seen: map[string]place{}}, nil
}

func (f *folder) close()                  { f.root.Close() }
func (f *folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }
func (f *folder) show(name string) string { return display(f.path(name)) }

// place is what look found.
type place struct {
	info     fs.FileInfo // of the file, nil if there is none
	obstacle string      // what stands there instead: "a symbolic link", "a folder", …
	where    string      // the path of the obstacle: the one looked at, or a folder on the way
}

// look says what is at a path, without going through any symbolic link.
func (f *folder) look(name string) (place, error) {
	if parent := path.Dir(name); parent != "." {
		on, ok := f.seen[parent]
		if !ok {
			var err error
			if on, err = f.look(parent); err != nil {
				return place{}, err
			}
			f.seen[parent] = on
		}
		switch {
		case on.info != nil:
			return place{obstacle: aFile, where: parent}, nil
		case on.obstacle == "": // no such folder, so nothing in it
			return place{}, nil
		case on.obstacle != aFolder:
			return on, nil
		}
	}
	info, err := f.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return place{}, nil
	case err != nil:
		return place{}, failed("read", f.path(name), err)
	case info.Mode().IsRegular():
		return place{info: info}, nil
	case info.IsDir():
		return place{obstacle: aFolder, where: name}, nil
	case info.Mode()&fs.ModeSymlink != 0:
		return place{obstacle: aLink, where: name}, nil
	}
	return place{obstacle: "neither a file nor a folder", where: name}, nil
}

const (
	aFile   = "a file"
	aFolder = "a folder"
	aLink   = "a symbolic link"
)

// blocked is the error for an obstacle in the way of a file that is to be written.
func (f *folder) blocked(name string, at place) error {
	var kind error
	remedy := "move it away"
	if at.obstacle == aLink {
		kind, remedy = ErrUnsafePath, "scaffold writes through none; replace it by what it points to, or remove it"
	}
	return refuse(kind, "cannot write %s: %s is %s; %s", f.show(name), f.show(at.where), at.obstacle, remedy)
}

// sum is the checksum of a file that look has found.
func (f *folder) sum(name string) (string, error) {
	file, err := f.open(name)
	if err != nil {
		return "", failed("read", f.path(name), err)
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", failed("read", f.path(name), err)
	}
	return sumPrefix + hex.EncodeToString(hash.Sum(nil)), nil
}

// names lists a folder, sorted.
func (f *folder) names(name string) ([]string, error) {
	file, err := f.open(name)
	if err != nil {
		return nil, failed("read folder", f.path(name), err)
	}
	defer file.Close()
	names, err := file.Readdirnames(-1)
	if err != nil {
		return nil, failed("read folder", f.path(name), err)
	}
	slices.Sort(names)
	return names, nil
}

// The operations below are all that change a folder, and all that a test can make fail.

func (f *folder) may(operation, name string) error {
	if f.fault == nil {
		return nil
	}
	return f.fault(operation, name)
}

func (f *folder) open(name string) (*os.File, error) {
	if err := f.may("open", name); err != nil {
		return nil, err
	}
	return f.root.Open(name)
}

// write makes a file that must not exist yet.
func (f *folder) write(name string, content []byte) error {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	if err = f.may("write", name); err == nil {
		_, err = file.Write(content)
	}
	return errors.Join(err, file.Close())
}

func (f *folder) mkdir(name string, mode fs.FileMode) error {
	if err := f.may("mkdir", name); err != nil {
		return err
	}
	return f.root.Mkdir(name, mode)
}

func (f *folder) rename(from, to string) error {
	if err := f.may("rename", to); err != nil {
		return err
	}
	return f.root.Rename(from, to)
}

func (f *folder) remove(name string) error {
	if err := f.may("remove", name); err != nil {
		return err
	}
	return f.root.Remove(name)
}

func (f *folder) removeAll(name string) error {
	if err := f.may("remove", name); err != nil {
		return err
	}
	return f.root.RemoveAll(name)
}
