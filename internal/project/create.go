package project

import (
	"os"
	"path"
	"path/filepath"
)

// create makes a folder that does not exist, with all its files, in one rename. Missing parents are staged
// with it, so that they too appear with that rename or not at all.
func create(dir string, files []File, opts Options) error {
	var below string // from the first missing folder to dir
	top := dir       // the first missing folder
	for {
		if _, err := os.Lstat(top); err == nil {
			return refuse(ErrUnsafePath, "%s is a symbolic link to nothing; remove it, or make the folder it points to", display(top))
		}
		parent := filepath.Dir(top)
		info, err := os.Stat(parent)
		if err == nil && info.IsDir() {
			break
		}
		if err == nil {
			return refuse(nil, "cannot make folder %s: %s is a file; choose another folder", display(dir), display(parent))
		}
		if !absent(err) {
			return failed("make folder", dir, err)
		}
		below = filepath.Join(filepath.Base(top), below)
		top = parent
	}

	staging, err := os.MkdirTemp(filepath.Dir(top), ".scaffold-staging-*")
	if err != nil {
		return failed("make folder", dir, err)
	}
	defer os.RemoveAll(staging)
	// The temporary folder is private; the one in it has the mode that a folder made here should have.
	tree := filepath.Join(staging, "tree")
	target := filepath.Join(tree, below)
	if err := os.MkdirAll(target, dirMode); err != nil {
		return failed("make folder", dir, err)
	}
	if err := fill(target, dir, files, opts); err != nil {
		return err
	}
	if opts.fault != nil {
		err = opts.fault("rename", ".")
	}
	if err == nil {
		err = os.Rename(tree, top)
	}
	if err != nil {
		return failed("make folder", dir, err)
	}
	return nil
}

// fill writes files into an empty folder, that will be known by another name.
func fill(target, name string, files []File, opts Options) error {
	f, err := openFolder(target, opts.fault)
	if err != nil {
		return err
	}
	defer f.close()
	f.dir = name
	j := &journal{folder: f} // never rolled back: the whole folder is removed instead
	for _, file := range files {
		if err := j.mkdirs(path.Dir(file.Path)); err != nil {
			return err
		}
		if err := f.write(file.Path, file.Content); err != nil {
			return failed("write", f.path(file.Path), err)
		}
	}
	return nil
}
