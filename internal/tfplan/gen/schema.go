package main

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// schema is the Terraform provider's, as `terraform providers schema -json` prints it, without descriptions.
type schema struct {
	Version   string               `json:"version"`
	Resources map[string]*resource `json:"resources"`
}

type resource struct {
	Version int   `json:"version"`
	Block   block `json:"block"`
}

type block struct {
	Attributes map[string]*attribute `json:"attributes,omitempty"`
	Blocks     map[string]*nested    `json:"block_types,omitempty"`
}

type attribute struct {
	// Type is a cty type: "string", ["list","string"], ["object",{…}].
	Type      json.RawMessage `json:"type,omitempty"`
	Nested    *nestedType     `json:"nested_type,omitempty"`
	Optional  bool            `json:"optional,omitempty"`
	Computed  bool            `json:"computed,omitempty"`
	Sensitive bool            `json:"sensitive,omitempty"`
}

// nestedType is the type of an attribute that has attributes.
type nestedType struct {
	Attributes map[string]*attribute `json:"attributes"`
	Nesting    string                `json:"nesting_mode"`
}

type nested struct {
	Block    block  `json:"block"`
	Nesting  string `json:"nesting_mode"` // single, list, set, map
	MaxItems int    `json:"max_items,omitempty"`
}

// reduceSchema writes what this program needs of a file with all schemas of one provider.
func reduceSchema(file, version, out string) error {
	if version == "" {
		return errors.New("-reduce needs -version, the version of the Terraform provider")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var all struct {
		Providers map[string]struct {
			Resources map[string]*resource `json:"resource_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	s := schema{Version: version}
	for name, provider := range all.Providers {
		if s.Resources != nil {
			return fmt.Errorf("%s has several providers, %s among them; want only hashicorp/aws", file, name)
		}
		s.Resources = provider.Resources
	}
	reduced, err := json.Marshal(s)
	if err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(reduced); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return f.Close()
}

func readSchema(file string) (*schema, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	s := &schema{}
	if err := json.NewDecoder(r).Decode(s); err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	return s, nil
}
