package guardrails

import "github.com/archimperative/scaffold/recorder"

// An invariant is a rule about how resources are wired together.
type invariant struct {
	rule, title string
	checks      []func(*program, report)
}

var invariants = []invariant{
	{"I1", "Whoever sends into an encrypted topic or queue may use its key", checks(alarmTopics, senders)},
	{"I2", "What AWS looks for in one region only is in that region", checks(alarmRegions, globalRegions)},
	{"I3", "An alarm names the resource whose metric it watches", checks(alarmDimensions)},
	{"I4", "One policy a resource, a named source for every service, TLS only", checks(onePolicy, namedSources, tlsOnly)},
	{"I5", "A queue hides a message for as long as its function may work on it", checks(visibility)},
	{"I6", "FIFO queues and topics meet their own kind", checks(fifo)},
	{"I7", "What cannot be delivered or handled goes somewhere, and somebody hears of it", checks(failureDestinations, asyncFunctions, deadLetterAlarms)},
	{"I8", "Data is encrypted, private, and locked completely or not at all", checks(dataStores, publicBuckets)},
	{"I9", "Only a load balancer is open to the internet, and only for HTTPS", checks(openPorts, plaintextListeners, openClusters)},
	{"I10", "Nobody gets more permissions than they can use", checks(permissions, managedPolicies, everyone, boundaries)},
	{"I11", "No secret stands in a plain environment variable", checks(plainSecrets)},
}

func checks(list ...func(*program, report)) []func(*program, report) { return list }

// Wiring checks the invariants that connect resources: I1 to I11, as the
// documentation of the package lists them. The findings are sorted by rule,
// then by URN; the same recording has the same findings.
//
// It takes time in proportion to the size of the recording.
func Wiring(r *recorder.Recording) []Finding {
	p := newProgram(r)
	findings := []Finding{}
	for _, inv := range invariants {
		add := func(res *recorder.Resource, property, message, remedy string) {
			findings = append(findings, Finding{
				Rule: inv.rule, Title: inv.title, URN: res.URN, Type: res.Type, Name: res.Name,
				Property: property, Message: message, Remedy: remedy,
			})
		}
		for _, check := range inv.checks {
			check(p, add)
		}
	}
	return sorted(findings)
}
