package project

import (
	"fmt"
	"slices"
	"strings"
)

// mustBeEmpty refuses a folder that holds anything but a .git, what a killed run left, and files of the user
// that are just those the project was generated from.
func (f *folder) mustBeEmpty(files []File, opts Options) error {
	names, err := f.names(".")
	if err != nil {
		return err
	}
	var others []string
	for _, name := range names {
		harmless, err := f.harmless(name, files, opts)
		if err != nil {
			return err
		}
		if !harmless {
			others = append(others, quote(name))
		}
	}
	if len(others) == 0 {
		return nil
	}
	if at, err := f.look(LockPath); err == nil && at.info != nil {
		return refuse(ErrNotEmpty, "folder %s already holds a project of scaffold; "+
			"choose another folder, or use --force to generate it anew (files edited by hand are kept in %s)", display(f.dir), replacedFolder)
	}
	return refuse(ErrNotEmpty, "folder %s is not empty, it holds %s; "+
		"choose another folder, or use --force to write among these files", display(f.dir), some(others))
}

func (f *folder) harmless(name string, files []File, opts Options) (bool, error) {
	switch {
	case name == ".git":
		return true, nil
	case name == ownFolder:
		at, err := f.look(name)
		if err != nil || at.obstacle != aFolder {
			return false, err
		}
		within, err := f.names(name)
		left := func(name string) bool { return strings.HasPrefix(name, stagingPrefix) }
		return !slices.ContainsFunc(within, func(name string) bool { return !left(name) }), err
	case !slices.Contains(opts.Owned, name):
		return false, nil
	}
	i := slices.IndexFunc(files, func(file File) bool { return file.Path == name })
	at, err := f.look(name)
	if err != nil || i < 0 || at.info == nil {
		return false, err
	}
	sum, err := f.sum(name)
	return sum == Sum(files[i].Content), err
}

// some names the first three of a list, and how many more there are.
func some(names []string) string {
	const most = 3
	switch n := len(names); {
	case n == 1:
		return names[0]
	case n <= most:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	case n == most+1:
		return strings.Join(names[:most], ", ") + " and 1 other"
	default:
		return strings.Join(names[:most], ", ") + " and " + fmt.Sprintf("%d others", n-most)
	}
}
