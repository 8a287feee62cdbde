package system

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// The summaries of the diagnostics of this package: one constant for each kind of problem, without names. Each
// has a line in testdata that provokes it.
const (
	unknownBlock       = "Unknown block"
	unknownArgument    = "Unknown argument"
	unknownRequirement = "Unknown requirement"
	misplacedArgument  = "Argument outside a block"
	missingName        = "Missing name"
	unexpectedName     = "Unexpected name"
	invalidName        = "Invalid name"
	duplicateName      = "Duplicate name"
	duplicateBlock     = "Duplicate block"
	duplicateDecision  = "Duplicate decision"
	duplicateValue     = "Duplicate value"

	duplicateAssumption = "Duplicate assumption"

	duplicatePath      = "Duplicate path"
	duplicateDomain    = "Duplicate domain"
	missingSystem      = "Missing system block"
	missingArgument    = "Missing argument"
	plainValueRequired = "Plain value required"
	wrongType          = "Unsuitable value"
	emptyValue         = "Empty value"
	invalidText        = "Invalid text"
	outOfRange         = "Value out of range"
	unknownValue       = "Unknown value"
	invalidSize        = "Invalid size"
	invalidDuration    = "Invalid duration"
	invalidDomain      = "Invalid domain name"
	invalidImage       = "Invalid image reference"
	invalidPath        = "Invalid path"
	invalidDate        = "Invalid date"
	unknownRegion      = "Unknown region"
	unsupportedRegion  = "Unsupported region"
	unknownStore       = "Unknown store"
	unknownService     = "Unknown service"
	callsItself        = "Service calls itself"
	memoryForCPU       = "Memory does not suit cpu"

	unpublishedEvent = "Event without publisher"
	unconsumedEvent  = "Event without consumer"
	unusedEvent      = "Unused event"
	unusedStore      = "Unused store"

	// Edit gives these. They have no place in a file.
	invalidAssignment = "Invalid assignment"
	unknownSetting    = "Unknown setting"
)

func problem(summary string, subject hcl.Range, detail string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  summary,
		Detail:   fmt.Sprintf(detail, args...),
		Subject:  &subject,
	}
}

func warning(summary string, subject hcl.Range, detail string, args ...any) *hcl.Diagnostic {
	diag := problem(summary, subject, detail, args...)
	diag.Severity = hcl.DiagWarning
	return diag
}

// place names a range in the text of a message: system.hcl:3,1.
func place(r hcl.Range) string {
	return fmt.Sprintf("%s:%d,%d", r.Filename, r.Start.Line, r.Start.Column)
}

// a puts the article before a word: a service, an event.
func a(word string) string {
	if word != "" && strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

// capitalA is a at the start of a sentence.
func capitalA(word string) string { return "A" + a(word)[1:] }
