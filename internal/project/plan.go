package project

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
)

// replacedFolder is where files edited by hand are kept when they are replaced.
const replacedFolder = ownFolder + "/replaced"

// change is one file to be written, replaced or removed.
type change struct {
	path    string
	content []byte
	remove  bool
	old     fs.FileInfo // the file that is there now, nil if there is none
	keep    string      // where to keep that file; empty if it can be generated again
}

// planner compares a folder with what is wanted there, and changes nothing.
type planner struct {
	folder *folder
	opts   Options
	want   *Lock
	was    *Lock

	changes []change // removals first: a folder may have to make room for a file, or a file for a folder
	result  Result
	going   map[string]bool // the paths of the removals, and the folders they are in
	aside   map[string]bool // the places taken in replacedFolder
}

func newPlanner(f *folder, want *Lock, opts Options) *planner {
	return &planner{folder: f, opts: opts, want: want, going: map[string]bool{}, aside: map[string]bool{}}
}

// plan fills changes and result.
func (p *planner) plan(files []File, encodedLock []byte) error {
	var err error
	p.was, err = p.folder.loadLock()
	if errors.Is(err, ErrNoLock) {
		p.was, err = &Lock{}, nil
	}
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(p.was.Files)) {
		if _, wanted := p.want.Files[name]; wanted || slices.Contains(p.opts.Owned, name) {
			continue
		}
		if err := p.leftOver(name); err != nil {
			return err
		}
	}
	for _, file := range files {
		if err := p.file(file); err != nil {
			return err
		}
	}
	return p.lock(encodedLock)
}

// leftOver plans what becomes of a file that is not generated any more.
func (p *planner) leftOver(name string) error {
	at, err := p.folder.look(name)
	if err != nil {
		return err
	}
	if at.info == nil {
		if at.where == name || at.obstacle == aLink {
			p.result.Left = append(p.result.Left, name)
		}
		return nil
	}
	sum, err := p.folder.sum(name)
	if err != nil {
		return err
	}
	if sum != p.was.Files[name] {
		p.result.Left = append(p.result.Left, name)
		return nil
	}
	p.result.Removed = append(p.result.Removed, name)
	p.changes = append(p.changes, change{path: name, remove: true, old: at.info})
	for ; name != "."; name = path.Dir(name) {
		p.going[name] = true
	}
	return nil
}

// file plans what becomes of a file that is generated.
func (p *planner) file(file File) error {
	at, err := p.folder.look(file.Path)
	if err != nil {
		return err
	}
	if at.obstacle != "" {
		if ok, err := p.makesRoom(at); err != nil {
			return err
		} else if !ok {
			return p.folder.blocked(file.Path, at)
		}
	}
	next := change{path: file.Path, content: file.Content, old: at.info}
	if at.info != nil {
		sum, err := p.folder.sum(file.Path)
		switch {
		case err != nil:
			return err
		case sum == p.want.Files[file.Path]:
			p.result.Unchanged = append(p.result.Unchanged, file.Path)
			return nil
		case slices.Contains(p.opts.Owned, file.Path):
			p.result.Owned = append(p.result.Owned, file.Path)
			return nil
		case sum != p.was.Files[file.Path]:
			if next.keep, err = p.keepAt(file.Path); err != nil {
				return err
			}
			p.result.Replaced = append(p.result.Replaced, Replaced{Path: file.Path, Kept: next.keep})
		}
	}
	p.result.Written = append(p.result.Written, file.Path)
	p.changes = append(p.changes, next)
	return nil
}

// lock plans the lock itself, last: it must not vouch for files that are not there yet.
func (p *planner) lock(encoded []byte) error {
	at, err := p.folder.look(LockPath)
	if err != nil {
		return err
	}
	if at.obstacle != "" {
		return p.folder.blocked(LockPath, at)
	}
	if at.info != nil {
		sum, err := p.folder.sum(LockPath)
		if err != nil || sum == Sum(encoded) {
			return err
		}
	}
	p.changes = append(p.changes, change{path: LockPath, content: encoded, old: at.info})
	return nil
}

// makesRoom reports whether an obstacle is only there until the removals are done, or is an empty folder.
func (p *planner) makesRoom(at place) (bool, error) {
	switch {
	case p.going[at.where]:
		return true, nil
	case at.obstacle == aFolder:
		names, err := p.folder.names(at.where)
		return len(names) == 0, err
	}
	return false, nil
}

// keepAt finds a free place to keep an edited file: its own path in replacedFolder, numbered if need be.
func (p *planner) keepAt(name string) (string, error) {
	for n := 0; ; n++ {
		keep := path.Join(replacedFolder, name)
		if n > 0 {
			keep = fmt.Sprintf("%s.%d", keep, n)
		}
		at, err := p.folder.look(keep)
		switch {
		case err != nil:
			return "", err
		case at.obstacle != "" && at.where != keep:
			return "", p.folder.blocked(keep, at)
		case at.obstacle == "" && at.info == nil && !p.aside[keep]:
			p.aside[keep] = true
			return keep, nil
		}
	}
}
