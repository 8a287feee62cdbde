package recorder

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"gopkg.in/yaml.v3"
)

// SecretPlaceholder is the value of each secret in a [StackFile]: what was encrypted there is not
// known here. Where a program needs a particular value, a later [Config] gives it.
const SecretPlaceholder = "secret"

// StackFile takes the configuration from a Pulumi.<stack>.yaml, and the stack's name from the name of
// that file. Values arrive as Pulumi hands them to a program: numbers and booleans as text, objects
// and lists as JSON, secrets marked as such (see [SecretPlaceholder]).
//
// If a Pulumi.yaml stands beside it, its name is the project's and its configuration the default.
func StackFile(path string) Option {
	return func(o *options) {
		base := filepath.Base(path)
		stack, isStack := strings.CutPrefix(strings.TrimSuffix(strings.TrimSuffix(base, ".yaml"), ".yml"), "Pulumi.")
		if !isStack || stack == base {
			o.fail(fmt.Errorf("%s: a stack file is named Pulumi.<stack>.yaml", path))
			return
		}
		o.stack = stack
		o.readProject(filepath.Join(filepath.Dir(path), "Pulumi.yaml"))

		var file struct{ Config map[string]config.Value }
		if err := readYAML(path, &file); err != nil {
			o.fail(err)
			return
		}
		for _, key := range slices.Sorted(maps.Keys(file.Config)) {
			o.set(path, key, file.Config[key])
		}
	}
}

// readProject takes name and default configuration from a project file, if there is one.
func (o *options) readProject(path string) {
	if _, err := os.Stat(path); err != nil {
		return
	}
	var file struct {
		Name   string
		Config map[string]yaml.Node
	}
	if err := readYAML(path, &file); err != nil {
		o.fail(err)
		return
	}
	if o.project == "" {
		o.project = file.Name
	}
	for key, node := range file.Config {
		// An entry is a plain value, or an object whose "value" or "default" is the value.
		var entry struct{ Value, Default *config.Value }
		value := &config.Value{}
		if node.Kind == yaml.MappingNode {
			if err := node.Decode(&entry); err != nil {
				o.fail(fmt.Errorf("%s: config %s: %w", path, key, err))
				continue
			}
			if value = entry.Value; value == nil {
				value = entry.Default
			}
		} else if err := node.Decode(value); err != nil {
			o.fail(fmt.Errorf("%s: config %s: %w", path, key, err))
			continue
		}
		if value != nil {
			o.set(path, key, *value)
		}
	}
}

func (o *options) set(path, key string, value config.Value) {
	text, err := value.Value(blind{})
	if err != nil {
		o.fail(fmt.Errorf("%s: config %s: %w", path, key, err))
		return
	}
	o.settings = append(o.settings, setting{key: key, value: text, secret: value.Secure()})
}

func readYAML(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err // it names the file
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// blind "decrypts" every secret to the same placeholder.
type blind struct{}

func (blind) DecryptValue(context.Context, string) (string, error) { return SecretPlaceholder, nil }

func (blind) BatchDecrypt(_ context.Context, texts []string) ([]string, error) {
	return slices.Repeat([]string{SecretPlaceholder}, len(texts)), nil
}
