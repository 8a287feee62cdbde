package schema

import (
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components"
)

func TestSnake(t *testing.T) {
	for name, want := range map[string]string{
		"LoadBalancer": "load_balancer", "kmsKeyArn": "kms_key_arn", "DNS": "dns", "CDN": "cdn",
		"AlarmDNSName": "alarm_dns_name", "Queue": "queue", "multiAz": "multi_az", "S3Bucket": "s3_bucket",
	} {
		if got := snake(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestParseLibrary(t *testing.T) {
	l, err := Parse(components.Schema)
	if err != nil {
		t.Fatal(err)
	}
	topic := l.Component("topic")
	if topic == nil || topic.Token != "scaffold:queue:Topic" || topic.Package != "queue" {
		t.Fatalf("topic is %+v", topic)
	}
	key := topic.Input("kms_key_arn")
	if key == nil || !key.Required || key.Plain || key.Kind != Text || key.GoName != "KmsKeyArn" || key.Doc == "" {
		t.Errorf("kms_key_arn is %+v", key)
	}
	if fifo := topic.Input("fifo"); fifo.Required || !fifo.Plain || fifo.Kind != Bool {
		t.Errorf("fifo is %+v", fifo)
	}
	// A list whose length decides what is created, of values known later.
	if arns := l.Component("queue").Input("topic_arns"); !arns.Plain || !arns.Elements || arns.Kind != List {
		t.Errorf("topic_arns is %+v", arns)
	}
	if env := l.Component("service").Input("environment"); env.Plain || !env.Elements || env.Kind != Map {
		t.Errorf("environment is %+v", env)
	}
	if topic.Input("kmsKeyArn") != nil || topic.Output("nothing") != nil || l.Component("nothing") != nil {
		t.Error("found what is not there")
	}
	if !slices.IsSorted(l.Types()) || len(l.Types()) != len(l.Components()) {
		t.Errorf("types are %q", l.Types())
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{`:                          "reading the component schema",
		`{"resources": {"a:B": {}}}`: "does not have the form",
		`{"resources": {"x:a:Queue": {}, "x:b:Queue": {}}}`:                                                `would both be "queue"`,
		`{"resources": {"x:a:Q": {"properties": {"p": {"type": "array", "items": {"type": "integer"}}}}}}`: "something else than texts",
		`{"resources": {"x:a:Q": {"inputProperties": {"p": {"type": ""}}}}}`:                               "which a blueprint cannot pass",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
