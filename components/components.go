// Package components holds the schema of the component library: what every
// component takes and gives, in Pulumi's package-schema format. The components
// themselves are in the packages below it, one a domain.
//
// The schema is generated from their Go code. This package imports none of it,
// so that a program which only has to know the components links no cloud SDK.
package components

import _ "embed"

//go:generate go run ../internal/provider/list
//go:generate go run ../internal/provider/write
//go:generate go run ../internal/provider/reference

// Schema is the Pulumi package schema of the library, as JSON.
//
//go:embed schema.json
var Schema []byte
