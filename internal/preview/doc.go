// Package preview reads what `pulumi preview --json` prints into a recording: what a program is about to
// register, as package guardrails and others judge it. The program may be in any language that Pulumi knows,
// and scaffold need never have seen it.
//
// Both forms are read: the digest, one object with steps, and the stream of engine events that pulumi prints
// when PULUMI_ENABLE_STREAMING_JSON_PREVIEW is set. The digest tells more: only it has dependencies and positions.
// It leaves out resources that do not change unless pulumi is given --show-sames.
//
// The text is taken for hostile: it is limited in size and depth, and every error says where it stands.
// The package links nothing of Pulumi; the format is that of its packages display, apitype and
// resource/plugin, version 3.259.
package preview
