package requirements

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

var replicaDecisions = []string{"replicas", "read_replicas"}

// replicas wants the read replicas that were decided on.
func replicas(c *comparison, _ value) {
	option, cite, _ := c.decided()
	if option == "" || option == "none" {
		c.skip("no read replica was decided on")
		return
	}
	want := max(1, count(option))
	found := false
	for _, db := range c.primaries() {
		if c.region(db) != c.Region {
			continue
		}
		found = true
		c.enough(db, len(c.replicasOf(db)), want, cite)
	}
	for _, cluster := range c.clusters() {
		found = true
		c.enough(cluster, len(c.members(cluster))-1, want, cite)
	}
	if !found {
		c.skip("the program has no relational database")
	}
}

func (c *comparison) enough(res *recording.Resource, have, want int, cite string) {
	if have < want {
		c.broken(res, "", "has %s, and %d needed, %s", plural(max(have, 0), "read replica"), want, cite)
		return
	}
	c.met(res, "", "has %s", plural(have, "read replica"))
}

// replicasOf are the replicas of a database in its own region.
func (c *comparison) replicasOf(db *recording.Resource) []*recording.Resource {
	return slices.DeleteFunc(c.belonging("rds:Instance", "replicateSourceDb", db), func(r *recording.Resource) bool {
		return c.region(r) != c.region(db)
	})
}

// consistency wants nobody to read from replicas alone where reads must not be stale: who knows
// the address of a replica must know that of its primary, too.
func consistency(c *comparison, v value) {
	if v.text != "strong" {
		c.skip("reads may be stale")
		return
	}
	type pair struct {
		res             *recording.Resource
		reader, primary string
	}
	var pairs []pair
	for _, db := range c.primaries() {
		for _, replica := range c.replicasOf(db) {
			pairs = append(pairs, pair{replica, text(replica.Output("address")), text(db.Output("address"))})
		}
	}
	for _, cluster := range c.of("rds:Cluster") {
		pairs = append(pairs, pair{cluster, text(cluster.Output("readerEndpoint")), text(cluster.Output("endpoint"))})
	}
	found := false
	for _, runner := range c.of("ecs:TaskDefinition", "lambda:Function") {
		values := c.environment(runner)
		for _, p := range pairs {
			if p.reader == "" || p.primary == "" || !anyContains(values, p.reader) {
				continue
			}
			found = true
			// A proxy stands for the primary it leads to.
			if !anyContains(values, p.primary) && !anyContains(values, ".proxy-") {
				c.broken(runner, "", "knows only a replica of its database, %q, and replicas lag behind", p.res.Name)
			} else {
				c.met(runner, "", "knows the primary beside the replica %q", p.res.Name)
			}
		}
	}
	if !found {
		c.skip("nothing in this program reads from a replica")
	}
}

// environment returns the values of the environment variables of what runs code.
func (c *comparison) environment(runner *recording.Resource) []string {
	var values []string
	if variables, ok := runner.Input("environment.variables").(map[string]any); ok {
		for _, v := range variables {
			values = append(values, text(v))
		}
	}
	for _, container := range list(recording.JSON(runner.Input("containerDefinitions"))) {
		container, _ := container.(map[string]any)
		for _, variable := range list(container["environment"]) {
			if variable, ok := variable.(map[string]any); ok {
				values = append(values, text(variable["value"]))
			}
		}
	}
	slices.Sort(values)
	return values
}

func anyContains(values []string, part string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, part) })
}

// months is for how long the data must have room to grow.
const months = 12

// storage wants databases with disks of a fixed size to have room for what is stored and for twelve
// months of growth. Stores share the data evenly; tables, buckets and clusters grow by themselves.
func storage(c *comparison, v value) {
	growth, _ := c.system.requirement(c.env, "growth_per_month")
	databases := slices.DeleteFunc(c.primaries(), func(db *recording.Resource) bool { return c.region(db) != c.Region })
	if len(databases) == 0 {
		c.skip("nothing in this program has disks of a fixed size")
		return
	}
	stores := max(len(c.system.Stores), len(databases))
	need := math.Ceil((v.number + months*growth.number) / float64(stores))
	for _, db := range databases {
		room, property := number(db.Input("allocatedStorage"), 0), "allocatedStorage"
		if most := number(db.Input("maxAllocatedStorage"), 0); most > room {
			room, property = most, "maxAllocatedStorage"
		}
		if room < need {
			c.broken(db, property, "is %v GiB, and %v are needed: what is stored and %d months of growth (%s), shared by %s", room, need, months,
				fmt.Sprintf("%s: %s", growth.at, growth.source.text), plural(stores, "store"))
		} else {
			c.met(db, property, "is %v GiB of %v needed", room, need)
		}
	}
}

// slow are the metrics of answers, and how many of their units are a second.
var slow = map[string]float64{
	"AWS/ApplicationELB TargetResponseTime": 1, "AWS/ApiGateway Latency": 1000, "AWS/ApiGateway IntegrationLatency": 1000,
	"AWS/CloudFront OriginLatency": 1000,
}

// latency wants an alarm that fires when one answer in a hundred takes longer than it may.
func latency(c *comparison, v value) {
	served := c.of("lb:ListenerRule", "lb:TargetGroup", "apigateway:Stage", "apigatewayv2:Stage")
	if len(served) == 0 {
		c.skip("nothing in this program answers requests")
		return
	}
	best := 0
	for _, alarm := range c.of("cloudwatch:MetricAlarm") {
		perSecond := slow[text(alarm.Input("namespace"))+" "+text(alarm.Input("metricName"))]
		if perSecond == 0 || alarm.Input("extendedStatistic") != "p99" {
			continue
		}
		threshold := number(alarm.Input("threshold"), math.Inf(1)) / perSecond
		// Metrics are in whole milliseconds.
		if threshold > v.number+0.001 {
			c.broken(alarm, "threshold", "is %v s, so that nobody hears of answers that take longer than they may", threshold)
			continue
		}
		best++
		c.met(alarm, "threshold", "is %v s", threshold)
	}
	if best == 0 {
		c.broken(nil, "", "no alarm watches how long one answer in a hundred takes (p99 of a load balancer or an API)")
	}
}

// capacity wants as many tasks behind a load balancer as were calculated for the busy hour and its peak.
func capacity(c *comparison, _ value) {
	found := false
	for _, size := range []struct{ name, property string }{{"busy_tasks", "minCapacity"}, {"peak_tasks", "maxCapacity"}} {
		want, ok := c.env.Sizes[size.name]
		if !ok {
			continue
		}
		for _, service := range c.of("ecs:Service") {
			if len(list(service.Input("loadBalancers"))) == 0 {
				continue
			}
			for _, target := range c.scalingOf(service) {
				found = true
				c.atLeast(target, size.property, want, "see "+size.name+" in docs/sizing.md")
			}
		}
	}
	if !found {
		c.skip("no number of tasks was calculated for what this program runs")
	}
}

// scaling wants services of containers to become more under the peak than they are at rest.
func scaling(c *comparison, v value) {
	services := c.of("ecs:Service")
	if v.number <= 1 || len(services) == 0 {
		c.skip("the load has no peaks, or the program runs no containers")
		return
	}
	for _, service := range services {
		targets := c.scalingOf(service)
		if len(targets) == 0 {
			c.broken(service, "", "does not scale: it has as many tasks at the peak as at rest")
			continue
		}
		for _, target := range targets {
			if least, most := number(target.Input("minCapacity"), 0), number(target.Input("maxCapacity"), 0); most <= least {
				c.broken(target, "maxCapacity", "is %v and minCapacity %v, so that it never has more tasks at the peak than at rest", most, least)
			} else {
				c.met(target, "maxCapacity", "is %v, from %v", most, least)
			}
		}
	}
}
