package project

import (
	"os"
	"path/filepath"
)

// File is one file of a project: a slash-separated path below the project's folder, and what it holds.
type File struct {
	Path    string
	Content []byte
}

// Origin says what made a project.
type Origin struct {
	// Scaffold is the version of scaffold, "devel" when it was built from a checkout.
	Scaffold string `json:"scaffold"`
	// Pattern is the name of the pattern.
	Pattern string `json:"pattern"`
	// Blueprint is the checksum of the blueprint's text, as Sum writes it.
	Blueprint string `json:"blueprint"`
	// Components is the checksum of what the components that the project uses take and give, as Sum writes it.
	Components string `json:"components"`
}

// Options are the choices of who writes or checks a project. The zero value is the careful one.
type Options struct {
	// Force lets Write put the project into a folder that holds other files, or an earlier state of the project.
	Force bool
	// Owned are the paths that belong to the user: written where absent, never overwritten nor removed.
	Owned []string

	// fault, when set, is asked before each operation on the disk and fails it. Only tests set it.
	fault func(operation, path string) error
}

// Result says what Write did. All paths are sorted; the lock is in none of the lists.
type Result struct {
	Written   []string   // new or replaced
	Unchanged []string   // held the same content already and were not touched
	Removed   []string   // generated once, not any more, and not edited since
	Replaced  []Replaced // among Written: edited by hand, and kept aside before they were replaced
	Owned     []string   // the user's, different from what was generated, and left as they are
	Left      []string   // generated once, not any more, but edited since, and so left in place
}

// Replaced is a file that was edited by hand and then replaced.
type Replaced struct {
	Path string // where the file was, and its new version is
	Kept string // where the edited version is now, below the same folder
}

// Write puts files and their lock into the folder dir, all or none.
//
// A folder that does not exist is made, with its parents, in one rename. A folder that exists keeps its
// identity, since it may be somebody's working directory: files are staged inside and then moved into
// place one by one, and moved back if one cannot be. Without Options.Force it must be empty; a .git and the
// user's own files, if they are those that the project was generated from, do not count.
//
// With Options.Force, files of others stay. A file with the wanted content is not rewritten. A file that
// differs from the lock, or is in no lock, is kept aside before it is replaced. A file that the lock has and
// files has not is removed, unless it was edited.
func Write(dir string, files []File, origin Origin, opts Options) (*Result, error) {
	files, err := sorted(files, opts)
	if err != nil {
		return nil, err
	}
	lock := newLock(origin, files)
	encoded, err := lock.encode()
	if err != nil {
		return nil, err
	}

	dir = filepath.Clean(dir)
	info, err := os.Stat(dir)
	switch {
	case absent(err):
		result := &Result{}
		for _, file := range files {
			result.Written = append(result.Written, file.Path)
		}
		if err := create(dir, append(files, File{LockPath, encoded}), opts); err != nil {
			return nil, err
		}
		return result, nil
	case err != nil:
		return nil, failed("read folder", dir, err)
	case !info.IsDir():
		return nil, refuse(nil, "%s is a file, not a folder; choose another folder", display(dir))
	}

	f, err := openFolder(dir, opts.fault)
	if err != nil {
		return nil, err
	}
	defer f.close()
	if !opts.Force {
		if err := f.mustBeEmpty(files, opts); err != nil {
			return nil, err
		}
	}
	p := newPlanner(f, lock, opts)
	if err := p.plan(files, encoded); err != nil {
		return nil, err
	}
	if err := apply(f, p.changes); err != nil {
		return nil, err
	}
	return &p.result, nil
}
