package system

import (
	"math"
	"testing"
)

func TestParseSize(t *testing.T) {
	tests := []struct {
		text string
		gib  float64
		ok   bool
	}{
		{"200 GiB", 200, true}, {"1.5 TiB", 1536, true}, {"500 MiB", 500.0 / 1024, true}, {"512MiB", 0.5, true}, {"1 KiB", 1.0 / 1048576, true},
		{"2 PiB", 2097152, true}, {"20GB", 20e9 / (1 << 30), true}, {"1 TB", 1e12 / (1 << 30), true}, {"0 GiB", 0, true},
		{"", 0, false}, {"200", 0, false}, {"GiB", 0, false}, {"-1 GiB", 0, false}, {"1  GiB", 0, false}, {"1 gib", 0, false}, {"1 G", 0, false},
		{"1e3 GiB", 0, false}, {"1. GiB", 0, false}, {".5 GiB", 0, false}, {"1 GiB ", 0, false}, {"9999999999999999 GiB", 0, false},
	}
	for _, test := range tests {
		if got, ok := ParseSize(test.text); ok != test.ok || ok && math.Abs(got-test.gib) > 1e-9*test.gib {
			t.Errorf("ParseSize(%q) is %v, %v; want %v, %v", test.text, got, ok, test.gib, test.ok)
		}
	}
}

func TestParseDuration(t *testing.T) {
	tests := []struct {
		text    string
		seconds float64
		ok      bool
	}{
		{"200ms", 0.2, true}, {"5s", 5, true}, {"5m", 300, true}, {"1h", 3600, true}, {"1h30m", 5400, true}, {"7d", 604800, true}, {"1d 12h", 129600, true},
		{"1.5h", 5400, true}, {"0s", 0, true}, {"1m500ms", 60.5, true}, {"5 m", 300, true},
		{"", 0, false}, {"5", 0, false}, {"5min", 0, false}, {"30m1h", 0, false}, {"1m1m", 0, false}, {"-5m", 0, false}, {"m", 0, false}, {"5M", 0, false},
		{"1h and 5m", 0, false}, {"5m ", 300, true}, {" 5m", 0, false},
	}
	for _, test := range tests {
		if got, ok := ParseDuration(test.text); ok != test.ok || got != test.seconds {
			t.Errorf("ParseDuration(%q) is %v, %v; want %v, %v", test.text, got, ok, test.seconds, test.ok)
		}
	}
}

func TestFormatSize(t *testing.T) {
	for gib, want := range map[float64]string{
		200: "200 GiB", 1024: "1 TiB", 1536: "1536 GiB", 0.5: "512 MiB", 0: "0 GiB", 1 << 20: "1 PiB", 10: "10 GiB", 1.5: "1536 MiB",
		20e9 / (1 << 30): "20 GB", 500.0 / 1024: "500 MiB", 1.0 / 1048576: "1 KiB",
	} {
		if got := FormatSize(gib); got != want {
			t.Errorf("FormatSize(%v) is %q, want %q", gib, got, want)
		}
	}
}

func TestFormatDuration(t *testing.T) {
	for seconds, want := range map[float64]string{
		0.2: "200ms", 0.5: "500ms", 1: "1s", 300: "5m", 3600: "1h", 5400: "90m", 14400: "4h", 86400: "1d", 604800: "7d", 129600: "36h", 90: "90s",
		0: "0s", 0.0005: "0.5ms", 1.5: "1500ms",
	} {
		if got := FormatDuration(seconds); got != want {
			t.Errorf("FormatDuration(%v) is %q, want %q", seconds, got, want)
		}
	}
}

// FuzzUnits reads what was written back, exactly.
func FuzzUnits(f *testing.F) {
	for _, v := range []float64{0, 1, 0.1, 200, 1e-6, 1e6, 18.6264514923, 0.2, 1.0 / 3} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v float64) {
		v = math.Abs(math.Round(v*1e6) / 1e6)
		if !(v < 1e8) {
			t.Skip()
		}
		if got, ok := ParseSize(FormatSize(v)); !ok || math.Abs(got-v) > 1e-9*v {
			t.Errorf("%v is written as %q and read as %v", v, FormatSize(v), got)
		}
		if got, ok := ParseDuration(FormatDuration(v)); !ok || math.Abs(got-v) > 1e-9*v {
			t.Errorf("%v is written as %q and read as %v", v, FormatDuration(v), got)
		}
	})
}
