package tests

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/system"
)

// inspection looks at one design with the eyes of whoever wrote the requirements. It
// knows components and their arguments, and nothing of how a blueprint came to them.
type inspection struct {
	system   *system.System
	design   *design.Design
	required system.Requirements
	problems []string
}

func newInspection(s *system.System, d *design.Design) *inspection {
	for _, env := range s.Environments {
		if env.Name == d.Environment {
			return &inspection{system: s, design: d, required: s.For(env)}
		}
	}
	panic("no environment " + d.Environment)
}

func (i *inspection) all() {
	i.zones()
	i.standbys()
	i.keys()
	i.backups()
	i.copies()
	i.consistency()
	i.order()
	i.deletion()
	i.access()
	i.alarms()
}

func (i *inspection) fail(format string, values ...any) {
	i.problems = append(i.problems, fmt.Sprintf(format, values...))
}

func (i *inspection) production() bool { return i.design.Preset == "production" }

func (i *inspection) instances(types ...string) []*design.Instance {
	var list []*design.Instance
	for _, instance := range i.design.Instances {
		if slices.Contains(types, instance.Component.Type) {
			list = append(list, instance)
		}
	}
	return list
}

// arg is the value of an argument, nil if it is not set.
func arg(i *design.Instance, name string) design.Value {
	for _, a := range i.Args {
		if a.Property.HCL == name {
			return a.Value
		}
	}
	return nil
}

// from are the instances whose outputs an argument holds.
func from(i *design.Instance, name string) []*design.Instance {
	var list []*design.Instance
	if v := arg(i, name); v != nil {
		design.Promises(v, func(p design.Promise) { list = append(list, p.Instance) })
	}
	return list
}

// zones: more than AWS promises for one zone (https://aws.amazon.com/compute/sla/) takes two.
func (i *inspection) zones() {
	if !i.production() || i.required.Number("availability") <= 99.5 {
		return
	}
	for _, vpc := range i.instances("network") {
		if n, ok := arg(vpc, "availability_zones").(design.Int); !ok || n < 2 {
			i.fail("%s spans %v zones at %v %%", vpc.ID, n, i.required.Number("availability"))
		}
	}
}

// standbys: a single database is promised 99.5 % (https://aws.amazon.com/rds/sla/).
func (i *inspection) standbys() {
	if !i.production() || i.required.Number("availability") <= 99.5 {
		return
	}
	for _, db := range i.instances("relational") {
		if arg(db, "multi_az") != design.Bool(true) {
			i.fail("%s has no standby", db.ID)
		}
	}
	for _, db := range i.instances("aurora") {
		if i.required.Number("availability") <= 99.9 { // of one instance: https://aws.amazon.com/rds/aurora/sla/
			continue
		}
		if n, ok := arg(db, "readers").(design.Int); !ok || n < 1 {
			i.fail("%s has no reader to take over", db.ID)
		}
	}
}

// keeps are the components that keep data, or carry it.
var keeps = []string{"relational", "replica", "aurora", "cache", "table", "bucket", "queue", "topic", "stream", "bus"}

// keys: what keeps data has a key of the system, in its own region, and under HIPAA and
// PCI each store has its own.
func (i *inspection) keys() {
	owners := map[*design.Instance]string{}
	for _, keeper := range i.instances(keeps...) {
		keys := from(keeper, "kms_key_arn")
		if arg(keeper, "policy_owner") == design.Text("cdn") && keeper.Component.Type == "bucket" {
			continue // what everybody may read
		}
		if len(keys) != 1 || keys[0].Component.Type != "key" {
			i.fail("%s is encrypted with no key of the system", keeper.ID)
			continue
		}
		if keys[0].Region != keeper.Region {
			i.fail("%s is encrypted with a key of another region", keeper.ID)
		}
		own := slices.Contains(i.required.Texts("compliance"), "hipaa") || slices.Contains(i.required.Texts("compliance"), "pci")
		if store := i.storeOf(keeper); store != "" && own && i.production() && i.overruled("encryption") == "" && keeper.Region == "" {
			if other := owners[keys[0]]; other != "" && other != store || keys[0].Key == "" {
				i.fail("%s shares its key with %q", keeper.ID, other)
			}
			owners[keys[0]] = store
		}
	}
}

func (i *inspection) overruled(decision string) string {
	for _, o := range i.system.Decide {
		if o.Decision == decision {
			return o.Option
		}
	}
	return ""
}

// holding are the blocks whose instances are a store of the system, by their key.
var holding = []string{"database", "cluster_database", "table", "bucket", "cache", "copy", "bucket_copy", "store_key", "pool"}

// storeOf is the store that an instance keeps, "" if it keeps none.
func (i *inspection) storeOf(instance *design.Instance) string {
	if !slices.Contains(holding, instance.Block) {
		return ""
	}
	key := instance.Key
	if store, ok := strings.CutSuffix(key, "-cache"); ok && i.store(key) == nil {
		key = store
	}
	if i.store(key) == nil {
		i.fail("%s keeps no store of the system", instance.ID)
		return ""
	}
	return key
}

func (i *inspection) store(name string) *system.Store {
	for _, s := range i.system.Stores {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// backups: nothing that keeps data is without them. What is not set has the default of
// the component, which backs up.
func (i *inspection) backups() {
	for _, kept := range i.design.Instances {
		for _, days := range []string{"backup_retention_days", "point_in_time_recovery_days", "snapshot_retention_days", "retention_hours"} {
			if v := arg(kept, days); v == design.Int(0) {
				i.fail("%s keeps no backups: %s = 0", kept.ID, days)
			}
		}
		if arg(kept, "versioning") == design.Bool(false) {
			i.fail("%s keeps no older versions", kept.ID)
		}
	}
	for _, store := range i.system.Stores {
		if !slices.ContainsFunc(i.instances(keeps...), func(k *design.Instance) bool { return k.Region == "" && i.storeOf(k) == store.Name }) {
			i.fail("store %s (%s) is kept nowhere", store.Name, store.Model)
		}
	}
}

// copies: what may be lost and how soon it must run again is met by backups, or by a
// copy in a second region: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html
func (i *inspection) copies() {
	if !i.production() || len(i.system.Assume) > 0 {
		return
	}
	copied := func(store string) bool {
		for _, kept := range i.instances(keeps...) {
			if i.storeOf(kept) == store && (kept.Region != "" || arg(kept, "replica_regions") != nil || kept.Component.Type == "cache") {
				return true
			}
		}
		return false
	}
	for _, store := range i.system.Stores {
		if store.Model == "cache" {
			continue // may be lost
		}
		rpo := i.required.Number("rpo")
		if rpo < 60 || rpo < 300 && !copied(store.Name) {
			i.fail("store %s can lose more than %v seconds", store.Name, rpo)
		}
		if len(i.required.Texts("regions")) > 1 && i.overruled("recovery") == "" && !copied(store.Name) {
			i.fail("store %s has no copy in the second region", store.Name)
		}
	}
	if rto := i.required.Number("rto"); rto < 300 || rto < 3600 && len(i.required.Texts("regions")) < 2 {
		i.fail("it takes longer than %v seconds to recover", rto)
	}
}

// consistency: who must see what was just written never reads from what lags behind.
func (i *inspection) consistency() {
	if i.required.Text("consistency") != "strong" {
		return
	}
	for _, program := range i.instances("service", "function") {
		design.Promises(arg(program, "environment"), func(p design.Promise) {
			switch {
			case p.Output.HCL == "reader_endpoint":
				i.fail("%s reads from the replicas of %s", program.ID, p.Instance.ID)
			case p.Instance.Component.Type == "cache" && p.Instance.Block == "cache" && i.store(p.Instance.Key) == nil:
				i.fail("%s reads from the cache %s", program.ID, p.Instance.ID)
			case p.Instance.Component.Type == "replica" && program.Region == "":
				i.fail("%s reads from the copy %s", program.ID, p.Instance.ID)
			case strings.HasPrefix(p.Instance.Block, "view"):
				i.fail("%s reads from the view %s", program.ID, p.Instance.ID)
			}
		})
	}
}

// order: an ordered event is carried by FIFO topics and queues, or streams, all the way.
func (i *inspection) order() {
	for _, event := range i.system.Events {
		if !event.Ordered || len(event.Publishers) == 0 || len(event.Consumers) == 0 {
			continue
		}
		carried := false
		for _, carrier := range i.instances("topic", "queue", "stream", "bus") {
			switch {
			case carrier.Component.Type == "bus":
				i.fail("the ordered event %s goes over a bus", event.Name)
			case carrier.Component.Type == "stream":
				carried = carried || carrier.Key == event.Name
			case carrier.Block == "rejected" || carrier.Component.Type == "topic" && carrier.Key != event.Name || carrier.Block == "inbox" && !slices.Contains(event.Consumers, carrier.Key):
			case arg(carrier, "fifo") != design.Bool(true):
				i.fail("the ordered event %s goes over %s, which keeps no order", event.Name, carrier.ID)
			default:
				carried = true
			}
		}
		if !carried {
			i.fail("nothing carries the ordered event %s", event.Name)
		}
	}
}

// deletion: nothing in production goes by one mistake.
func (i *inspection) deletion() {
	for _, instance := range i.design.Instances {
		preset := arg(instance, "preset")
		if preset != design.Text(i.design.Preset) {
			i.fail("%s has the preset %v in %s", instance.ID, preset, i.design.Environment)
		}
		if v := arg(instance, "deletion_protection"); i.production() && v != nil && v != design.Bool(true) {
			i.fail("%s can be deleted", instance.ID)
		}
	}
}

// access: only the users of a store are given permissions for it and a way to it, and
// all of them are.
func (i *inspection) access() {
	given := map[string]map[string]bool{} // by service
	for _, program := range i.instances("service", "function") {
		users := i.servicesOf(program)
		for _, argument := range []string{"policies", "security_group_ids", "environment", "secrets"} {
			for _, kept := range from(program, argument) {
				store := i.storeOf(kept)
				if kept.Block == "view" || kept.Block == "view_cache" {
					store = kept.Key
				}
				if store == "" || kept.Component.Type == "key" {
					continue
				}
				allowed := slices.ContainsFunc(users, func(s *system.Service) bool { return slices.Contains(s.Stores, store) })
				if !allowed && program.Block != "projector" {
					i.fail("%s gets %s of %s, which it does not use", program.ID, argument, kept.ID)
				}
				if program.Block == "projector" && program.Key != store {
					i.fail("%s gets %s of %s", program.ID, argument, kept.ID)
				}
				for _, user := range users {
					if given[user.Name] == nil {
						given[user.Name] = map[string]bool{}
					}
					given[user.Name][argument+" "+store] = true
				}
			}
		}
	}
	for _, service := range i.system.Services {
		for _, store := range service.Stores {
			wanted := []string{"policies", "environment"}
			if model := i.store(store).Model; model == "relational" || model == "cache" {
				wanted = append(wanted, "security_group_ids")
			}
			for _, argument := range wanted {
				if !given[service.Name][argument+" "+store] {
					i.fail("%s gets no %s of its store %s", service.Name, argument, store)
				}
			}
		}
	}
}

// servicesOf are the services that a program is made of.
func (i *inspection) servicesOf(program *design.Instance) []*system.Service {
	var list []*system.Service
	for _, s := range i.system.Services {
		if s.Name == program.Key || s.Name+"-queries" == program.Key {
			list = append(list, s)
		}
	}
	if len(list) == 0 && program.Key == i.system.Name {
		return i.system.Services
	}
	return list
}

// alarms: what can alarm does, in its own region.
func (i *inspection) alarms() {
	for _, instance := range i.design.Instances {
		argument := "alarm_topic_arn"
		if instance.Component.Input(argument) == nil {
			continue
		}
		topics := from(instance, argument)
		if len(topics) != 1 || topics[0].Component.Type != "alarm_topic" {
			i.fail("the alarms of %s wake nobody", instance.ID)
			continue
		}
		// CloudFront reports to us-east-1 wherever its stack is:
		// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
		region := instance.Region
		if instance.Component.Type == "cdn" && i.design.Region != "us-east-1" {
			region = "us-east-1"
		}
		if topics[0].Region != region {
			i.fail("the alarms of %s are in another region than their topic %s", instance.ID, topics[0].ID)
		}
	}
}
