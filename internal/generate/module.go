package generate

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
)

//go:generate go run ./module

// Module says which release, or which checkout, of scaffold a project builds with.
type Module struct {
	Version string // of a release: "v0.1.0"; "" for a checkout
	Sum     string // the release's checksums, as in go.sum
	ModSum  string
	Replace string // the checkout's folder, from the project's, with slashes; "" for a release
}

const modulePath = "github.com/archimperative/scaffold"

// What `go mod tidy` makes of a project that uses all of scaffold: see ./module.
var (
	//go:embed module/go.mod.txt
	moduleFile []byte
	//go:embed module/go.sum.txt
	moduleSums []byte
)

// goMod is a complete go.mod: the project builds without a tidy step.
func (m Module) goMod(name string) []byte {
	version := m.Version
	if version == "" {
		version = "v0.0.0"
	}
	text := strings.NewReplacer("module project", "module "+name, modulePath+" v0.0.0", modulePath+" "+version).Replace(string(moduleFile))
	if m.Replace != "" {
		text += fmt.Sprintf("\n// The checkout of scaffold that this project was made with. Delete the line to build with a release.\nreplace %s => %s\n", modulePath, quotePath(m.Replace))
	}
	return []byte(text)
}

func (m Module) goSum() []byte {
	if m.Version == "" {
		return moduleSums
	}
	var b bytes.Buffer
	own := fmt.Sprintf("%[1]s %[2]s %[3]s\n%[1]s %[2]s/go.mod %[4]s\n", modulePath, m.Version, m.Sum, m.ModSum)
	lines := strings.SplitAfter(string(moduleSums), "\n")
	for i, line := range lines {
		if line > own || i == len(lines)-1 {
			b.WriteString(strings.Join(lines[:i], "") + own + strings.Join(lines[i:], ""))
			break
		}
	}
	return b.Bytes()
}

// quotePath writes a folder as go.mod takes it: quoted where it holds blanks.
func quotePath(path string) string {
	if strings.ContainsAny(path, " \t\"'`()[]{},") {
		return fmt.Sprintf("%q", path)
	}
	return path
}
