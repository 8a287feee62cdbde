package system

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/archimperative/scaffold/internal/source"
)

// maxName is the length of the longest name: what is built from it must still fit the 63 characters of a DNS label
// and the 32 of a load balancer.
const maxName = 24

// maxDomain is the length of the longest DNS name.
const maxDomain = 253

var (
	namePattern       = regexp.MustCompile(`^[a-z]([a-z0-9-]*[a-z0-9])?$`)
	decisionPattern   = regexp.MustCompile(`^[a-z]([a-z0-9_-]*[a-z0-9])?$`)
	assumptionPattern = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)
	controlPattern    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$`)
	pathPattern       = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)*/?$`)
	labelPattern      = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	imagePattern      = regexp.MustCompile(
		`^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?/)?` + // registry
			`[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*` + // repository
			`(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?` + // tag
			`(@[a-z0-9]+:[a-f0-9]{32,128})?$`) // digest
)

// checkName checks the name of a system, service, store, event or environment.
func checkName(what, name string, rng hcl.Range) *hcl.Diagnostic {
	if namePattern.MatchString(name) && len(name) <= maxName && !strings.Contains(name, "--") {
		return nil
	}
	return problem(invalidName, rng, "The name of %s has at most %d lower-case letters, digits and single hyphens; "+
		"it starts with a letter and does not end with a hyphen.%s", a(what), maxName, betterName(name))
}

// betterName proposes the nearest valid name.
func betterName(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name[:min(len(name), 4*maxName)]) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	better := b.String()
	better = strings.TrimRight(better[:min(len(better), maxName)], "-")
	if better == "" || better == name {
		return ""
	}
	return " For example " + quote(better) + "."
}

func checkDecision(name string, rng hcl.Range) *hcl.Diagnostic {
	if decisionPattern.MatchString(name) && len(name) <= maxName && !strings.Contains(name, "--") {
		return nil
	}
	return problem(invalidName, rng, "The name of a decision has at most %d lower-case letters, digits, underscores and single hyphens; "+
		"it starts with a letter and ends with a letter or digit.", maxName)
}

// checkAssumption checks the name of an assumption: what a blueprint can call one.
func checkAssumption(name string, rng hcl.Range) *hcl.Diagnostic {
	if assumptionPattern.MatchString(name) {
		return nil
	}
	return problem(invalidName, rng, "The name of an assumption has at most 32 lower-case letters, digits, hyphens and underscores; "+
		"it starts with a letter.")
}

func checkControl(name string, rng hcl.Range) *hcl.Diagnostic {
	if controlPattern.MatchString(name) && len(name) <= 64 {
		return nil
	}
	return problem(invalidName, rng, "The label of a waive block is the identifier of a control, such as \"RDS.7\" or \"CKV_AWS_16\".")
}

func checkPath(name, path string, rng hcl.Range) *hcl.Diagnostic {
	if strings.HasPrefix(path, "/") && len(path) <= 100 && pathPattern.MatchString(path) {
		return nil
	}
	hint := ""
	if strings.Contains(path, "*") {
		hint = " It needs no wildcard: everything below the path belongs to it."
	}
	return problem(invalidPath, rng, "The argument %q takes an HTTP path of at most 100 characters: it starts with a slash, and has "+
		"letters, digits and . _ ~ - between single slashes.%s Write it like \"/orders\".", name, hint)
}

func checkDomain(domain string, rng hcl.Range) *hcl.Diagnostic {
	labels := strings.Split(domain, ".")
	ok := len(labels) >= 2 && len(domain) <= maxDomain && strings.Trim(labels[len(labels)-1], "0123456789") != ""
	for _, label := range labels {
		ok = ok && len(label) <= 63 && labelPattern.MatchString(label)
	}
	if ok {
		return nil
	}
	return problem(invalidDomain, rng, "%s is not a DNS name: two or more labels of at most 63 lower-case letters, digits and hyphens, "+
		"joined by dots, without a scheme, port or path. Write it like \"shop.example.com\".", quote(domain[:min(len(domain), 300)]))
}

func checkImage(image string, rng hcl.Range) *hcl.Diagnostic {
	if len(image) <= 500 && imagePattern.MatchString(image) {
		return nil
	}
	hint := ""
	if strings.Contains(image, "://") {
		hint = " Leave out the scheme."
	}
	return problem(invalidImage, rng, "An image is named by its registry, its repository in lower case, and a tag or digest, "+
		"like \"ghcr.io/acme/orders:1.4\".%s", hint)
}

func checkDate(date string, rng hcl.Range) *hcl.Diagnostic {
	if _, err := time.Parse(time.DateOnly, date); err == nil {
		return nil
	}
	return problem(invalidDate, rng, "The argument \"until\" takes a day of the calendar as year, month and day. Write it like \"2027-01-31\".")
}

// checkOneOf checks a text against those allowed.
func checkOneOf(name, given string, allowed []string, rng hcl.Range) *hcl.Diagnostic {
	if slices.Contains(allowed, given) {
		return nil
	}
	return problem(unknownValue, rng, "The argument %q takes one of %s; %s is none of them.%s",
		name, strings.Join(allowed, ", "), quote(given[:min(len(given), 64)]), source.Suggest(given, allowed))
}

// CheckRegion is what is wrong with the name of a region that stands at rng, nil if
// nothing is: it has to be one of AWS's commercial regions.
func CheckRegion(region string, rng hcl.Range) *hcl.Diagnostic {
	if slices.Contains(regions, region) {
		return nil
	}
	for _, partition := range []struct{ prefix, name string }{
		{"cn-", "the China partition"}, {"us-gov-", "AWS GovCloud"}, {"us-iso", "a secret partition"}, {"eu-iso", "a secret partition"},
		{"eusc-", "the European Sovereign Cloud"},
	} {
		if strings.HasPrefix(region, partition.prefix) {
			return problem(unsupportedRegion, rng, "Regions of %s have their own accounts, endpoints and ARNs, which the blueprints "+
				"do not know. Choose a commercial region.", partition.name)
		}
	}
	return problem(unknownRegion, rng, "AWS has no commercial region %s.%s Write it like \"eu-central-1\".",
		quote(region[:min(len(region), 64)]), source.Suggest(region, regions))
}

// regions are the commercial regions of AWS.
var regions = []string{
	"us-east-1", "us-east-2", "us-west-1", "us-west-2",
	"ca-central-1", "ca-west-1", "mx-central-1", "sa-east-1",
	"eu-central-1", "eu-central-2", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "eu-south-1", "eu-south-2",
	"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-east-1", "ap-east-2", "ap-south-1", "ap-south-2",
	"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
	"me-central-1", "me-south-1", "af-south-1", "il-central-1",
}
