// Package convention holds what all components do alike, so that who has read
// one component has read them all: presets, argument checks, registration,
// transforms, IAM policy documents and alarms. It is not a place for AWS
// knowledge that only one component needs.
package convention
