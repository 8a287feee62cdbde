package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// testsJSON is how the project's own tests went.
type testsJSON struct {
	Command string `json:"command"`
	Passed  bool   `json:"passed"`
	Output  string `json:"output"`
}

const testCommand = "go test ./..."

// test runs the tests of the project, where there are some and go is there to run them. People see the output
// as it comes.
func (o *checkOptions) test(streams Streams) (*testsJSON, error) {
	if _, err := os.Stat(filepath.Join(o.dir, "go.mod")); err != nil {
		return nil, nil // that it is missing is among the differences
	}
	goCommand, err := exec.LookPath("go")
	if err != nil {
		fmt.Fprintln(streams.Err, "The project's tests are not run: there is no go on the PATH.")
		return nil, nil
	}
	output := &ending{}
	var writer io.Writer = output
	if o.format == "text" {
		stage(streams, "tests", "%s in %s", testCommand, shown(o.dir))
		writer = io.MultiWriter(streams.Err, output)
	}
	cmd := exec.Command(goCommand, "test", "./...")
	cmd.Dir, cmd.Stdout, cmd.Stderr = o.dir, writer, writer
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("running the project's tests: %w", err)
	}
	return &testsJSON{Command: testCommand, Passed: err == nil, Output: output.String()}, nil
}

// maxOutput is how much of the tests' output is kept for programs: its end, where the results are.
const maxOutput = 1 << 20

// ending keeps the end of what is written to it.
type ending struct{ bytes.Buffer }

func (e *ending) Write(p []byte) (int, error) {
	n, err := e.Buffer.Write(p)
	if more := e.Len() - maxOutput; more > maxOutput {
		e.Next(more) // now and then, so that it costs little
	}
	return n, err
}

func (e *ending) String() string {
	text := e.Bytes()
	return string(text[max(0, len(text)-maxOutput):])
}
