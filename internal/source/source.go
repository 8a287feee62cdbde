package source

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// MaxBytes is the size, in bytes, of the largest file Parse accepts.
const MaxBytes = 1_000_000

// The summaries of the diagnostics this package gives, on top of those of the HCL parser.
const (
	fileTooLarge        = "File too large"
	invalidEncoding     = "Invalid character encoding"
	invalidCharacter    = "Invalid character"
	unterminatedComment = "Unterminated comment"
	multilineString     = "Invalid multi-line string"
	mismatchedBracket   = "Mismatched bracket"
	nestingTooDeep      = "Nesting too deep"
	expressionTooLong   = "Expression too long"
	numberTooLong       = "Number too long"
	textTooLong         = "Text too long"
)

// Parse parses src, the content of the file called filename. The body of the file it returns is always an
// *hclsyntax.Body: whole when there are no errors, best effort when there are, empty when src was
// refused before parsing.
func Parse(src []byte, filename string) (*hcl.File, hcl.Diagnostics) {
	if diag := checkBytes(src, filename); diag != nil {
		return refuse(src, filename), hcl.Diagnostics{diag}
	}
	if diag := checkTokens(src, filename); diag != nil {
		return refuse(src, filename), hcl.Diagnostics{diag}
	}
	return hclsyntax.ParseConfig(src, filename, hcl.InitialPos)
}

// refuse returns an empty file that still knows its text, so that a diagnostic can quote it.
func refuse(src []byte, filename string) *hcl.File {
	file, _ := hclsyntax.ParseConfig(nil, filename, hcl.InitialPos)
	file.Bytes = src
	return file
}

// checkBytes refuses text that is too long, or is not text.
func checkBytes(src []byte, filename string) *hcl.Diagnostic {
	if len(src) > MaxBytes {
		return refusal(fileTooLarge, hcl.Range{Filename: filename, Start: hcl.InitialPos, End: hcl.InitialPos},
			"The file holds %d bytes; at most %d are read. Split it, or check that it is the file you meant.",
			len(src), MaxBytes)
	}
	if at := bytes.IndexByte(src, 0); at >= 0 {
		return refusal(invalidCharacter, rangeAt(src, filename, at, 1),
			"A NUL character stands here, which no text holds. Remove it, or save the file as UTF-8 text.")
	}
	if !utf8.Valid(src) {
		at := 0
		for at < len(src) {
			r, size := utf8.DecodeRune(src[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		return refusal(invalidEncoding, rangeAt(src, filename, at, 1),
			"The byte 0x%02x here is not part of a UTF-8 character. Save the file as UTF-8 text.", src[at])
	}
	return nil
}

// rangeAt is the range of length bytes at the byte offset at. Columns count characters as far as the
// text before is valid.
func rangeAt(src []byte, filename string, at, length int) hcl.Range {
	lineStart := bytes.LastIndexByte(src[:at], '\n') + 1
	start := hcl.Pos{
		Line:   bytes.Count(src[:at], []byte{'\n'}) + 1,
		Column: utf8.RuneCount(src[lineStart:at]) + 1,
		Byte:   at,
	}
	end := hcl.Pos{Line: start.Line, Column: start.Column + 1, Byte: at + length}
	return hcl.Range{Filename: filename, Start: start, End: end}
}

func refusal(summary string, subject hcl.Range, detail string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  summary,
		Detail:   fmt.Sprintf(detail, args...),
		Subject:  &subject,
	}
}
