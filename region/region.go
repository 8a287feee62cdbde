// Package region puts components into another region than the stack's own: what
// a global service looks for in us-east-1, or the standby of a system elsewhere.
//
//	inUsEast1, err := region.In(ctx, "us-east-1")
//	if err != nil {
//		return err
//	}
//	certificate, err := cdn.NewCertificate(ctx, "shop", args, inUsEast1)
//
// All that is made with that option, and all its children, is in us-east-1, made by
// one AWS provider that is configured as the stack configures its own.
package region

import (
	"context"
	"fmt"
	"regexp"
	"sync"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// In is the option that puts a component or a resource, with its children, into a
// region: "us-east-1". For "" and for the region that aws:region names it does
// nothing, since that is where the stack is anyway.
//
// The first call for a region registers an AWS provider of the region's name at the
// root of the stack, and every later one shares it: each provider is a process of its
// own where the stack is deployed. Components that put children elsewhere, as CloudFront's
// alarms have to be in us-east-1, share it too if it was asked for before they were
// made; so ask at the beginning of the program.
//
// It fails where the text cannot be a region, and where the stack's configuration of
// the AWS provider cannot be read.
func In(ctx *pulumi.Context, region string) (pulumi.ResourceOption, error) {
	if home, _ := ctx.GetConfig("aws:region"); region == "" || region == home {
		return pulumi.Composite(), nil
	}
	if !pattern.MatchString(region) {
		return nil, fmt.Errorf("%q is not the name of an AWS region; write it like us-east-1", region)
	}
	run, known := runs.LoadOrStore(ctx.Log, &providers{byRegion: map[string]*aws.Provider{}})
	if !known {
		// A test runs many programs, and ends the context of each.
		context.AfterFunc(ctx.Context(), func() { runs.Delete(ctx.Log) })
	}
	all := run.(*providers)
	all.Lock()
	defer all.Unlock()
	if all.byRegion[region] == nil {
		provider, err := configured(ctx, region, region)
		if err != nil {
			return nil, err
		}
		all.byRegion[region] = provider
	}
	return pulumi.Provider(all.byRegion[region]), nil
}

// Provider is the provider that In made for a region, if it did, and otherwise a new
// one with a name and options of its own, configured in the same way. Components use it
// for their children. In a program of another language each component is constructed
// in a context of its own, where no two may register the same at the root; a child of the
// component never gets into another's way.
func Provider(ctx *pulumi.Context, region, name string, opts ...pulumi.ResourceOption) (*aws.Provider, error) {
	if run, known := runs.Load(ctx.Log); known {
		if shared := run.(*providers).of(region); shared != nil {
			return shared, nil
		}
	}
	return configured(ctx, region, name, opts...)
}

// pattern is what names of regions look like in every partition: us-east-1,
// us-gov-west-1, eusc-de-east-1. Which there are is for AWS to say.
var pattern = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`)

func configured(ctx *pulumi.Context, region, name string, opts ...pulumi.ResourceOption) (*aws.Provider, error) {
	args := &aws.ProviderArgs{}
	if err := configure(ctx, args); err != nil {
		return nil, fmt.Errorf("creating a provider for %s: %w", region, err)
	}
	args.Region = pulumi.String(region)
	provider, err := aws.NewProvider(ctx, name, args, opts...)
	if err != nil {
		return nil, fmt.Errorf("creating a provider for %s: %w", region, err)
	}
	return provider, nil
}

// providers are those that In made in one run of a program.
type providers struct {
	sync.Mutex
	byRegion map[string]*aws.Provider
}

// runs are the providers of each run, by the log of its context: the copies of a
// context that WithValue makes share that, and no two runs do.
var runs sync.Map

func (p *providers) of(region string) *aws.Provider {
	p.Lock()
	defer p.Unlock()
	return p.byRegion[region]
}
