package project

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkProject writes and checks a project of 3,000 files of some 1.5 KB.
func BenchmarkProject(b *testing.B) {
	var list, edited []File
	for i := range 3000 {
		file := File{fmt.Sprintf("docs/%d/%d.md", i%26, i), []byte(strings.Repeat(fmt.Sprintln(i), 300))}
		list = append(list, file)
		edited = append(edited, File{file.Path, append([]byte("2\n"), file.Content...)})
	}
	dir := filepath.Join(b.TempDir(), "shop")
	b.Run("create", func(b *testing.B) {
		for b.Loop() {
			os.RemoveAll(dir)
			mustWrite(b, dir, list, owned)
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			mustWrite(b, dir, list, force)
		}
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			if report, err := Check(dir, list, owned); err != nil || !report.OK() {
				b.Fatal(err)
			}
		}
	})
	b.Run("replace", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			mustWrite(b, dir, [][]File{edited, list}[i%2], force)
		}
	})
}
