package main

import (
	"bytes"
	"os"
	"testing"
)

// TestReferenceIsUpToDate writes the reference anew and compares.
func TestReferenceIsUpToDate(t *testing.T) {
	want, err := reference("../../../components")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../../docs/components.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/components.md is out of date; run go generate ./...")
	}
}
