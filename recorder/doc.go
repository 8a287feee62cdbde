// Package recorder runs a Pulumi program in the test process, under a strict stand-in for Pulumi's
// engine, and returns the resources it registered:
//
//	rec, err := recorder.Run(program, recorder.StackFile("Pulumi.prod.yaml"))
//	if err != nil {
//		t.Fatal(err) // every problem, each with the resource and the property it is about
//	}
//	for _, queue := range rec.Type("aws:sqs/queue:Queue") {
//		if queue.Input("sqsManagedSseEnabled") != true && queue.Input("kmsMasterKeyId") == nil {
//			t.Errorf("%s is not encrypted", queue)
//		}
//	}
//
// Nothing is deployed, no plugin and no account is needed, and a program of a thousand resources
// takes a fraction of a second.
//
// # What is checked
//
// Pulumi's own mocks accept nearly everything. Run returns an error for
//
//   - an input that is unknown, missing or of the wrong kind, at any depth;
//   - an empty string where a value is required, or in place of a reference (an ARN, an id, a URL);
//   - an ARN without a resource, and an Output printed with fmt instead of pulumi.Sprintf;
//   - a policy or other JSON property that is not JSON; an IAM policy without a version, or with a
//     statement that lacks what it needs or has an empty action, resource, principal or reference;
//   - two resources with one URN, and a parent that was never registered;
//   - a failed ApplyT, even one whose output nothing uses, as long as a resource, a component or an
//     export holds it;
//   - a component that leaves an output unset or never registers its outputs;
//   - a function call or a stack reference that no option answers;
//   - an error or a panic of the program, an error it logs, and running for too long (see [Timeout]).
//
// What resources accept is taken from the Go types the program itself uses. So these are not
// checked: the values of enumerations, ranges, whether a list or map is required, and resources
// registered with a type that has no Go struct.
//
// # What a program sees
//
// An output is the input of the same name if that was given, and otherwise a placeholder of its type
// that is realistic and never empty: an ARN, an endpoint with a port, a list of one. Placeholders are the
// same in every run. [Output] sets others. The commonest functions, such as getAvailabilityZones,
// are answered; [Invoke] answers more. Transforms and the older transformations run. Hooks do not,
// since nothing is created. Under [Preview], what only a provider knows stays unknown.
//
// # Limits
//
// A panic inside ApplyT ends the test binary: the SDK runs it in a goroutine of its own, where nobody
// can recover it. An error of an ApplyT whose output is thrown away cannot be found. A program
// that does not end in time keeps its goroutine.
package recorder
