package recorder

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// A monitor stands in for Pulumi's engine. It never fails a registration, so that a program with a
// problem goes on and shows its other problems too.
type monitor struct {
	pulumirpc.UnimplementedResourceMonitorServer

	options   *options
	problems  *problems
	types     *typeTable
	callbacks *callbacks
	journal   *journal

	mu        sync.Mutex
	resources map[string]*Resource // by URN
	reads     map[string]*Resource
	finished  map[string]bool // URNs of what registered its outputs
	remote    map[string]bool // labels of components that another program makes
	arrivals  map[string]int  // how many have come, by label
}

func newMonitor(o *options) *monitor {
	p := &problems{}
	return &monitor{
		options: o, problems: p, types: newTypeTable(), callbacks: newCallbacks(), journal: &journal{problems: p},
		resources: map[string]*Resource{}, reads: map[string]*Resource{}, finished: map[string]bool{},
		remote: map[string]bool{}, arrivals: map[string]int{},
	}
}

// serve listens on the loopback interface. The SDK reaches a monitor by address only.
func (m *monitor) serve() (stop func(), address string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", fmt.Errorf("starting the recorder: %w", err)
	}
	const most = 400 << 20 // bytes of a message, as in the real engine
	server := grpc.NewServer(grpc.MaxRecvMsgSize(most), grpc.MaxSendMsgSize(most))
	pulumirpc.RegisterResourceMonitorServer(server, m)
	pulumirpc.RegisterEngineServer(server, m.journal)
	go func() { _ = server.Serve(listener) }()
	return func() { server.Stop(); m.callbacks.close() }, listener.Addr().String(), nil
}

// features are all but two: output values and resource references would only make inputs harder to
// read. Without them a resource given as an input is its id, as providers see it.
var features = func() []pulumirpc.ResourceMonitorFeature {
	var all []pulumirpc.ResourceMonitorFeature
	for number := range pulumirpc.ResourceMonitorFeature_name {
		switch f := pulumirpc.ResourceMonitorFeature(number); f {
		case pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON:
		default:
			all = append(all, f)
		}
	}
	slices.Sort(all)
	return all
}()

func (m *monitor) GetDeploymentInfo(context.Context, *emptypb.Empty) (*pulumirpc.DeploymentInfo, error) {
	return &pulumirpc.DeploymentInfo{
		Project: m.options.project, Stack: m.options.stack, SupportedFeatures: features,
	}, nil
}

func (m *monitor) RegisterResource(
	ctx context.Context, in *pulumirpc.RegisterResourceRequest,
) (*pulumirpc.RegisterResourceResponse, error) {
	subject := label(in.GetType(), in.GetName())
	urn := m.urn(in.GetParent(), in.GetType(), in.GetName())
	m.callbacks.own(urn, in.GetParent(), in.GetTransforms())
	if err := m.callbacks.transform(ctx, urn, in); err != nil {
		m.problems.at(subject, "", "%w", err)
	}
	inputs, err := properties(in.GetObject())
	if err != nil {
		return nil, fmt.Errorf("%s: reading its inputs: %w", subject, err)
	}
	res := m.describe(urn, in, inputs)

	// A component comes to nothing but what it registers later.
	outputs := resource.PropertyMap{}
	if res.Custom || in.GetRemote() {
		res.ID, outputs = m.outputs(res, inputs)
	}
	res.Outputs = plainMap(outputs, "", func(string) {})
	m.add(res, in.GetRemote())

	object, err := marshal(outputs)
	if err != nil {
		return nil, fmt.Errorf("%s: writing its outputs: %w", subject, err)
	}
	return &pulumirpc.RegisterResourceResponse{Urn: urn, Id: res.ID, Object: object}, nil
}

func (m *monitor) add(res *Resource, remote bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.arrivals[res.String()]++
	m.remote[res.String()] = remote
	if first := m.resources[res.URN]; first != nil {
		where := ""
		if first.Source != "" && res.Source != "" {
			sources := []string{first.Source, res.Source}
			slices.Sort(sources) // which of the two arrives first is chance
			where = " (" + strings.Join(sources, " and ") + ")"
		}
		m.problems.at(res.String(), "", "registered twice%s: the URN %s must be unique", where, res.URN)
		return
	}
	m.resources[res.URN] = res
}

func (m *monitor) RegisterResourceOutputs(
	_ context.Context, in *pulumirpc.RegisterResourceOutputsRequest,
) (*emptypb.Empty, error) {
	outputs, err := properties(in.GetOutputs())
	if err != nil {
		return nil, fmt.Errorf("reading the outputs of %s: %w", in.GetUrn(), err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.finished[in.GetUrn()] = true
	if res := m.resources[in.GetUrn()]; res != nil {
		res.Outputs = plainMap(outputs, "", func(string) {})
	}
	return &emptypb.Empty{}, nil
}

func (m *monitor) ReadResource(
	_ context.Context, in *pulumirpc.ReadResourceRequest,
) (*pulumirpc.ReadResourceResponse, error) {
	inputs, err := properties(in.GetProperties())
	if err != nil {
		return nil, fmt.Errorf("%s: reading its state: %w", label(in.GetType(), in.GetName()), err)
	}
	res := &Resource{
		URN: m.urn(in.GetParent(), in.GetType(), in.GetName()), Type: in.GetType(), Name: in.GetName(),
		ID: in.GetId(), Parent: in.GetParent(), Custom: true, Provider: in.GetProvider(),
		Version: in.GetVersion(), Dependencies: slices.Sorted(slices.Values(in.GetDependencies())),
		Source: source(in.GetSourcePosition()),
	}
	res.Inputs = plainMap(inputs, "", func(path string) { res.Secrets = append(res.Secrets, path) })
	if res.ID == "" && !m.options.preview {
		m.problems.at(res.String(), "", "is looked up by an empty id")
	}
	if _, ok := m.options.outputs[res.Type]["outputs"]; !ok && res.Type == stackReferenceType {
		m.problems.at(res.String(), "", "has no outputs: give them with recorder.Output(%q, %q, map[string]any{ … })",
			stackReferenceType, "outputs")
	}
	_, outputs := m.outputs(res, inputs)
	res.Outputs = plainMap(outputs, "", func(string) {})

	m.mu.Lock()
	m.reads[res.URN] = res
	m.arrivals[res.String()]++
	m.mu.Unlock()

	object, err := marshal(outputs)
	if err != nil {
		return nil, fmt.Errorf("%s: writing its outputs: %w", res, err)
	}
	return &pulumirpc.ReadResourceResponse{Urn: res.URN, Properties: object}, nil
}

func (m *monitor) RegisterStackTransform(_ context.Context, cb *pulumirpc.Callback) (*emptypb.Empty, error) {
	m.callbacks.addStack(cb)
	return &emptypb.Empty{}, nil
}

func (m *monitor) RegisterStackInvokeTransform(_ context.Context, cb *pulumirpc.Callback) (*emptypb.Empty, error) {
	m.callbacks.addInvoke(cb)
	return &emptypb.Empty{}, nil
}

// Hooks are accepted and not run: they are about doing, and nothing is done here.
func (m *monitor) RegisterResourceHook(
	context.Context, *pulumirpc.RegisterResourceHookRequest,
) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (m *monitor) RegisterErrorHook(context.Context, *pulumirpc.RegisterErrorHookRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (m *monitor) RegisterPackage(
	_ context.Context, in *pulumirpc.RegisterPackageRequest,
) (*pulumirpc.RegisterPackageResponse, error) {
	return &pulumirpc.RegisterPackageResponse{Ref: in.GetName() + "@" + in.GetVersion()}, nil
}

func (m *monitor) urn(parent, typ, name string) string {
	return urn(m.options.project, m.options.stack, parent, typ, name)
}

// isRemote reports whether a resource is a component that another program makes.
func (m *monitor) isRemote(label string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.remote[label]
}

// recording returns what has been registered up to now, sorted.
func (m *monitor) recording() *Recording {
	m.mu.Lock()
	defer m.mu.Unlock()
	rec := &Recording{
		Resources: sorted(m.resources), Reads: sorted(m.reads), Exports: map[string]any{}, Logs: m.journal.copy(),
		Region: m.options.region,
	}
	for _, stack := range rec.Type(stackType) {
		rec.Exports = stack.Outputs
	}
	return rec
}

func sorted(byURN map[string]*Resource) []*Resource {
	list := make([]*Resource, 0, len(byURN))
	for _, res := range byURN {
		list = append(list, res)
	}
	slices.SortFunc(list, func(a, b *Resource) int { return strings.Compare(a.URN, b.URN) })
	return list
}
