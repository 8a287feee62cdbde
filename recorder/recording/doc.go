// Package recording holds what one run of a Pulumi program registered, as plain Go data.
//
// It links nothing of Pulumi: what reads recordings, such as package guardrails, is small and starts at once.
// Package recorder makes recordings, and gives these types under its own name too.
package recording
