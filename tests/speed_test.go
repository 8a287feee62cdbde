package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/archimperative/scaffold/blueprints"
	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/catalog"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/generate"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
)

// synthetic is a system of n services in a chain of events, a store for every
// tenth.
func synthetic(n int) []byte {
	var b strings.Builder
	b.WriteString("system \"big\" {\n  pattern = \"event-driven\"\n  domain  = \"big.example.com\"\n}\n")
	for i := range n {
		fmt.Fprintf(&b, "service \"s%d\" {\n  publishes = [\"e%d\"]\n", i, i)
		if i > 0 {
			fmt.Fprintf(&b, "  consumes  = [\"e%d\"]\n", i-1)
		}
		if i%10 == 0 {
			fmt.Fprintf(&b, "  stores    = [\"d%d\"]\n  path      = \"/s%d\"\n", i, i)
		}
		b.WriteString("}\n")
		if i%10 == 0 {
			fmt.Fprintf(&b, "store \"d%d\" {}\n", i)
		}
	}
	return []byte(b.String())
}

// project takes a system from its text to the files of its project.
func project(tb testing.TB, text []byte) []generate.File {
	tb.Helper()
	s, diags := system.Parse(text, "system.hcl")
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	patterns, err := catalog.Open(blueprints.Files)
	if err != nil {
		tb.Fatal(err)
	}
	b, diags, err := patterns.Blueprint(s.Pattern)
	if err != nil || diags.HasErrors() {
		tb.Fatal(err, diags)
	}
	library, err := schema.Parse(components.Schema)
	if err != nil {
		tb.Fatal(err)
	}
	designs, diags := design.All(s, b, library)
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	files, err := generate.Project(generate.Input{System: s, SystemSource: text, Blueprint: b, Designs: designs, Module: generate.Module{Replace: ".."}})
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

func BenchmarkProject(b *testing.B) {
	for _, n := range []int{100, 1000, 3000} {
		text := synthetic(n)
		b.Run(fmt.Sprintf("services=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				project(b, text)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/service")
		})
	}
}

// TestGrowsLinearly designs and generates 500 and 2,000 services. The limits
// are far above what is measured: they catch a square, not a slow machine.
func TestGrowsLinearly(t *testing.T) {
	measure := func(n int) time.Duration {
		text := synthetic(n)
		best := time.Duration(1<<63 - 1)
		for range 3 {
			start := processorTime(t)
			if files := project(t, text); len(files) < 15 {
				t.Fatalf("%d files", len(files))
			}
			best = min(best, processorTime(t)-start)
		}
		return best
	}
	small, large := measure(500), measure(2000)
	t.Logf("500 services %v, 2,000 services %v", small, large)
	if large > 10*small {
		t.Errorf("four times the services take %.1f times as long", float64(large)/float64(small))
	}
}

// processorTime is what this process has used so far: unlike the clock, it does
// not count what else the machine does.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// peak waits for a process to end and returns the most memory it held, in MB. It
// asks Linux while the process runs: what wait reports counts the memory of the
// test that started it too.
func peak(t *testing.T, run *exec.Cmd) int {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- run.Wait() }()
	most := 0
	for {
		if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", run.Process.Pid)); err == nil {
			if _, rest, found := strings.Cut(string(status), "VmHWM:"); found {
				var kb int
				if _, err := fmt.Sscan(rest, &kb); err == nil {
					most = max(most, kb>>10)
				}
			}
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return most
		case <-time.After(200 * time.Microsecond):
		}
	}
}

// TestCommandLineIsSmallAndInstant builds the program as it is released and
// runs it as people do.
func TestCommandLineIsSmallAndInstant(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "scaffold")
	build := exec.Command("go", "build", "-o", binary, "./cmd/scaffold")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(binary)
	if err != nil {
		t.Fatal(err)
	}
	if mb := info.Size() >> 20; mb >= 25 {
		t.Errorf("the program has %d MB", mb)
	}
	source, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	best, memory := time.Duration(1<<63-1), 0
	for i := range 5 {
		run := exec.Command(binary, "new", filepath.Join(t.TempDir(), fmt.Sprint("shop", i)), "--system", "../examples/shop/system.hcl", "--source", source)
		start := time.Now()
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		memory = max(memory, peak(t, run))
		best = min(best, time.Since(start))
	}
	t.Logf("%d MB binary; new takes %v and %d MB", info.Size()>>20, best, memory)
	// The best of five, so that a busy machine does not count.
	if best > 400*time.Millisecond { // about 60 ms are measured; the rest is for slower machines
		t.Errorf("scaffold new takes %v", best)
	}
	if memory > 64 {
		t.Errorf("scaffold new takes %d MB", memory)
	}
}
