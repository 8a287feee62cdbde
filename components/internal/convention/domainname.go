package convention

import (
	"regexp"
	"strings"
)

// https://www.rfc-editor.org/rfc/rfc1035#section-2.3.1, and the underscore that
// service records use.
var domainName = regexp.MustCompile(`^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]$`)

// DomainName refuses what is not a fully qualified DNS name in lower case. With
// wildcard, "*." may stand before it.
func (s *Scope) DomainName(argument, value string, wildcard bool) {
	name := value
	if wildcard {
		name = strings.TrimPrefix(value, "*.")
	}
	if len(value) > 253 || !domainName.MatchString(name) {
		s.Refuse(argument, "%q is not a domain name; write it in full, in lower case and without a dot at the end, as shop.example.com", value)
	}
}
