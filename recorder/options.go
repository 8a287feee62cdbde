package recorder

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// An Option says under which circumstances a program runs. Later options win over earlier ones.
type Option func(*options)

type options struct {
	project, stack, region string
	settings               []setting // configuration, the later winning
	config                 map[string]string
	secretKeys             map[string]bool
	preview                bool
	timeout                time.Duration
	functions              map[string]Function
	outputs                map[string]map[string]any // type token -> property -> value
	sources                *sources                  // of the program, if they are known
	err                    error                     // what an option could not do, such as reading a file
}

// A setting is one configuration value. The key may lack a namespace until the project is known.
type setting struct {
	key, value string
	secret     bool
}

// A Function answers a function call (an "invoke" in Pulumi's words). Arguments and result are plain
// Go, keyed as the provider's schema keys them: accountId, not AccountId.
type Function = func(args map[string]any) (map[string]any, error)

// Project sets the name of the project. The default is the one in the Pulumi.yaml beside a
// [StackFile], or else "project".
func Project(name string) Option {
	return func(o *options) { o.project = name }
}

// Stack sets the name of the stack. The default is "test".
func Stack(name string) Option {
	return func(o *options) { o.stack = name }
}

// Config adds configuration values. A key is "namespace:key", as in a stack file; without a
// namespace it belongs to the project.
func Config(values map[string]string) Option {
	return func(o *options) {
		for key, value := range values {
			o.settings = append(o.settings, setting{key: key, value: value})
		}
	}
}

// Region sets the region in placeholder values. The default is the configured aws:region, or else
// eu-central-1. It does not configure the program's provider: that is what aws:region does.
func Region(name string) Option {
	return func(o *options) { o.region = name }
}

// Preview runs the program as `pulumi preview` would: whatever only a provider can know stays
// unknown, and so does all that follows from it.
func Preview() Option {
	return func(o *options) { o.preview = true }
}

// Timeout sets how long a program may take before Run gives up on it. The default is a minute.
func Timeout(d time.Duration) Option {
	return func(o *options) { o.timeout = d }
}

// Invoke answers calls of the function with this token, such as "aws:ec2/getAmi:getAmi". It wins
// over the answers the package has itself; any other call is an error.
func Invoke(token string, f Function) Option {
	return func(o *options) { o.functions[token] = f }
}

// Output sets an output of all resources of a type, instead of the input of the same name or a
// placeholder. The value is plain Go of the output's kind.
func Output(typeToken, property string, value any) Option {
	return func(o *options) {
		if o.outputs[typeToken] == nil {
			o.outputs[typeToken] = map[string]any{}
		}
		o.outputs[typeToken][property] = value
	}
}

func (o *options) fail(err error) { o.err = errors.Join(o.err, err) }

const (
	defaultTimeout = time.Minute
	defaultRegion  = "eu-central-1"
)

// collect applies the options and fills in what they left open.
func collect(opts []Option) (*options, error) {
	o := &options{
		stack: "test", timeout: defaultTimeout,
		config: map[string]string{}, secretKeys: map[string]bool{},
		functions: map[string]Function{}, outputs: map[string]map[string]any{},
	}
	for _, opt := range opts {
		opt(o)
	}
	if o.project == "" {
		o.project = "project"
	}
	for _, s := range o.settings {
		if !strings.Contains(s.key, ":") {
			s.key = o.project + ":" + s.key
		}
		o.config[s.key] = s.value
		// A secret stays one, whoever gives it another value.
		o.secretKeys[s.key] = o.secretKeys[s.key] || s.secret
	}
	if o.region == "" {
		o.region = o.config["aws:region"]
	}
	if o.region == "" {
		o.region = defaultRegion
	}
	return o, o.err
}

func (o *options) secrets() []string {
	var keys []string
	for key, secret := range o.secretKeys {
		if secret {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
