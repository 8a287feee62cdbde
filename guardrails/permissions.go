package guardrails

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
	"github.com/archimperative/scaffold/recorder/recording"
)

// permissions wants every statement that allows something to name the actions
// and, in a policy of an identity, the resources.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
func permissions(p *program, add report) {
	for _, doc := range p.documents {
		if doc.kind == boundPolicy {
			continue
		}
		for _, s := range doc.statements {
			if s.allow {
				checkActions(doc, s, add)
				if doc.kind == identityPolicy || doc.kind == accountPolicy {
					checkResources(doc, s, add)
				}
				checkPassRole(doc, s, add)
			}
		}
	}
}

// checkActions wants no action that is a whole service. The account's own
// statement in a key policy is another matter: without it nobody could mend the policy.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func checkActions(doc *document, s statement, add report) {
	if s.notActions {
		add(doc.res, s.property+".NotAction", "allows every action but the ones named", "name the actions that are needed")
	}
	for _, action := range s.actions {
		service, name, _ := strings.Cut(action, ":")
		switch {
		case strings.Trim(action, "*:") == "":
			add(doc.res, s.property+".Action", `allows "*", every action of every service`, "name the actions that are needed")
		case name == "" || strings.Trim(name, "*") != "":
		case doc.kind == keyPolicy && strings.EqualFold(service, "kms") && ofAccount(s):
		default:
			add(doc.res, s.property+".Action", sprint("allows %q, every action of a service", action), "name the actions that are needed")
		}
	}
}

// ofAccount reports whether a statement is about accounts, not about single principals.
func ofAccount(s statement) bool {
	names := s.principals["AWS"]
	return len(names) > 0 && !s.anyone() && !slices.ContainsFunc(names, func(name string) bool {
		return !strings.HasSuffix(name, ":root") && strings.Trim(name, "0123456789") != ""
	})
}

// checkResources wants no action on every resource, but for those AWS has no
// resource for.
func checkResources(doc *document, s statement, add report) {
	path, all := s.property+".Resource", ""
	if s.notResource {
		path, all = s.property+".NotResource", "every resource but the ones named"
	}
	for _, resource := range s.resources {
		if everyResource(resource) {
			all = sprint("%q", resource)
		}
	}
	if all == "" {
		return
	}
	for _, action := range s.actions {
		e := exceptionFor(action)
		switch {
		case e == nil:
			add(doc.res, path, sprint("allows %s on %s", action, all), "name the resources by their ARNs")
		case e.condition != "" && !s.under(e.condition):
			add(doc.res, path, sprint("allows %s on %s without a condition on %s", action, all, e.condition), "add that condition")
		}
	}
}

// everyResource reports whether a resource is "*", or an ARN that leaves open all
// that comes after the account.
func everyResource(resource string) bool {
	parts := strings.SplitN(resource, ":", 6)
	last := parts[len(parts)-1]
	return (len(parts) == 1 || len(parts) == 6) && last != "" && strings.Trim(last, "*") == ""
}

func exceptionFor(action string) *exception {
	for i := range resourceless {
		if rule.Glob(resourceless[i].action, action) {
			return &resourceless[i]
		}
	}
	return nil
}

// checkPassRole wants iam:PassRole only towards a named service: with it one can
// give any role it covers to anything that runs code.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
func checkPassRole(doc *document, s statement, add report) {
	passes := func(action string) bool { return rule.Glob(action, "iam:PassRole") && strings.Trim(action, "*:") != "" }
	if doc.kind == identityPolicy && slices.ContainsFunc(s.actions, passes) && !s.under("iam:passedtoservice") {
		add(doc.res, s.property, "allows iam:PassRole to any service", "add a condition on iam:PassedToService")
	}
}

// managedPolicies wants none of AWS's own policies that allow a whole service.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
func managedPolicies(p *program, add report) {
	check := func(res *recording.Resource, property, arn string) {
		_, path, found := strings.Cut(arn, ":iam::aws:policy/")
		name := path[strings.LastIndex(path, "/")+1:]
		if found && (strings.Contains(name, "FullAccess") || name == "AdministratorAccess" || name == "PowerUserAccess") {
			add(res, property, sprint("is %s, which allows every action of a service or more", name), "write a policy with the actions and resources that are needed")
		}
	}
	for _, res := range p.of("iam:RolePolicyAttachment", "iam:UserPolicyAttachment", "iam:GroupPolicyAttachment", "iam:PolicyAttachment") {
		check(res, "policyArn", text(res.Inputs["policyArn"]))
	}
	for _, res := range p.of("iam:Role", "iam:RolePolicyAttachmentsExclusive", "iam:UserPolicyAttachmentsExclusive") {
		for _, property := range []string{"managedPolicyArns", "policyArns"} {
			for i, arn := range list(res.Inputs[property]) {
				check(res, at(property, i), text(arn))
			}
		}
	}
}

// everyone wants no statement that lets everybody in without a condition that says who.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous
func everyone(p *program, add report) {
	for _, doc := range p.documents {
		if doc.kind == boundPolicy || doc.kind == identityPolicy {
			continue
		}
		for _, s := range doc.statements {
			// How somebody comes says nothing about who it is.
			narrow := false
			for key := range s.conditions {
				narrow = narrow || key != "aws:securetransport" && key != "s3:tlsversion"
			}
			if s.allow && s.anyone() && !narrow {
				add(doc.res, s.property+".Principal", "lets everybody in", "name the principals, or add a condition such as aws:PrincipalOrgID")
			}
		}
	}
	for _, res := range p.kinds["lambda:Permission"] {
		if res.Inputs["principal"] == "*" && !anyGiven(res, "sourceArn", "sourceAccount", "principalOrgId") {
			add(res, "principal", "lets everybody invoke the function", "name the principal, or set sourceArn")
		}
	}
	// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
	for _, url := range p.kinds["lambda:FunctionUrl"] {
		if url.Inputs["authorizationType"] == "NONE" {
			add(url, "authorizationType", "lets everybody invoke the function", `set it to "AWS_IAM"`)
		}
	}
}

// boundaries wants a permissions boundary on every role and user, if the program
// sets one on any: then an organisation asks for it, and one without is a gap.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func boundaries(p *program, add report) {
	holders := p.of("iam:Role", "iam:User")
	bound := slices.IndexFunc(holders, func(res *recording.Resource) bool { return res.Inputs["permissionsBoundary"] != nil })
	for _, res := range holders {
		if bound >= 0 && res.Inputs["permissionsBoundary"] == nil {
			add(res, "permissionsBoundary", sprint("is not set, though %s has one", quoted(holders[bound])), "set the same boundary")
		}
	}
}
