// Command write writes components/schema.json. It runs in the folder
// components, where the go:generate directive stands.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/archimperative/scaffold/internal/provider"
)

func main() {
	text, err := provider.Schema(context.Background(), ".")
	if err == nil {
		err = os.WriteFile("schema.json", text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "write:", err)
		os.Exit(1)
	}
}
