"""Gaps of SQS. See emulator.py."""

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
