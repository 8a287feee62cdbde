// Command differences reads the JSON of a second `pulumi preview` and fails if
// anything would change, except for what the emulator is known not to store.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// unstored are the properties that moto 5.2 accepts and does not give back, by
// resource type. AWS stores them.
var unstored = map[string][]string{
	"aws:ecs/service:Service":          {"availabilityZoneRebalancing", "enableEcsManagedTags", "healthCheckGracePeriodSeconds"},
	"aws:appautoscaling/target:Target": {"tags", "tagsAll"},
}

type preview struct {
	Steps []struct {
		Op          string          `json:"op"`
		URN         string          `json:"urn"`
		DiffReasons []string        `json:"diffReasons"`
		Detailed    map[string]any  `json:"detailedDiff"`
		NewState    json.RawMessage `json:"newState"`
	} `json:"steps"`
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "differences:", err)
		os.Exit(1)
	}
}

func run(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var p preview
	if err := json.Unmarshal(text, &p); err != nil {
		return fmt.Errorf("reading the preview: %w", err)
	}
	if len(p.Steps) == 0 {
		return fmt.Errorf("%s has no steps", path)
	}
	same, tolerated := 0, 0
	var wrong []string
	for _, step := range p.Steps {
		if step.Op == "same" || step.Op == "read" {
			same++
			continue
		}
		typ := step.URN
		if parts := strings.Split(step.URN, "::"); len(parts) > 2 {
			typ = parts[2][strings.LastIndex(parts[2], "$")+1:]
		}
		var unknown []string
		for property := range step.Detailed {
			root, _, _ := strings.Cut(property, ".")
			root, _, _ = strings.Cut(root, "[")
			if !slices.Contains(unstored[typ], root) {
				unknown = append(unknown, property)
			}
		}
		if step.Op == "update" && len(unknown) == 0 && len(step.Detailed) > 0 {
			tolerated++
			continue
		}
		slices.Sort(unknown)
		wrong = append(wrong, fmt.Sprintf("%s %s: %s %s", step.Op, step.URN, strings.Join(unknown, ", "), strings.Join(step.DiffReasons, ", ")))
	}
	if len(wrong) > 0 {
		return fmt.Errorf("a second preview would change what was just deployed:\n%s", strings.Join(wrong, "\n"))
	}
	fmt.Printf("second preview: %d unchanged, %d that differ only in what the emulator does not store\n", same, tolerated)
	return nil
}
