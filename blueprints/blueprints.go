// Package blueprints embeds the blueprints that come with scaffold, one file a
// pattern.
package blueprints

import "embed"

// Files holds the blueprints, named <pattern>.hcl.
//
//go:embed *.hcl
var Files embed.FS
