package project

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

const (
	// stagingPrefix begins the name, in ownFolder, of the folder that one run of apply works in.
	stagingPrefix = "staging-"
	// stagingAge is how old such a folder must be before another run takes it for the trace of a killed one.
	stagingAge = time.Hour
)

// apply makes the changes, all or none. New files are written into a staging folder first and then moved
// into place; what they replace is moved into the staging folder, or to where it is to be kept.
func apply(f *folder, changes []change) error {
	if len(changes) == 0 {
		return nil
	}
	j := &journal{folder: f}
	if err := j.run(changes); err != nil {
		if lost := j.rollBack(); lost != nil {
			return fmt.Errorf("%w; folder %s could not be put back as it was, what it lacks is below %s: %w",
				err, display(f.dir), f.show(ownFolder), lost)
		}
		return fmt.Errorf("%w; folder %s is as it was", err, display(f.dir))
	}
	// The work is done, so what cannot be cleaned up is no failure: the next run sees to it.
	_ = f.removeAll(j.staging)
	removeTraces(f)
	return nil
}

// journal makes changes and remembers how to undo each.
type journal struct {
	folder  *folder
	staging string
	undo    []step
}

// step undoes one change; what is the path it is about.
type step struct {
	what string
	run  func() error
}

func (j *journal) done(what string, undo func() error) {
	j.undo = append(j.undo, step{what, undo})
}

func (j *journal) run(changes []change) error {
	if err := j.stage(); err != nil {
		return err
	}
	staged := func(kind string, i int) string { return fmt.Sprintf("%s/%s-%d", j.staging, kind, i) }
	needed := map[string]bool{}
	for i, c := range changes {
		if c.remove {
			continue
		}
		for parent := path.Dir(c.path); parent != "."; parent = path.Dir(parent) {
			needed[parent] = true
		}
		if err := j.folder.write(staged("new", i), c.content); err != nil {
			return failed("write", j.folder.path(c.path), err)
		}
	}
	for i, c := range changes {
		if info, err := j.folder.root.Lstat(c.path); err == nil && info.IsDir() {
			if err := j.prune(c.path, needed); err != nil {
				return err
			}
		}
		if err := j.unchanged(c); err != nil {
			return err
		}
		if c.old != nil {
			aside := staged("old", i)
			if c.keep != "" {
				aside = c.keep
			}
			if err := j.move(c.path, aside); err != nil {
				return failed("move aside", j.folder.path(c.path), err)
			}
		}
		if c.remove {
			if err := j.prune(path.Dir(c.path), needed); err != nil {
				return err
			}
		} else if err := j.move(staged("new", i), c.path); err != nil {
			return failed("write", j.folder.path(c.path), err)
		}
	}
	return nil
}

// stage makes the staging folder.
func (j *journal) stage() error {
	if err := j.mkdirs(ownFolder); err != nil {
		return err
	}
	for {
		j.staging = fmt.Sprintf("%s/%s%08x", ownFolder, stagingPrefix, rand.Uint32())
		err := j.folder.mkdir(j.staging, 0o700)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return failed("make folder", j.folder.path(j.staging), err)
		}
		j.done(j.staging, func() error { return j.folder.removeAll(j.staging) })
		return nil
	}
}

// unchanged fails if a file is not the one that was looked at: somebody is working in the folder.
func (j *journal) unchanged(c change) error {
	now, err := j.folder.root.Lstat(c.path)
	switch {
	case err == nil && now.IsDir():
		return j.folder.blocked(c.path, place{obstacle: aFolder, where: c.path})
	case err == nil && c.old != nil && os.SameFile(now, c.old) && now.Size() == c.old.Size() && now.ModTime().Equal(c.old.ModTime()):
		return nil
	case errors.Is(err, fs.ErrNotExist) && c.old == nil:
		return nil
	case err == nil || errors.Is(err, fs.ErrNotExist):
		return refuse(nil, "cannot write %s: it changed at the same time; try again", j.folder.show(c.path))
	}
	return failed("read", j.folder.path(c.path), err)
}

// move renames a file and makes the folders it goes to.
func (j *journal) move(from, to string) error {
	if err := j.mkdirs(path.Dir(to)); err != nil {
		return err
	}
	if err := j.folder.rename(from, to); err != nil {
		return err
	}
	j.done(from, func() error { return j.folder.rename(to, from) })
	return nil
}

func (j *journal) mkdirs(name string) error {
	if name == "." {
		return nil
	}
	info, err := j.folder.root.Lstat(name)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return refuse(nil, "cannot make folder %s: a file is in its place; move it away", j.folder.show(name))
	case !errors.Is(err, fs.ErrNotExist):
		return failed("make folder", j.folder.path(name), err)
	}
	if err := j.mkdirs(path.Dir(name)); err != nil {
		return err
	}
	if err := j.folder.mkdir(name, dirMode); err != nil {
		return failed("make folder", j.folder.path(name), err)
	}
	j.done(name, func() error { return j.folder.remove(name) })
	return nil
}

// prune removes a folder if it is empty, and then its parents if this has emptied them, but none that is needed.
func (j *journal) prune(folder string, needed map[string]bool) error {
	for name := folder; name != "." && !needed[name]; name = path.Dir(name) {
		names, err := j.folder.names(name)
		if err != nil {
			return err
		}
		if len(names) > 0 {
			return nil
		}
		info, err := j.folder.root.Lstat(name)
		if err == nil {
			err = j.folder.remove(name)
		}
		if err != nil {
			return failed("remove folder", j.folder.path(name), err)
		}
		j.done(name, func() error {
			return errors.Join(j.folder.mkdir(name, dirMode), j.folder.root.Chmod(name, info.Mode()))
		})
	}
	return nil
}

// rollBack undoes everything, the last first, and returns the first failure. After one, the staging folder
// stays: it may hold the only copy of a file.
func (j *journal) rollBack() error {
	var lost error
	for _, step := range slices.Backward(j.undo) {
		if step.what == j.staging && lost != nil {
			break
		}
		if err := step.run(); err != nil && lost == nil {
			lost = failed("restore", j.folder.path(step.what), err)
		}
	}
	return lost
}

// removeTraces removes staging folders of runs that were killed. They hold nothing that is not generated.
func removeTraces(f *folder) {
	names, err := f.names(ownFolder)
	if err != nil {
		return
	}
	for _, name := range names {
		if !strings.HasPrefix(name, stagingPrefix) {
			continue
		}
		name = path.Join(ownFolder, name)
		if info, err := f.root.Lstat(name); err == nil && info.IsDir() && time.Since(info.ModTime()) > stagingAge {
			_ = f.removeAll(name)
		}
	}
}
