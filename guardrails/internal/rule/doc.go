// Package rule reads guardrail rules, which are HCL, and evaluates them for recorded resources.
//
// A rule looks at one resource at a time, and may look up others through a Program. Its expressions are those
// of HCL with three differences, since a resource need not have set what a rule asks for:
//
//   - what is absent is null, at any depth: self.a.b is null if self.a is, and so is self.list[7] of a shorter list;
//   - null is false to &&, || and !, which leave out their right side if the left one decides, and a for
//     expression over null is empty;
//   - what is known only after deployment is unknown, and so is all that follows from it. The verdict is
//     then Unknown, never Pass.
//
// Everything else is as strict as HCL is: comparing null with a number is an error, and the verdict Broken.
package rule
