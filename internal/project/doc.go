// Package project holds the files of a generated project on disk.
//
//	result, err := project.Write("shop", files, origin, project.Options{Owned: []string{"system.hcl"}})
//	report, err := project.Check("shop", files, project.Options{Owned: []string{"system.hcl"}})
//
// Write puts all files and a lock into a folder, or leaves the folder as it was. The lock,
// .scaffold/lock.json, says what made the project and holds a checksum of every file, so that a later
// Write or Check can tell what a person has edited since. What a person edited is never overwritten: it is
// first kept aside below .scaffold/replaced.
//
// The lock and the folder are not trusted. Every path is checked before it is used, nothing is reached
// through a symbolic link, and nothing outside the folder is read, written or removed.
//
// The package knows nothing of what the files mean: see package generate for that. It does not defend a
// folder against a second writer at the same time; it only notices one where it would lose work.
package project
