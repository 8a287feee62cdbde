package guardrails

import (
	"maps"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// A metric is one that an alarm watches, by itself or as a part of an expression.
type metric struct {
	prefix          string // the path of what describes it: "" or "metricQueries[1].metric"
	namespace, name string
	dimensions      any
}

func (m metric) path(property string) string {
	if m.prefix == "" {
		return property
	}
	return m.prefix + "." + property
}

// metricsOf returns the metrics an alarm watches. A composite alarm watches none.
func metricsOf(alarm *recording.Resource) []metric {
	var all []metric
	add := func(prefix string, v any) {
		if namespace := text(dig(v, "namespace")); namespace != "" {
			all = append(all, metric{prefix, namespace, text(dig(v, "metricName")), dig(v, "dimensions")})
		}
	}
	add("", alarm.Inputs)
	for i, query := range list(alarm.Inputs["metricQueries"]) {
		add(at("metricQueries", i)+".metric", dig(query, "metric"))
	}
	return all
}

// alarmDimensions wants every alarm on a metric of AWS to name the resource. Such
// a metric exists with exactly the dimensions it is published with; any other
// set of them is another metric, which has no data and never fires.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#dimension-combinations
func alarmDimensions(p *program, add report) {
	for _, alarm := range p.kinds["cloudwatch:MetricAlarm"] {
		for _, m := range metricsOf(alarm) {
			if strings.HasPrefix(m.namespace, "AWS/") && !isUnknown(m.dimensions) {
				checkDimensions(alarm, m, add)
			}
		}
	}
}

func checkDimensions(alarm *recording.Resource, m metric, add report) {
	given, _ := m.dimensions.(map[string]any)
	path, subject := m.path("dimensions"), m.namespace+" "+m.name
	sets, known := dimensionsOf(m)
	switch {
	case len(given) == 0 && len(sets) == 1 && len(sets[0]) == 0:
		return // a metric of the whole account
	case len(given) == 0 && known:
		add(alarm, path, "is empty, so the alarm watches no resource: "+subject+" has no such metric", "set "+alternatives(sets))
		return
	case len(given) == 0:
		add(alarm, path, "is empty, so the alarm watches no resource: "+subject+" has no such metric", "set the dimensions that the metric is published with")
		return
	case known && !slices.ContainsFunc(sets, func(set []string) bool { return has(given, set) }):
		add(alarm, path, sprint("has %s, but %s is not published with that", strings.Join(slices.Sorted(maps.Keys(given)), " and "), subject), "set "+alternatives(sets))
		return
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		value, ok := given[key].(string)
		switch {
		case !ok:
		case value == "":
			add(alarm, path+"."+key, "is empty, so the alarm watches no resource", "set it to the name of the resource")
		case strings.HasPrefix(value, "arn:") && !strings.HasSuffix(key, "Arn") && !strings.HasSuffix(key, "ARN"):
			add(alarm, path+"."+key, "is an ARN, but "+subject+" is published with a name there", "set it to the name or id of the resource (of a load balancer or target group: arnSuffix)")
		case m.namespace == "AWS/CloudFront" && key == "Region" && value != "Global":
			add(alarm, path+"."+key, sprint("is %q, but %s is published with Global", value, subject), `set it to "Global"`)
		}
	}
}

// dimensionsOf returns the sets of dimensions one of which a metric must have,
// and whether the tables know the metric. The empty set alone stands for a metric without.
func dimensionsOf(m metric) (sets [][]string, known bool) {
	if slices.Contains(accountMetrics[m.namespace], m.name) {
		return [][]string{{}}, true
	}
	if sets, known = metricDimensions[m.namespace+" "+m.name]; known {
		return sets, true
	}
	sets, known = namespaceDimensions[m.namespace]
	return sets, known
}

func has(given map[string]any, set []string) bool {
	return !slices.ContainsFunc(set, func(key string) bool { _, ok := given[key]; return !ok })
}

func alternatives(sets [][]string) string {
	options := make([]string, len(sets))
	for i, set := range sets {
		options[i] = strings.Join(set, " and ")
	}
	return strings.Join(options, ", or ")
}
