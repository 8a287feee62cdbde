package guardrails

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
	"github.com/archimperative/scaffold/recorder/recording"
)

type object = map[string]any

const queueToken = "aws:sqs/queue:Queue"

// ruleText is a rule about queues with the least it needs.
func ruleText(name, attributes string) string {
	return fmt.Sprintf(`guardrail %q {
  title    = "Titled"
  resource = "aws:sqs/queue:Queue"
  property = "x"
  remedy   = "Set x."
  severity = "low"
  %s
  pass "p" { self = { x = true } }
  fail "f" { self = { x = false } }
}
`, name, attributes)
}

// rulesOf are the rules of one text, and nothing else.
func rulesOf(t *testing.T, text string) *Rules {
	t.Helper()
	rules, diags := load([]Folder{{Path: "own", Files: fstest.MapFS{"own.hcl": {Data: []byte(text)}}}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return rules
}

func resource(token, name string, inputs, outputs object) *recording.Resource {
	return &recording.Resource{
		URN: "urn:pulumi:test::project::" + token + "::" + name, Type: token, Name: name, Custom: true,
		Inputs: inputs, Outputs: outputs, PropertyDependencies: map[string][]string{}, Source: "main.go:7",
	}
}

func verdictOf(t *testing.T, require string, resources ...*recording.Resource) rule.Result {
	t.Helper()
	rules := rulesOf(t, ruleText("R", "require = "+require+"\n  message = \"is ${self.x}\""))
	rec := &recording.Recording{Resources: resources, Region: "eu-central-1"}
	return rule.NewEvaluator(&lookup{program: newProgram(rec), inRegion: rec.Region}).Check(rules.rules[0], resources[0])
}

func TestExpressions(t *testing.T) {
	const policy = `{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":["a","b"],"Principal":{"AWS":"*"},
		"Condition":{"Bool":{"aws:SecureTransport":false}}},{"Effect":"Deny","NotAction":["iam:*"],"Principal":"*"}]}`
	inputs := object{
		"on": true, "off": false, "n": 7.0, "text": "hello", "list": []any{object{"a": 1.0}, object{"b": 2.0}}, "mixed": []any{1.0, "two", nil},
		"nested": object{"deep": object{"x": "y"}}, "policy": policy, "notJSON": "{", "some": recording.Unknown{}, "half": object{"known": 1.0, "open": recording.Unknown{}},
	}
	for _, c := range []struct {
		require string
		want    rule.Verdict
	}{
		// What is absent is null, at any depth.
		{`self.absent == null`, rule.Pass},
		{`self.absent.below.that[3] == null`, rule.Pass},
		{`self.nested.deep.x == "y"`, rule.Pass},
		{`self.nested.deep.z == null && self.nested["deep"]["x"] == "y"`, rule.Pass},
		{`self.list[0].a == 1 && self.list[0].b == null && self.list[9].a == null`, rule.Pass},
		{`self.list[1 + 0].b == 2`, rule.Pass},
		{`self.absent`, rule.Fail},
		{`!self.absent`, rule.Pass},
		{`self.absent ? false : true`, rule.Pass},
		// && and || leave out what cannot matter.
		{`self.absent != null && self.absent > 5`, rule.Fail},
		{`self.absent == null || self.absent > 5`, rule.Pass},
		// What makes no sense is told, and never passes.
		{`self.absent > 5`, rule.Broken},
		{`matches(self.absent, "x")`, rule.Broken},
		{`self.text.below == null`, rule.Broken},
		{`self.list.a == null`, rule.Broken},
		{`self.text`, rule.Broken},
		{`try(!matches(self.absent, "x"), false)`, rule.Fail},
		{`can(self.absent > 5)`, rule.Fail},
		// Iteration over nothing, and over lists of several types.
		{`length([for x in self.absent : x]) == 0`, rule.Pass},
		{`length(self.absent[*].x) == 0`, rule.Pass},
		{`alltrue([for x in self.list : x.a == 1])`, rule.Fail},
		{`anytrue([for x in self.list : x.a == 1])`, rule.Pass},
		{`length(self.list[*].a) == 2 && (self.list[*].a)[1] == null`, rule.Pass},
		{`contains(self.mixed, "two") && contains(self.mixed, 1) && !contains(self.mixed, "three")`, rule.Pass},
		{`!contains(self.absent, "x") && length(self.absent) == 0 && length(keys(self.absent)) == 0`, rule.Pass},
		{`join(",", concat(self.absent, ["a"], self.absent)) == "a"`, rule.Pass},
		{`coalesce(self.absent, 3) == 3 && coalesce(self.absent) == null`, rule.Pass},
		{`lookup(self.nested, "deep", null).x == "y" && lookup(self.absent, "a", 1) == 1`, rule.Pass},
		{`lower(self.absent) == null && upper(self.text) == "HELLO"`, rule.Pass},
		{`startswith(self.text, "he") && endswith(self.text, "lo") && matches(self.text, "l+") && glob("HE*o", self.text)`, rule.Pass},
		{`length(split(",", self.absent)) == 0 && split("l", self.text)[2] == "o"`, rule.Pass},
		{`sum([1, self.n]) == 8 && max(1, self.n) == 7`, rule.Pass},
		// JSON and policies.
		{`json(self.policy).Statement[0].Resource[1] == "b" && json(self.notJSON) == null && json(self.absent) == null`, rule.Pass},
		{`[for s in statements(self.policy) : s.effect] == ["allow", "deny"]`, rule.Pass},
		{`statements(self.policy)[0].actions == ["s3:GetObject"] && statements(self.policy)[0].resources == ["a", "b"]`, rule.Pass},
		{`statements(self.policy)[0].principals["*"] == ["*"] && statements(self.policy)[1].principals["*"] == ["*"]`, rule.Pass},
		{`statements(self.policy)[0].conditions.Bool["aws:securetransport"] == ["false"]`, rule.Pass},
		{`statements(self.policy)[1].not_actions == ["iam:*"] && statements(self.absent) == []`, rule.Pass},
		{`length(statements(self.notJSON)) == 0`, rule.Broken},
		// What is unknown stays so, unless it cannot matter.
		{`self.some == "x"`, rule.Unknown},
		{`self.some.below[0].that == null`, rule.Unknown},
		{`self.some != null && self.on`, rule.Unknown},
		{`self.on || self.some`, rule.Pass},
		{`self.some || self.on`, rule.Pass},
		{`self.some && self.off`, rule.Fail},
		{`alltrue([self.some, false])`, rule.Fail},
		{`anytrue([self.some, false])`, rule.Unknown},
		{`contains([self.some, "b"], "b")`, rule.Pass},
		{`contains([self.some, "b"], "c")`, rule.Unknown},
		{`length([for x in self.some : x]) == 0`, rule.Unknown},
		{`json(self.some).Statement == null`, rule.Unknown},
		{`length(statements(self.some)) == 0`, rule.Unknown},
		{`self.half.known == 1 && self.half.open == 2`, rule.Unknown},
		{`coalesce(self.absent, self.some, 1) == 1`, rule.Unknown},
		{`self.some ? true : true`, rule.Unknown},
		{`matches("${self.text}-${self.some}", "x")`, rule.Unknown},
		// What a resource is.
		{`resource.name == "orders" && resource.type == "aws:sqs/queue:Queue" && resource.region == "eu-central-1" && !resource.protect`, rule.Pass},
		{`resource.urn == self._urn && self._name == "orders"`, rule.Pass},
	} {
		got := verdictOf(t, c.require, resource(queueToken, "orders", inputs, nil))
		if got.Verdict != c.want {
			t.Errorf("%s: the verdict is %q, want %q: %s", c.require, got.Verdict, c.want, got.Message)
		}
	}
}

// Relations go by what a value says; where that is not known, by what the input depends on.
func TestRelations(t *testing.T) {
	const keyToken, policyToken = "aws:kms/key:Key", "aws:sqs/queuePolicy:QueuePolicy"
	key := resource(keyToken, "key", object{"enableKeyRotation": true}, object{"arn": "arn:aws:kms:eu-central-1:123456789012:key/1", "keyId": "1"})
	other := resource(keyToken, "other", object{}, object{"arn": "arn:aws:kms:eu-central-1:123456789012:key/2", "keyId": "2"})
	queue := func(kms any, dependencies ...string) *recording.Resource {
		q := resource(queueToken, "orders", object{"kmsMasterKeyId": kms}, object{"url": "https://sqs/orders", "arn": "arn:aws:sqs:eu-central-1:123456789012:orders"})
		q.PropertyDependencies["kmsMasterKeyId"] = dependencies
		return q
	}
	policy := func(url any, dependencies ...string) *recording.Resource {
		p := resource(policyToken, "policy", object{"queueUrl": url, "nested": []any{object{"queue": url}}}, nil)
		p.PropertyDependencies["queueUrl"] = dependencies
		return p
	}
	const rotates = `anytrue([for k in refers(self.kmsMasterKeyId, "aws:kms/key:Key") : k.enableKeyRotation])`
	const hasPolicy = `length(referrers("aws:sqs/queuePolicy:QueuePolicy", "queueUrl")) == 1`
	unknown := recording.Unknown{}
	for name, c := range map[string]struct {
		require   string
		want      rule.Verdict
		resources []*recording.Resource
	}{
		"by ARN":                  {rotates, rule.Pass, []*recording.Resource{queue(key.Outputs["arn"]), key, other}},
		"by id":                   {rotates, rule.Fail, []*recording.Resource{queue("2"), key, other}},
		"of outside":              {`length(refers(self.kmsMasterKeyId, "aws:kms/key:Key")) == 0`, rule.Pass, []*recording.Resource{queue("arn:aws:kms:eu-central-1:1:key/9"), key}},
		"of another type":         {`length(refers(self.kmsMasterKeyId, "aws:sqs/queue:Queue")) == 0`, rule.Pass, []*recording.Resource{queue("1"), key}},
		"unknown, one dependency": {rotates, rule.Pass, []*recording.Resource{queue(unknown, key.URN), key, other}},
		"unknown, two":            {rotates, rule.Unknown, []*recording.Resource{queue(unknown, key.URN, other.URN), key, other}},
		"unknown, none":           {rotates, rule.Unknown, []*recording.Resource{queue(unknown), key}},
		"not set":                 {`length(refers(self.absent, "aws:kms/key:Key")) == 0`, rule.Pass, []*recording.Resource{queue(nil), key}},
		"referrer":                {hasPolicy, rule.Pass, []*recording.Resource{queue("1"), policy("https://sqs/orders")}},
		"referrer of another":     {hasPolicy, rule.Fail, []*recording.Resource{queue("1"), policy("https://sqs/others")}},
		"referrer in a list":      {`length(referrers("aws:sqs/queuePolicy:QueuePolicy", "nested.queue")) == 1`, rule.Pass, []*recording.Resource{queue("1"), policy("https://sqs/orders")}},
		"unknown referrer":        {hasPolicy, rule.Pass, []*recording.Resource{queue("1"), policy(unknown, queue(nil).URN)}},
		"referrer of who knows":   {hasPolicy, rule.Unknown, []*recording.Resource{queue("1"), policy(unknown)}},
		"referrers of another": {`length(flatten([for k in refers(self.kmsMasterKeyId, "aws:kms/key:Key") : referrers("aws:sqs/queue:Queue", "kmsMasterKeyId", k)])) == 1`,
			rule.Pass, []*recording.Resource{queue("1"), key}},
		"all":        {`length(resources("aws:kms/key:Key")) == 2 && resources("aws:kms/key:Key")[0]._name == "key"`, rule.Pass, []*recording.Resource{queue("1"), other, key}},
		"other name": {`length(resources("aws:alb/loadBalancer:LoadBalancer")) == 1`, rule.Pass, []*recording.Resource{queue("1"), resource("aws:lb/loadBalancer:LoadBalancer", "l", object{}, nil)}},
	} {
		if got := verdictOf(t, c.require, c.resources...); got.Verdict != c.want {
			t.Errorf("%s: the verdict is %q, want %q: %s", name, got.Verdict, c.want, got.Message)
		}
	}
}

// A message shows what is known, and no secret, however it is reached.
func TestMessages(t *testing.T) {
	q := resource(queueToken, "orders", object{"x": false, "open": recording.Unknown{}, "password": "hush", "tree": object{"inner": "hush", "list": []any{"hush"}}, "list": []any{1.0}}, nil)
	q.Secrets = []string{"password", "tree.inner", "tree.list"}
	rules := rulesOf(t, ruleText("R", `require = self.x
  message = "${self.x} ${self.open} ${self.absent.y} ${self.list} ${self.password} ${self.tree.inner} ${join(",", [for v in values(self.tree) : try(tostring(v), "?")])} ${upper(self.password)} ${resources("aws:sqs/queue:Queue")[0].password}"`))
	findings := Check(&recording.Recording{Resources: []*recording.Resource{q}}, Options{Rules: rules}).Findings
	var got string
	for _, f := range findings {
		if f.Rule == "R" {
			got = f.Message
		}
	}
	const want = "false (known after deployment) (not set) [1] (a secret) (a secret) (a secret),(a secret) (A SECRET) (a secret)"
	if got != want || strings.Contains(strings.ToLower(got), "hush") {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestUnknownSaysWhy(t *testing.T) {
	q := resource(queueToken, "orders", object{"a": recording.Unknown{}, "b": object{"c": recording.Unknown{}}}, nil)
	for require, want := range map[string]string{
		`self.a == self.b.c`: "a and b are known only after deployment.",
		`self.b.c == "x"`:    "b is known only after deployment.",
	} {
		if got := verdictOf(t, require, q); got.Verdict != rule.Unknown || got.Message != want {
			t.Errorf("%s: %q %s, want %s", require, got.Verdict, got.Message, want)
		}
	}
}
