package recorder

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed aws.yaml
var awsYAML []byte

// aws is what aws.yaml says: by token, by property. It is read once and never written.
var aws = sync.OnceValue(func() (data struct{ Resources, Functions map[string]map[string]any }) {
	if err := yaml.Unmarshal(awsYAML, &data); err != nil {
		panic("recorder: aws.yaml: " + err.Error())
	}
	return data
})

const accountID = "123456789012"

// placeholders makes up values for one resource or function call. The same resource has the same
// values in every run, and another one has others.
type placeholders struct {
	token, name  string
	nameProperty string // the output that holds the physical name
	inputs       map[string]any
	words        map[string]string // what may stand in braces
	listing      map[string]any    // the entry of aws.yaml
}

func newPlaceholders(region, token, name string, inputs map[string]any) *placeholders {
	sum := sha256.Sum256([]byte(token + "\x00" + name))
	digits := hex.EncodeToString(sum[:])
	letters := base32.StdEncoding.EncodeToString(sum[:])
	return &placeholders{
		token: token, name: name, inputs: inputs, listing: aws().Resources[token],
		words: map[string]string{
			"region": region, "account": accountID, "partition": partition(region), "zone": zone(region),
			"hex8": digits[:8], "hex16": digits[:16], "hex17": "0" + digits[:16], "hex32": digits[:32],
			"uuid": digits[:8] + "-" + digits[8:12] + "-4" + digits[13:16] + "-8" + digits[17:20] + "-" + digits[20:32],
			"ID":   letters[:14], "lower": strings.ToLower(letters[:10]),
		},
	}
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// zone shortens a region as the ids of its zones do: eu-central-1 to euc1, ap-southeast-2 to apse2.
func zone(region string) string {
	parts := strings.Split(region, "-")
	if len(parts) != 3 {
		return region
	}
	short := parts[1][:min(1, len(parts[1]))]
	for _, side := range []string{"northeast", "northwest", "southeast", "southwest"} {
		if parts[1] == side {
			short = side[:1] + side[5:6]
		}
	}
	return parts[0] + short + parts[2]
}

// nameProperties are the inputs that hold a physical name, the likeliest first.
var nameProperties = []string{
	"name", "bucket", "identifier", "clusterIdentifier", "replicationGroupId", "clusterId", "clusterName",
	"brokerName", "domainName", "functionName", "tableName", "roleName", "family",
}

// physicalName finds the name that is given, or makes one as Pulumi does: with seven digits after it.
func (p *placeholders) physicalName(known goTypes) {
	candidates := nameProperties
	if listed, ok := p.listing["@name"].(string); ok {
		candidates = []string{listed}
	}
	p.words["name"] = p.name + "-1234567"
	if p.inputs["fifoQueue"] == true || p.inputs["fifoTopic"] == true {
		p.words["name"] += ".fifo"
	}
	for _, name := range candidates {
		// A domainName that only AWS chooses is no name.
		if known.inputs != nil && !known.input[name] || !slices.ContainsFunc(known.outputs, func(f field) bool {
			return f.name == name && f.typ.Kind() == reflect.String
		}) {
			continue
		}
		p.nameProperty = name
		if given, ok := p.inputs[name].(string); ok && given != "" {
			p.words["name"] = given
		} else if prefix, ok := p.inputs[name+"Prefix"].(string); ok {
			p.words["name"] = prefix + "1234567"
		}
		return
	}
}

// id returns the id that is listed, or else the physical name.
func (p *placeholders) id() string {
	if id, ok := p.words["id"]; ok {
		return id
	}
	id := p.words["name"]
	if template, ok := p.listing["id"].(string); ok {
		id = p.expand(template)
	}
	p.words["id"] = id
	return id
}

// listed returns what aws.yaml says of a property, if anything.
func (p *placeholders) listed(property string) (any, bool) {
	if property == "id" {
		return p.id(), true
	}
	if p.token == "aws:acm/certificate:Certificate" && property == "domainValidationOptions" {
		return p.validationOptions(), true
	}
	value, ok := p.listing[property]
	if !ok {
		return nil, false
	}
	return p.fill(value), true
}

// validationOptions has one record for each name of a certificate, as ACM asks for them.
func (p *placeholders) validationOptions() []any {
	domains := []any{p.inputs["domainName"]}
	if more, ok := p.inputs["subjectAlternativeNames"].([]any); ok {
		domains = append(domains, more...)
	}
	var options []any
	for _, domain := range domains {
		host := strings.TrimPrefix(fmt.Sprint(domain), "*.")
		options = append(options, map[string]any{
			"domainName":          domain,
			"resourceRecordName":  "_" + p.words["hex32"] + "." + host + ".",
			"resourceRecordType":  "CNAME",
			"resourceRecordValue": "_" + p.words["hex16"] + ".acm-validations.aws.",
		})
	}
	return options
}

// fill expands the templates in a value.
func (p *placeholders) fill(v any) any {
	switch v := v.(type) {
	case string:
		text := p.expand(v)
		if n, err := strconv.Atoi(text); err == nil && strings.HasSuffix(v, ">port}") && strings.HasPrefix(v, "{") {
			return n
		}
		return text
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = p.fill(e)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for key := range maps.Keys(v) {
			object[key] = p.fill(v[key])
		}
		return object
	}
	return v
}

var braces = regexp.MustCompile(`\{[^{}]+\}`)

func (p *placeholders) expand(template string) string {
	return braces.ReplaceAllStringFunc(template, func(match string) string {
		word, part, _ := strings.Cut(match[1:len(match)-1], ">")
		word, otherwise, _ := strings.Cut(word, "|")
		if word == "id" && p.listing["id"] != nil {
			return p.id()
		}
		value, ok := p.words[word]
		if given, isText := p.inputs[word].(string); isText && given != "" && !ok {
			value, ok = given, true
		}
		if !ok {
			if arn, isText := p.listing[word].(string); isText {
				value = p.expand(arn)
			} else if value = otherwise; value == "" && part == "" {
				value = word
			}
		}
		return partOf(value, part)
	})
}

// partOf takes from a value what the word behind the ">" of a template asks for.
func partOf(value, part string) string {
	switch part {
	case "port":
		return port(value)
	case "lb":
		switch value {
		case "network":
			return "net"
		case "gateway":
			return "gwy"
		}
		return "app"
	case "last": // of an ARN or a path; the value itself if it is neither
		return value[strings.LastIndexAny(value, ":/")+1:]
	case "waf":
		if value == "CLOUDFRONT" {
			return "global"
		}
		return "regional"
	case "path":
		return strings.TrimPrefix(value, "/")
	case "host":
		return strings.TrimPrefix(value, "https://")
	}
	return value
}

// port returns the port that a database engine listens at.
func port(engine string) string {
	for _, known := range []struct{ in, port string }{
		{"postgres", "5432"}, {"mysql", "3306"}, {"mariadb", "3306"}, {"aurora", "3306"}, {"oracle", "1521"},
		{"sqlserver", "1433"}, {"memcached", "11211"}, {"redis", "6379"}, {"valkey", "6379"},
	} {
		if strings.Contains(engine, known.in) {
			return known.port
		}
	}
	return "5432"
}
