// Package scaffold is the root of the module; the tool is cmd/scaffold, the
// component library is below components. See README.md.
package scaffold

import _ "embed"

// ModFile is the module's go.mod: a project made by a release names its checksum.
//
//go:embed go.mod
var ModFile []byte
