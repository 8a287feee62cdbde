package project

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// ownFolder is the folder that scaffold keeps its own files in. No generated file may be below it.
const ownFolder = ".scaffold"

// maxName is the longest name of a file or folder that all common file systems hold.
const maxName = 255

// sorted returns the files in order of their paths, after it checked the paths of files and options.
func sorted(files []File, opts Options) ([]File, error) {
	files = slices.SortedFunc(slices.Values(files), func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	paths := make([]string, len(files), len(files)+1)
	for i, file := range files {
		paths[i] = file.Path
	}
	if err := checkPaths(paths); err != nil {
		return nil, err
	}
	for _, owned := range opts.Owned {
		if why := unsafe(owned); why != "" {
			return nil, refuse(ErrUnsafePath, "unsafe path %q: %s", owned, why)
		}
	}
	return files, nil
}

// checkPaths refuses paths that are unsafe alone or together: two that some file system takes for one, or
// one that would have to be a file and a folder.
func checkPaths(paths []string) error {
	exact := map[string]string{} // lower case → as written, of files and of their folders
	isFile := map[string]bool{}  // lower case
	for _, p := range paths {
		if why := unsafe(p); why != "" {
			return refuse(ErrUnsafePath, "unsafe path %q: %s", p, why)
		}
		if isFile[strings.ToLower(p)] {
			return refuse(ErrUnsafePath, "unsafe path %q: it is there twice, or differs from %q only in case", p, exact[strings.ToLower(p)])
		}
		isFile[strings.ToLower(p)] = true
		for part := p; part != "."; part = path.Dir(part) {
			lower := strings.ToLower(part)
			other, seen := exact[lower]
			if seen && other != part {
				return refuse(ErrUnsafePath, "unsafe path %q: %q and %q differ only in case", p, part, other)
			}
			exact[lower] = part
		}
	}
	for _, p := range paths {
		for folder := path.Dir(p); folder != "."; folder = path.Dir(folder) {
			if isFile[strings.ToLower(folder)] {
				return refuse(ErrUnsafePath, "unsafe path %q: %q is a file too, and cannot be a folder", p, folder)
			}
		}
	}
	return nil
}

// unsafe says why a path may not be written on some common system, or nothing if it may.
// Paths are plain ASCII: then no two look alike, and no file system folds them in surprising ways.
func unsafe(p string) string {
	switch {
	case p == "":
		return "it is empty"
	case strings.HasPrefix(p, "/"):
		return "it is absolute"
	case strings.Contains(p, `\`):
		return "it has a backslash; folders are separated by a slash"
	case len(p) > 4*maxName:
		return "it is too long"
	}
	for _, b := range []byte(p) {
		if b < 0x20 || b > 0x7e || bytes.IndexByte([]byte(`<>:"|?*`), b) >= 0 {
			return "it has a character that not every system can write"
		}
	}
	for i, name := range strings.Split(p, "/") {
		lower := strings.ToLower(name)
		stem, _, _ := strings.Cut(lower, ".")
		stem = strings.TrimRight(stem, " ")
		switch {
		case name == "" || name == "." || name == "..":
			return `it has an empty, "." or ".." part`
		case len(name) > maxName:
			return "it has a part that is too long"
		case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") || strings.HasPrefix(name, " "):
			return "a part begins or ends with a space, or ends with a dot"
		case lower == ".git" || lower == "git~1":
			return "git keeps its own files there"
		case i == 0 && lower == ownFolder:
			return "scaffold keeps its own files there"
		case device(stem):
			return "a part is the name of a device on Windows"
		}
	}
	return ""
}

// device reports whether a lower-case name, without what follows its first dot, is reserved on Windows.
func device(stem string) bool {
	switch stem {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	numbered := strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt")
	return numbered && len(stem) == 4 && stem[3] >= '0' && stem[3] <= '9'
}
