"""Gaps of SQS, SNS and Kinesis. See emulator.py."""

import json

from bench_emulator import patch


@patch
def redrive_allow_policy():
    # moto 5.2 takes a RedriveAllowPolicy and forgets it; the provider waits for it to appear.
    from moto.sqs.models import Queue, SQSBackend

    inner = SQSBackend.set_queue_attributes

    def set_queue_attributes(self, queue_name, attributes):
        value = attributes.pop("RedriveAllowPolicy", None)
        if value is not None:
            self.get_queue(queue_name).redrive_allow = value
            if not attributes:  # it would forget the policy
                return self.get_queue(queue_name)
        return inner(self, queue_name, attributes)

    get = SQSBackend.get_queue_attributes

    def get_queue_attributes(self, queue_name, attribute_names):
        rest = [n for n in attribute_names if n != "RedriveAllowPolicy"]
        found = get(self, queue_name, rest)
        if len(rest) < len(attribute_names) and getattr(self.get_queue(queue_name), "redrive_allow", None):
            found = {**found, "RedriveAllowPolicy": self.get_queue(queue_name).redrive_allow}
        return found

    SQSBackend.get_queue_attributes = get_queue_attributes

    SQSBackend.set_queue_attributes = set_queue_attributes
    attrs = Queue.attributes

    def attributes(self):
        result = attrs.fget(self)
        if getattr(self, "redrive_allow", None):
            result["RedriveAllowPolicy"] = json.dumps(json.loads(self.redrive_allow), separators=(",", ":"))
        return result

    Queue.attributes = property(attributes)


@patch
def topic_delivery_logs():
    # moto takes the roles that topics log deliveries with and does not give them back.
    from moto.core.utils import camelcase_to_underscores
    from moto.sns.responses import SNSResponse as Response

    protocols = ("Application", "Firehose", "HTTP", "Lambda", "SQS")
    settings = ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")
    get = Response.get_topic_attributes

    def get_topic_attributes(self):
        answer = get(self)
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        for name in (p + s for p in protocols for s in settings):
            value = getattr(topic, camelcase_to_underscores(name), None)
            if value is not None:
                answer.result["Attributes"][name] = value
        return answer

    Response.get_topic_attributes = get_topic_attributes


@patch
def stream_tags():
    # moto forgets the tags that a stream is created with.
    from moto.kinesis.responses import KinesisResponse as Response

    create = Response.create_stream

    def create_stream(self):
        result = create(self)
        if self._get_param("Tags"):
            self.kinesis_backend.add_tags_to_stream(None, self._get_param("StreamName"), self._get_param("Tags"))
        return result

    Response.create_stream = create_stream
