package preview

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// wrong says where in the text an error of the JSON decoder is.
func wrong(text []byte, start int64, err error) error {
	var syntax *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		line, column := position(text, int64(len(text)))
		return fmt.Errorf("line %d, column %d: the JSON ends too early; was the preview interrupted?", line, column)
	case errors.As(err, &syntax):
		line, column := position(text, syntax.Offset-1)
		return fmt.Errorf("line %d, column %d: this is not JSON: %w. Give the standard output of `pulumi preview --json` alone", line, column, err)
	case errors.As(err, &mistyped):
		line, column := position(text, start+mistyped.Offset-1)
		return fmt.Errorf("line %d, column %d: %s is of type %s; previews have %s there", line, column, mistyped.Field, mistyped.Value, mistyped.Type)
	}
	line, column := position(text, start)
	return fmt.Errorf("line %d, column %d: %w", line, column, err)
}

// position is the line and the column, counted in characters, of an offset; both begin with 1.
func position(text []byte, offset int64) (line, column int) {
	before := text[:min(max(offset, 0), int64(len(text)))]
	line = 1 + bytes.Count(before, []byte("\n"))
	return line, 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
}

// leading is the length of the white space before a JSON value.
func leading(text []byte) int64 {
	return int64(len(text) - len(bytes.TrimLeft(text, " \t\r\n")))
}
