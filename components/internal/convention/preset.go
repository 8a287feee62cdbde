package convention

// Preset is the set of defaults that a component falls back to. What a caller
// sets always wins over the preset.
type Preset string

const (
	// Sandbox keeps cost and the effort of tearing down low; it weakens
	// redundancy and retention, never encryption or access control.
	Sandbox Preset = "sandbox"
	// Production is redundant, retained and protected. It is the default: an
	// unset preset must not silently weaken anything.
	Production Preset = "production"
)

// Choose returns what the caller set, or the default of the preset.
func Choose[T any](set *T, p Preset, production, sandbox T) T {
	switch {
	case set != nil:
		return *set
	case p == Sandbox:
		return sandbox
	default:
		return production
	}
}

// Or returns what the caller set, or the same default under every preset.
func Or[T any](set *T, fallback T) T {
	if set != nil {
		return *set
	}
	return fallback
}
