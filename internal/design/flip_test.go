package design_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/archimperative/scaffold/internal/design"
)

// TestFlipsAreReadable: an edge that no short number hits is given by the nearest of six
// digits that is beyond it, and only if all of the pattern can be had there.
func TestFlipsAreReadable(t *testing.T) {
	s, b, _ := parse(t, shop, head+`
locals {
  class = database_class("postgres", requirements.requests_per_second / 100, 1, 1)
}
decision "zones" {
  question = "?"
  option "three" {
    when    = requirements.requests_per_second * 7 >= 120
    because = "a"
  }
  option "four" {
    when    = requirements.requests_per_second > 6401
    because = "no class has more than 64 processors"
  }
  option "two" { because = "b" }
}
decision "split" {
  question = "?"
  option "yes" {
    when    = requirements.requests_per_second > 6401
    because = "no class has more than 64 processors"
  }
  option "no" { because = "b" }
}
`)
	var got []string
	for _, f := range design.Flips(s, s.Environments[0], b) {
		got = append(got, fmt.Sprintf("%s=%s: %s %s", f.Decision, f.Option, f.Requirement, f.Text))
	}
	if want := []string{"zones=three: requests_per_second 17.1429"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFlipsAreTheEdges(t *testing.T) {
	s, b, _ := parse(t, shop, head+`
locals {
  peak = requirements.requests_per_second * requirements.peak_factor
}
decision "zones" {
  question = "?"
  option "three" {
    when    = requirements.availability >= 99.99
    because = "a"
  }
  option "one" {
    when    = requirements.availability < 99.5 || requirements.engineers > 40
    because = "b"
  }
  option "two" { because = "c" }
}
decision "bus" {
  question = "?"
  option "stream" {
    when    = local.peak > 3000
    because = "a"
  }
  option "fifo" {
    when    = requirements.consistency == "eventual" || contains(requirements.compliance, "pci")
    because = "b"
  }
  option "topic" { because = "c" }
}
`)
	var got []string
	for _, f := range design.Flips(s, s.Environments[0], b) {
		got = append(got, fmt.Sprintf("%s=%s: %s %s above=%v beyond=%v", f.Decision, f.Option, f.Requirement, f.Text, f.Above, f.Beyond))
	}
	want := []string{
		`bus=fifo: compliance ["pci"] above=false beyond=false`,
		`bus=fifo: consistency "eventual" above=false beyond=false`,
		`bus=stream: peak_factor 300 above=true beyond=true`,
		`bus=stream: requests_per_second 1000 above=true beyond=true`,
		`zones=one: availability 99.5 above=false beyond=true`,
		`zones=one: engineers 40 above=true beyond=true`,
		`zones=three: availability 99.99 above=true beyond=false`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}
