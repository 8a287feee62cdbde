package recorder

import (
	"reflect"
	"slices"
	"strings"
)

// value makes a placeholder of a plain type, for a property nothing is listed for. Outer are the
// structs it is in: some types, such as the statements of a firewall, hold themselves.
func (p *placeholders) value(name string, t reflect.Type, outer []reflect.Type) any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Bool:
		return false
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8,
		reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return 1
	case reflect.String:
		return p.text(name)
	case reflect.Slice, reflect.Array:
		if elem := structOf(t.Elem()); elem != nil && slices.Contains(outer, elem) {
			return []any{}
		}
		if name == "availabilityZones" {
			r := p.words["region"]
			return []any{r + "a", r + "b", r + "c"}
		}
		return []any{p.value(strings.TrimSuffix(name, "s"), t.Elem(), outer)}
	case reflect.Map:
		return map[string]any{"key": p.value("value", t.Elem(), outer)}
	case reflect.Struct:
		object := map[string]any{}
		if slices.Contains(outer, t) {
			return object
		}
		for _, f := range fieldsOf(t) {
			object[f.name] = p.value(f.name, f.typ, append(slices.Clone(outer), t))
		}
		return object
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return nil // an asset or archive: it has no placeholder
		}
	}
	return p.text(name)
}

// text guesses from a property's name what text it holds.
func (p *placeholders) text(name string) string {
	if name == "arn" {
		return p.arn()
	}
	for _, guess := range guesses {
		matches := guess.suffix == name
		if !matches && guess.suffix != "" {
			matches = strings.HasSuffix(name, strings.ToUpper(guess.suffix[:1])+guess.suffix[1:])
		}
		if matches {
			return p.expand(guess.template)
		}
	}
	return name + "-" + p.words["hex8"]
}

// arn is that of a type nothing is listed for.
func (p *placeholders) arn() string {
	service, kind := "service", "resource"
	if parts := strings.Split(p.token, ":"); len(parts) == 3 {
		service, kind, _ = strings.Cut(parts[1], "/")
	}
	if proper, ok := services[service]; ok {
		service = proper
	}
	return p.expand("arn:{partition}:" + service + ":{region}:{account}:" + kind + "/{name}")
}

// services are those whose name in an ARN is not that of Pulumi's module.
var services = map[string]string{
	"alb": "elasticloadbalancing", "amp": "aps", "apigatewayv2": "apigateway", "appautoscaling": "application-autoscaling",
	"cfg": "config", "cognito": "cognito-idp", "docdb": "rds", "efs": "elasticfilesystem", "elasticsearch": "es",
	"elb": "elasticloadbalancing", "keyspaces": "cassandra", "lb": "elasticloadbalancing", "msk": "kafka",
	"mskconnect": "kafkaconnect", "neptune": "rds", "opensearch": "es", "sfn": "states", "timestreamwrite": "timestream",
	"vpc": "ec2",
}

// guesses go by the end of a property's name; the first that matches is taken.
var guesses = []struct{ suffix, template string }{
	{"kmsKeyArn", "arn:{partition}:kms:{region}:{account}:key/{uuid}"},
	{"kmsKeyId", "arn:{partition}:kms:{region}:{account}:key/{uuid}"},
	{"keyArn", "arn:{partition}:kms:{region}:{account}:key/{uuid}"},
	{"roleArn", "arn:{partition}:iam::{account}:role/{name}"},
	{"policyArn", "arn:{partition}:iam::{account}:policy/{name}"},
	{"secretArn", "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-AbCdEf"},
	{"certificateArn", "arn:{partition}:acm:{region}:{account}:certificate/{uuid}"},
	{"topicArn", "arn:{partition}:sns:{region}:{account}:{name}"},
	{"queueArn", "arn:{partition}:sqs:{region}:{account}:{name}"},
	{"functionArn", "arn:{partition}:lambda:{region}:{account}:function:{name}"},
	{"bucketArn", "arn:{partition}:s3:::{name}"},
	{"clusterArn", "arn:{partition}:ecs:{region}:{account}:cluster/{name}"},
	{"taskDefinition", "arn:{partition}:ecs:{region}:{account}:task-definition/{name}:1"},
	{"arn", "arn:{partition}:service:{region}:{account}:resource/{name}"},
	{"vpcId", "vpc-{hex17}"},
	{"subnetId", "subnet-{hex17}"},
	{"securityGroupId", "sg-{hex17}"},
	{"securityGroup", "sg-{hex17}"},
	{"routeTableId", "rtb-{hex17}"},
	{"networkInterfaceId", "eni-{hex17}"},
	{"hostedZoneId", "Z{ID}"},
	{"zoneId", "Z{ID}"},
	{"ownerId", "{account}"},
	{"accountId", "{account}"},
	{"registryId", "{account}"},
	{"owner", "{account}"},
	{"catalogId", "{account}"},
	{"uuid", "{uuid}"},
	{"region", "{region}"},
	{"availabilityZone", "{region}a"},
	{"cidrBlock", "10.0.0.0/16"},
	{"ipAddress", "10.0.0.10"},
	{"privateIp", "10.0.0.10"},
	{"publicIp", "203.0.113.10"},
	{"url", "https://{name}.{region}.amazonaws.com"},
	{"uri", "https://{name}.{region}.amazonaws.com"},
	{"endpoint", "{name}.abcdefgh.{region}.amazonaws.com"},
	{"address", "{name}.abcdefgh.{region}.amazonaws.com"},
	{"dnsName", "{name}.{region}.amazonaws.com"},
	{"domain", "{name}.{region}.amazonaws.com"},
	{"domainName", "{name}.{region}.amazonaws.com"},
	{"policy", `{"Version":"2012-10-17","Statement":[]}`},
	{"policyDocument", `{"Version":"2012-10-17","Statement":[]}`},
	{"date", "2025-01-01T00:00:00Z"},
	{"time", "2025-01-01T00:00:00Z"},
	{"at", "2025-01-01T00:00:00Z"},
	{"timestamp", "2025-01-01T00:00:00Z"},
	{"window", "sun:03:00-sun:04:00"},
	{"version", "1"},
	{"status", "ACTIVE"},
	{"state", "ACTIVE"},
	{"fingerprint", "{hex32}"},
	{"thumbprint", "{hex32}"},
	{"path", "/"},
}
