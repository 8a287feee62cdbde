// Package system reads system.hcl, the file in which an application team says what its system must do and how
// well, into a [System].
//
//	s, diags := system.Parse(src, "system.hcl")
//	for _, env := range s.Environments {
//		needs := s.For(env)
//		peak := needs.Number("requests_per_second") * needs.Number("peak_factor")
//		…
//	}
//
// Parse finds everything that is wrong in one pass, and returns the best System it can beside the
// diagnostics. What a team did not write is filled from the defaults in definitions.go, and each
// such value is listed in System.Assumptions with the reason for it.
//
// system.hcl is data: it holds plain values, no references, functions or arithmetic. Sizes are
// gibibytes and durations seconds, both as float64, wherever this package hands them on; see
// [FormatSize] and [FormatDuration] for the way back.
//
// [Starter] writes the text of a new system.hcl and [Edit] changes single values of an existing one. The
// package decides nothing about architecture: that is the work of package design.
package system
