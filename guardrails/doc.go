// Package guardrails checks what a Pulumi program registers against rules.
//
// Wiring checks the invariants that connect resources. Each is a fault that no
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
