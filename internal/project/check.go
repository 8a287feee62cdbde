package project

import (
	"maps"
	"slices"
)

// State says how a file of a project stands to its lock and to what would be generated now.
type State string

// The states of a file.
const (
	// OK is a file that is as it would be generated now; of a file the user owns, that it is as it was then.
	OK State = "ok"
	// Edited is a file that somebody changed, and that would be generated now as it was then.
	Edited State = "edited"
	// Stale is a file as it was generated, that would be generated differently now.
	Stale State = "stale"
	// EditedAndStale is a file that is neither as it was generated nor as it would be generated now.
	EditedAndStale State = "edited and stale"
	// Missing is a file that was generated and is gone.
	Missing State = "missing"
	// New is a file that was not generated then, is not there, and would be generated now.
	New State = "new"
	// LeftOver is a file as it was generated, that would not be generated now.
	LeftOver State = "left over"
	// EditedLeftOver is a file that would not be generated now, and that somebody changed.
	EditedLeftOver State = "edited and left over"
)

// Report is what Check found.
type Report struct {
	Lock  *Lock
	Files []Status // sorted by path
}

// Status is the state of one file.
type Status struct {
	Path  string
	State State
	Note  string // what stands there if not a file: "docs is a symbolic link"
}

// OK reports whether every file is.
func (r *Report) OK() bool {
	return !slices.ContainsFunc(r.Files, func(s Status) bool { return s.State != OK })
}

// Check compares the project in the folder dir with the files that would be generated now. It changes
// nothing. Files in neither the lock nor files are nobody's business.
func Check(dir string, files []File, opts Options) (*Report, error) {
	files, err := sorted(files, opts)
	if err != nil {
		return nil, err
	}
	f, err := openProject(dir, opts.fault)
	if err != nil {
		return nil, err
	}
	defer f.close()
	lock, err := f.loadLock()
	if err != nil {
		return nil, err
	}

	want := newLock(Origin{}, files).Files
	all := maps.Clone(want)
	maps.Copy(all, lock.Files)
	report := &Report{Lock: lock}
	for _, path := range slices.Sorted(maps.Keys(all)) {
		at, err := f.look(path)
		if err != nil {
			return nil, err
		}
		status := Status{Path: path}
		have := "" // the checksum of no file
		if at.obstacle != "" {
			have = "an obstacle"
			status.Note = at.where + " is " + at.obstacle
		} else if at.info != nil {
			if have, err = f.sum(path); err != nil {
				return nil, err
			}
		}
		if slices.Contains(opts.Owned, path) {
			status.State = ownedState(have, lock.Files[path])
		} else {
			status.State = state(have, lock.Files[path], want[path])
		}
		if status.State != "" {
			report.Files = append(report.Files, status)
		}
	}
	return report, nil
}

// state compares the checksums of a file as it is, as it was generated, and as it would be generated now.
// An empty one means that there is no such file. No state at all means that there is nothing to tell.
func state(is, was, would string) State {
	switch {
	case is == would && is == "":
		return ""
	case is == would:
		return OK
	case is == "" && was == "":
		return New
	case is == "":
		return Missing
	case would == "" && is == was:
		return LeftOver
	case would == "":
		return EditedLeftOver
	case is == was:
		return Stale
	case was == would:
		return Edited
	}
	return EditedAndStale
}

// ownedState is the state of a file that the user owns: what would be generated does not matter, it is read.
func ownedState(is, was string) State {
	switch {
	case is == "" && was == "":
		return New
	case is == "":
		return Missing
	case is == was:
		return OK
	}
	return Edited
}
