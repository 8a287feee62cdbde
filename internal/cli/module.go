package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"github.com/archimperative/scaffold"
	"github.com/archimperative/scaffold/internal/generate"
)

// release is the version and checksum of the module this program was installed
// from; empty when it was built from a checkout.
func release() (version, sum string) {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Sum == "" {
		return "", ""
	}
	return info.Main.Version, info.Main.Sum
}

func version() string {
	if v, _ := release(); v != "" {
		return v
	}
	return "devel"
}

// moduleFor says what a project in dir builds with: the release this program
// is, or the checkout it was built from.
func moduleFor(streams Streams, dir string) (generate.Module, error) {
	if v, sum := release(); v != "" && streams.Source == "" {
		return generate.Module{Version: v, Sum: sum, ModSum: modSum()}, nil
	}
	checkout, err := findCheckout(streams.Source)
	if err != nil {
		return generate.Module{}, err
	}
	// Relative, so that the project can be shown to others and compared; both
	// ends without symbolic links, so that the way between them is real.
	target, err := resolve(dir)
	if err != nil {
		return generate.Module{}, err
	}
	relative, err := filepath.Rel(target, checkout)
	if err != nil {
		return generate.Module{Replace: filepath.ToSlash(checkout)}, nil // another drive
	}
	return generate.Module{Replace: filepath.ToSlash(relative)}, nil
}

// modSum is the checksum of the module's go.mod as go.sum has it:
// https://go.dev/ref/mod#go-sum-files
func modSum() string {
	file := sha256.Sum256(scaffold.ModFile)
	sum := sha256.Sum256(fmt.Appendf(nil, "%x  go.mod\n", file))
	return "h1:" + base64.StdEncoding.EncodeToString(sum[:])
}

// findCheckout looks where this program was built, then around the working directory.
func findCheckout(given string) (string, error) {
	if given != "" {
		if isCheckout(given) {
			return resolve(given)
		}
		return "", fmt.Errorf("--source %s is no checkout of scaffold: it has no go.mod of github.com/archimperative/scaffold", given)
	}
	var candidates []string
	if _, file, _, ok := runtime.Caller(0); ok {
		candidates = append(candidates, filepath.Join(filepath.Dir(file), "..", ".."))
	}
	if cwd, err := os.Getwd(); err == nil {
		for dir := cwd; ; dir = filepath.Dir(dir) {
			candidates = append(candidates, dir)
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	for _, dir := range candidates {
		if isCheckout(dir) {
			return resolve(dir)
		}
	}
	return "", fmt.Errorf("this scaffold was built from a checkout that is not found; name it with --source DIR, since the project builds against it")
}

func isCheckout(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && bytes.HasPrefix(text, []byte("module github.com/archimperative/scaffold\n"))
}

// resolve is an absolute path without symbolic links, of which the last parts
// need not exist yet.
func resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rest := ""
	for dir := abs; ; dir = filepath.Dir(dir) {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(real, rest), nil
		}
		if dir == filepath.Dir(dir) {
			return abs, nil
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}
