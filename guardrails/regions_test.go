package guardrails_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/recorder"
	"github.com/archimperative/scaffold/region"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// elsewhere is a queue in one region with alarms that fire at a topic in another.
func elsewhere(topicIn, queueIn string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		atTopic, err := region.In(ctx, topicIn)
		if err != nil {
			return err
		}
		atQueue, err := region.In(ctx, queueIn)
		if err != nil {
			return err
		}
		keys := map[string]pulumi.StringOutput{}
		for name, at := range map[string]pulumi.ResourceOption{"topic": atTopic, "queue": atQueue} {
			key, err := security.NewKey(ctx, name, &security.KeyArgs{Services: []string{"cloudwatch"}}, at)
			if err != nil {
				return err
			}
			keys[name] = key.Arn
		}
		alarms, err := observability.NewAlarmTopic(ctx, "alarms", &observability.AlarmTopicArgs{KmsKeyArn: keys["topic"]}, atTopic)
		if err != nil {
			return err
		}
		_, err = queue.NewQueue(ctx, "inbox", &queue.QueueArgs{KmsKeyArn: keys["queue"], AlarmTopicArn: alarms.Arn}, atQueue)
		return err
	}
}

// The region of a component's children is that of the provider it was given, whichever
// of the two is elsewhere.
func TestAlarmsFireInTheirRegion(t *testing.T) {
	at := recorder.Region("eu-central-1")
	for _, same := range []string{"", "eu-central-1", "us-east-1"} {
		expect(t, record(t, elsewhere(same, same), at), "I2")
	}
	finding := func(alarm, property, topic, home string) string {
		return `aws:cloudwatch/metricAlarm:MetricAlarm "` + alarm + `" ` + property + `: has topic "alarms-topic", which is in ` + topic +
			"; the alarm is in " + home + " and cannot reach it; give the alarm a topic in " + home
	}
	var names []string
	for _, alarm := range record(t, elsewhere("", ""), at).Type("aws:cloudwatch/metricAlarm:MetricAlarm") {
		names = append(names, alarm.Name)
	}
	if len(names) == 0 {
		t.Fatal("there are no alarms")
	}
	for _, regions := range [][2]string{{"", "us-east-1"}, {"us-east-1", ""}, {"us-east-1", "eu-west-1"}} {
		var want []string
		for _, name := range names {
			topic, home := regions[0], regions[1]
			if topic == "" {
				topic = "eu-central-1"
			}
			if home == "" {
				home = "eu-central-1"
			}
			want = append(want, finding(name, "alarmActions", topic, home), finding(name, "okActions", topic, home))
		}
		expect(t, record(t, elsewhere(regions[0], regions[1]), at), "I2", want...)
	}
}
