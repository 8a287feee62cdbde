package network

import (
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
var recordTypes = []string{
	"A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT",
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoLocation.html
var (
	continents = []string{"AF", "AN", "AS", "EU", "NA", "OC", "SA"}
	countries  = regexp.MustCompile(`^([A-Z]{2}|\*)$`)
	regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
)

func checkRecord(s *convention.Scope, args *RecordArgs) {
	s.Require("zoneId", args.ZoneId, "a record is in a zone; a DNS of this library gives one")
	if args.DomainName == "" {
		s.Refuse("domainName", "is required: it is the name that is answered, in full")
	} else {
		s.DomainName("domainName", args.DomainName, true)
	}
	checkAnswer(s, args)
	checkRouting(s, args)

	checked := args.HealthCheckId != nil || args.HealthPath != ""
	switch {
	case args.HealthCheckId != nil && args.HealthPath != "":
		s.Refuse("healthPath", "makes a health check, but healthCheckId names one that exists; give one of them")
	case checked && recordRouting(args) == "simple":
		s.Refuse("routing", "is \"simple\": without another record of the name there is nothing to answer while the health check fails. Choose a routing, or use Failover")
	case args.HealthPath != "" && args.HealthDomainName == nil && args.AliasDomainName == nil:
		s.Refuse("healthDomainName", "is required with values: it is the name that leads the health check to this endpoint alone")
	case args.HealthPath == "" && args.HealthDomainName != nil:
		s.Refuse("healthDomainName", "has no effect without healthPath, which makes the health check; give that too")
	case args.HealthPath == "" && args.UsEast1AlarmTopicArn != nil:
		s.Refuse("usEast1AlarmTopicArn", "has nothing to tell: only a health check of the record's own has an alarm. Give healthPath, or leave the topic out")
	}
	if args.HealthPath != "" {
		checkHealthPath(s, "healthPath", args.HealthPath)
	}
	checkHealthHost(s, "healthDomainName", args.HealthDomainName)
	usEast1Topic(s, args.UsEast1AlarmTopicArn)
}

// checkAnswer refuses what is no answer, or two.
func checkAnswer(s *convention.Scope, args *RecordArgs) {
	alias := args.AliasDomainName != nil || args.AliasZoneId != nil
	switch {
	case alias && args.Values != nil:
		s.Refuse("values", "and an alias are two answers; give one of them")
		return
	case !alias && args.Values == nil:
		s.Refuse("values", "are required, or aliasDomainName with aliasZoneId: a record without an answer is none")
		return
	}
	if alias {
		if args.AliasDomainName == nil || args.AliasZoneId == nil {
			s.Refuse("aliasZoneId", "and aliasDomainName belong together: an alias leads to a name in a zone. Give both")
		}
		if args.Type != "" {
			s.OneOf("type", args.Type, "A", "AAAA", "HTTPS")
		}
		if args.TtlSeconds != nil {
			s.Refuse("ttlSeconds", "has no effect on an alias, whose answers live as long as those of what it leads to; leave it out")
		}
		if zone, known := convention.Known(args.AliasZoneId); known && zone == cloudFrontZone && convention.Or(args.EvaluateTargetHealth, false) {
			s.Refuse("evaluateTargetHealth", "is true, but the alias leads to CloudFront, which has no health that Route 53 could ask for; leave it out")
		}
		return
	}
	if args.Type == "" {
		s.Refuse("type", "is required with values: it says what they are, such as \"A\" for addresses")
	} else {
		s.OneOf("type", args.Type, recordTypes...)
	}
	if list, known := args.Values.(pulumi.StringArray); known && len(list) == 0 {
		s.Refuse("values", "is empty; give at least one, or an alias")
	} else if known && len(list) > 1 && args.Type == "CNAME" {
		s.Refuse("values", "has %d names, but a CNAME is one; use weighted records to choose among several", len(list))
	}
	s.Between("ttlSeconds", convention.Or(args.TtlSeconds, 300), 0, 604800, "resolvers keep nothing longer than a week, https://www.rfc-editor.org/rfc/rfc8767#section-4")
	if args.EvaluateTargetHealth != nil {
		s.Refuse("evaluateTargetHealth", "is for an alias; values have no health of their own. Give healthPath or healthCheckId")
	}
}

// checkRouting refuses routing without what it chooses by, and what it ignores.
func checkRouting(s *convention.Scope, args *RecordArgs) {
	routing := recordRouting(args)
	s.OneOf("routing", routing, "simple", "weighted", "latency", "geolocation")
	only := func(argument string, given bool, routings ...string) {
		if given && !slices.Contains(routings, routing) {
			s.Refuse(argument, "is for %s routing, and this record has %s; leave it out, or set routing", strings.Join(routings, ", "), routing)
		}
	}
	only("setIdentifier", args.SetIdentifier != "", "weighted", "latency", "geolocation")
	only("weight", args.Weight != nil, "weighted")
	only("region", args.Region != "", "latency")
	only("continent", args.Continent != "", "geolocation")
	only("country", args.Country != "", "geolocation")
	only("subdivision", args.Subdivision != "", "geolocation")
	if len(args.SetIdentifier) > 128 {
		s.Refuse("setIdentifier", "is %d characters long; use at most 128", len(args.SetIdentifier))
	}
	switch routing {
	case "weighted":
		if args.Weight == nil {
			s.Refuse("weight", "is required for weighted routing: it is the record's share of the sum of all weights of the name")
		} else {
			s.Between("weight", *args.Weight, 0, 255, "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html")
		}
	case "latency":
		if args.Region != "" && !regionName.MatchString(args.Region) {
			s.Refuse("region", "%q is not an AWS region; write it as eu-central-1", args.Region)
		}
	case "geolocation":
		switch {
		case args.Continent == "" && args.Country == "":
			s.Refuse("country", "is required for geolocation routing, or continent: it says whose answer this is; \"*\" is everybody's who has no other")
		case args.Continent != "" && args.Country != "":
			s.Refuse("continent", "and country are two places; the country is enough")
		case args.Continent != "":
			s.OneOf("continent", args.Continent, continents...)
		case !countries.MatchString(args.Country):
			s.Refuse("country", "%q is not a country; write it as two capital letters, as DE, or \"*\" for all others", args.Country)
		}
		if args.Subdivision != "" && args.Country != "US" && args.Country != "UA" {
			s.Refuse("subdivision", "is for the country \"US\" or \"UA\" only; Route 53 knows no others")
		}
	}
}
