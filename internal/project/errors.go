package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Errors that a caller may want to tell apart, with errors.Is. What is returned has a message of its own.
var (
	// ErrNotEmpty says that the folder holds files and Options.Force is not set.
	ErrNotEmpty = errors.New("the folder is not empty")
	// ErrNoLock says that the folder is not a project: it has no lock, or does not exist.
	ErrNoLock = errors.New("the folder has no lock")
	// ErrBadLock says that there is a lock, and that it cannot be used.
	ErrBadLock = errors.New("the lock cannot be read")
	// ErrUnsafePath says that a path is not one that may be written, or that a symbolic link stands in its way.
	ErrUnsafePath = errors.New("the path is not safe")
)

// refusal is an error with a whole message, that is also one of the errors above.
type refusal struct {
	kind error // may be nil
	text string
}

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return r.kind }

func refuse(kind error, format string, args ...any) error {
	return &refusal{kind, fmt.Sprintf(format, args...)}
}

// failed wraps an error of the disk, once, with what we were doing to which path.
func failed(doing, path string, err error) error {
	var known *refusal
	if errors.As(err, &known) {
		return err
	}
	// The operating system's error repeats the operation and a path, often that of a staged file.
	var onPath *fs.PathError
	var onLink *os.LinkError
	switch {
	case errors.As(err, &onPath):
		err = onPath.Err
	case errors.As(err, &onLink):
		err = onLink.Err
	}
	return fmt.Errorf("cannot %s %s: %w", doing, display(path), err)
}

// absent reports whether an error says that there is nothing at a path, or not even a folder to look in.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// display writes a path for a person: relative to the working directory where that is shorter.
func display(path string) string {
	shown := filepath.Clean(path)
	if absolute, err := filepath.Abs(path); err == nil {
		if working, err := os.Getwd(); err == nil {
			if relative, err := filepath.Rel(working, absolute); err == nil && len(relative) < len(shown) {
				shown = relative
			}
		}
	}
	return quote(shown)
}

// quote leaves an ordinary name as it is; one that a terminal could take as a command is quoted.
func quote(name string) string {
	for _, r := range name {
		if !strconv.IsPrint(r) {
			return strconv.Quote(name)
		}
	}
	if name == "" || strings.TrimSpace(name) != name {
		return strconv.Quote(name)
	}
	return name
}
