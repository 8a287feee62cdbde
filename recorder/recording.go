package recorder

import "github.com/archimperative/scaffold/recorder/recording"

// What a run returns is data of package recording, which links nothing of Pulumi. The names stand here
// too, so that a test needs one import only.
type (
	// A Recording is what one run of a program registered.
	Recording = recording.Recording
	// A Resource is one registered resource or component.
	Resource = recording.Resource
	// A Log is one message of ctx.Log.
	Log = recording.Log
	// Timeouts are the custom timeouts of a resource, as durations such as "30m".
	Timeouts = recording.Timeouts
	// Unknown stands for a value that is known only after deployment. It occurs only under [Preview].
	Unknown = recording.Unknown
	// An Asset is a file, a text or an address given as an input.
	Asset = recording.Asset
	// An Archive is a folder, an archive file or a set of assets given as an input.
	Archive = recording.Archive
)

// JSON decodes text that holds a JSON document; see [recording.JSON].
func JSON(v any) any { return recording.JSON(v) }

// At returns what stands at a path below v, or nil; see [recording.Resource.Input] for what a path is.
func At(v any, path string) any { return recording.At(v, path) }

const (
	stackType     = recording.StackType
	providerTypes = recording.ProviderTypes
)

func label(typ, name string) string { return recording.Label(typ, name) }

func below(path, key string) string { return recording.Below(path, key) }

func element(path string, i int) string { return recording.Element(path, i) }
