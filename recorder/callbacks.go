package recorder

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

// callbacks runs the transforms of a program (the newer kind: it is the engine that runs them, by
// calling back; the older transformations run inside the SDK).
type callbacks struct {
	mu          sync.Mutex
	connections map[string]*grpc.ClientConn      // by address
	transforms  map[string][]*pulumirpc.Callback // by the URN of the resource they were given to
	parents     map[string]string
	stack       []*pulumirpc.Callback
	invoke      []*pulumirpc.Callback
}

func newCallbacks() *callbacks {
	return &callbacks{
		connections: map[string]*grpc.ClientConn{},
		transforms:  map[string][]*pulumirpc.Callback{},
		parents:     map[string]string{},
	}
}

func (c *callbacks) own(urn, parent string, transforms []*pulumirpc.Callback) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parents[urn] = parent
	if len(transforms) > 0 {
		c.transforms[urn] = transforms
	}
}

func (c *callbacks) addStack(cb *pulumirpc.Callback) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stack = append(c.stack, cb)
}

func (c *callbacks) addInvoke(cb *pulumirpc.Callback) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.invoke = append(c.invoke, cb)
}

// chain lists what applies to a resource, in the engine's order: its own, its parents', the stack's.
func (c *callbacks) chain(urn string) []*pulumirpc.Callback {
	c.mu.Lock()
	defer c.mu.Unlock()
	var chain []*pulumirpc.Callback
	for ; urn != ""; urn = c.parents[urn] {
		chain = append(chain, c.transforms[urn]...)
	}
	return append(chain, c.stack...)
}

// transform changes a registration as the transforms say.
func (c *callbacks) transform(ctx context.Context, urn string, in *pulumirpc.RegisterResourceRequest) error {
	for _, cb := range c.chain(urn) {
		request := &pulumirpc.TransformRequest{
			Type: in.GetType(), Name: in.GetName(), Custom: in.GetCustom(), Parent: in.GetParent(),
			Properties: in.GetObject(), Options: transformable(in),
		}
		var response pulumirpc.TransformResponse
		if err := c.call(ctx, cb, request, &response); err != nil {
			return fmt.Errorf("running a transform: %w", err)
		}
		if response.GetProperties() != nil {
			in.Object = response.GetProperties()
		}
		if response.GetOptions() != nil {
			adopt(in, response.GetOptions())
		}
	}
	return nil
}

// transformInvoke is transform for a function call.
func (c *callbacks) transformInvoke(ctx context.Context, in *pulumirpc.ResourceInvokeRequest) error {
	c.mu.Lock()
	chain := slices.Clone(c.invoke)
	c.mu.Unlock()
	for _, cb := range chain {
		request := &pulumirpc.TransformInvokeRequest{
			Token: in.GetTok(), Args: in.GetArgs(),
			Options: &pulumirpc.TransformInvokeOptions{Provider: in.GetProvider(), Version: in.GetVersion()},
		}
		var response pulumirpc.TransformInvokeResponse
		if err := c.call(ctx, cb, request, &response); err != nil {
			return fmt.Errorf("running an invoke transform: %w", err)
		}
		if response.GetArgs() != nil {
			in.Args = response.GetArgs()
		}
	}
	return nil
}

func (c *callbacks) call(ctx context.Context, cb *pulumirpc.Callback, request, response proto.Message) error {
	payload, err := proto.Marshal(request)
	if err != nil {
		return err
	}
	connection, err := c.connect(cb.GetTarget())
	if err != nil {
		return err
	}
	answer, err := pulumirpc.NewCallbacksClient(connection).Invoke(ctx, &pulumirpc.CallbackInvokeRequest{
		Token: cb.GetToken(), Request: payload,
	})
	if err != nil {
		return err
	}
	return proto.Unmarshal(answer.GetResponse(), response)
}

func (c *callbacks) connect(target string) (*grpc.ClientConn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if connection := c.connections[target]; connection != nil {
		return connection, nil
	}
	connection, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err == nil {
		c.connections[target] = connection
	}
	return connection, err
}

func (c *callbacks) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for connection := range maps.Values(c.connections) {
		_ = connection.Close()
	}
}

// transformable is what a transform may change besides the inputs.
func transformable(in *pulumirpc.RegisterResourceRequest) *pulumirpc.TransformResourceOptions {
	options := &pulumirpc.TransformResourceOptions{
		DependsOn: in.GetDependencies(), Protect: in.Protect, IgnoreChanges: in.GetIgnoreChanges(),
		ReplaceOnChanges: in.GetReplaceOnChanges(), Version: in.GetVersion(), Aliases: in.GetAliases(),
		Provider: in.GetProvider(), Providers: in.GetProviders(), CustomTimeouts: in.GetCustomTimeouts(),
		PluginDownloadUrl: in.GetPluginDownloadURL(), RetainOnDelete: in.RetainOnDelete,
		DeletedWith: in.GetDeletedWith(), AdditionalSecretOutputs: in.GetAdditionalSecretOutputs(),
		Import: in.GetImportId(), Hooks: in.GetHooks(), HideDiff: in.GetHideDiffs(), ReplaceWith: in.GetReplaceWith(),
	}
	if in.GetDeleteBeforeReplaceDefined() || in.GetDeleteBeforeReplace() {
		options.DeleteBeforeReplace = proto.Bool(in.GetDeleteBeforeReplace())
	}
	return options
}

// adopt writes the options a transform returned back into the registration. The Go SDK returns no
// deletedWith, replaceWith and hideDiffs; those stay.
func adopt(in *pulumirpc.RegisterResourceRequest, o *pulumirpc.TransformResourceOptions) {
	in.Dependencies, in.Protect, in.IgnoreChanges = o.GetDependsOn(), o.Protect, o.GetIgnoreChanges()
	in.ReplaceOnChanges, in.Version, in.Aliases = o.GetReplaceOnChanges(), o.GetVersion(), o.GetAliases()
	in.Provider, in.Providers, in.CustomTimeouts = o.GetProvider(), o.GetProviders(), o.GetCustomTimeouts()
	in.PluginDownloadURL, in.RetainOnDelete = o.GetPluginDownloadUrl(), o.RetainOnDelete
	in.AdditionalSecretOutputs, in.ImportId = o.GetAdditionalSecretOutputs(), o.GetImport()
	if o.DeleteBeforeReplace != nil {
		in.DeleteBeforeReplace, in.DeleteBeforeReplaceDefined = o.GetDeleteBeforeReplace(), true
	}
}
