// Package requirements compares what a Pulumi program registers with what
// system.hcl asks for.
//
//	report := requirements.Check(recording, shop, "prod")
//	for _, broken := range report.Broken() {
//		t.Error(broken)
//	}
//
// What a program has to show follows from the requirement, not from the design:
// an availability above what AWS promises for one database takes a standby,
// however the program came to be. So a program that was weakened by hand fails
// with the line of system.hcl that it no longer meets:
//
//	system.hcl:18: availability = 99.95: aws:rds/instance:Instance "orders" multiAz: is false; …
//
// Where a decision of the blueprint says more (three zones, a NAT gateway in
// each), the program has to do what was decided. Where the team overruled a
// decision, Check follows the team and cites the line that did it.
//
// Each comparison has one of three results: a resource meets the requirement,
// breaks it, or nothing in the program can tell; then the result says why. What a
// sandbox is not asked for is such a result too.
package requirements
