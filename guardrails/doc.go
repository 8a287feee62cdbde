// Package guardrails checks what a Pulumi program registers against rules.
//
//	report := guardrails.Check(recording, guardrails.Options{Compliance: []string{"hipaa"}})
//	for _, finding := range report.Findings {
//		t.Error(finding)
//	}
//
// # Rules
//
// Rules are HCL, in rules/*.hcl and in the folders an organisation adds with Load. A rule is about the inputs
// of one resource, and may look up others by what refers to what:
//
//	guardrail "RDS.3" {
//	  title    = "Databases encrypt their storage"
//	  resource = "aws:rds/instance:Instance"
//	  property = "storageEncrypted"
//	  require  = self.storageEncrypted == true
//	  message  = "The storage of this database is not encrypted."
//	  remedy   = "Set storageEncrypted to true."
//	  severity = "high"
//	  controls = ["CKV_AWS_16"]
//
//	  pass "encrypted" { self = { storageEncrypted = true } }
//	  fail "default" { self = {} }
//	}
//
// A rule without a case that passes and one that fails does not load. What is known only after deployment is
// unknown to a rule, and the report then says so: it never counts as kept. A rule that cannot be
// evaluated for a resource is a finding too.
//
// # Wiring
//
// Wiring checks the invariants that connect resources, which Check does too. Each is a fault that no
// provider refuses and that shows only when it hurts: an alarm that cannot
// reach its topic, a queue that hands out messages twice.
//
//	I1   whoever sends into an encrypted topic or queue may use its key
//	I2   what AWS looks for in one region only is in that region
//	I3   an alarm names the resource whose metric it watches
//	I4   a resource has one policy; services are let in for a named source only; plaintext is refused
//	I5   a queue hides a message for as long as its function may work on it
//	I6   FIFO queues and topics meet their own kind
//	I7   what cannot be delivered or handled goes somewhere, and somebody hears of it
//	I8   data is encrypted, private, and locked completely or not at all
//	I9   only a load balancer is open to the internet, and only for HTTPS
//	I10  nobody gets more permissions than they can use
//	I11  no secret stands in a plain environment variable
//
// A rule speaks only of what the recording shows. What a program merely refers
// to (a topic of another stack, say) and what only a deployment can tell (see
// recorder.Preview) breaks nothing.
package guardrails
