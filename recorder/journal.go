package recorder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// A journal is the part of the engine that a program logs to.
type journal struct {
	pulumirpc.UnimplementedEngineServer

	problems *problems

	mu   sync.Mutex
	logs []Log
	root string
}

func (j *journal) Log(_ context.Context, in *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	entry := Log{Severity: strings.ToLower(in.GetSeverity().String()), Message: in.GetMessage(), URN: in.GetUrn()}
	j.logs = append(j.logs, entry)
	switch in.GetSeverity() {
	case pulumirpc.LogSeverity_ERROR:
		j.problems.add(fmt.Errorf("the program logged an error: %s", entry.Message))
	case pulumirpc.LogSeverity_WARNING:
		// The SDK drops a parent that was never registered, and only says so. The resource then hangs
		// below the stack and loses what it would inherit.
		if strings.HasPrefix(entry.Message, "Ignoring ") && strings.Contains(entry.Message, "(parent of ") {
			j.problems.add(errors.New(entry.Message))
		}
	}
	return &emptypb.Empty{}, nil
}

func (j *journal) copy() []Log {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.logs)
}

func (j *journal) GetRootResource(
	context.Context, *pulumirpc.GetRootResourceRequest,
) (*pulumirpc.GetRootResourceResponse, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return &pulumirpc.GetRootResourceResponse{Urn: j.root}, nil
}

func (j *journal) SetRootResource(
	_ context.Context, in *pulumirpc.SetRootResourceRequest,
) (*pulumirpc.SetRootResourceResponse, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.root = in.GetUrn()
	return &pulumirpc.SetRootResourceResponse{}, nil
}

func (j *journal) StartDebugging(context.Context, *pulumirpc.StartDebuggingRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Any version of the engine will do: this is none.
func (j *journal) RequirePulumiVersion(
	context.Context, *pulumirpc.RequirePulumiVersionRequest,
) (*pulumirpc.RequirePulumiVersionResponse, error) {
	return &pulumirpc.RequirePulumiVersionResponse{}, nil
}
