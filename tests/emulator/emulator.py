"""The test bench's emulator with more gaps of moto 5.2 closed, those that these
projects meet: what moto takes and does not give back looks like a difference in
every preview, and the provider waits minutes for it to appear.

Usage: emulator.py BENCH PORTFILE

BENCH is the folder of the test bench; its own emulator.py does the serving.
"""

import importlib.util
import json
import sys

spec = importlib.util.spec_from_file_location("bench_emulator", sys.argv[1] + "/emulator.py")
bench = importlib.util.module_from_spec(spec)
spec.loader.exec_module(bench)
patch = bench.patch


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
def instance_ids():
    # moto gives all instances one resource id, which the provider looks them up by.
    import hashlib
    from moto.rds.models import DBInstance

    DBInstance.dbi_resource_id = property(
        lambda self: "db-" + hashlib.sha256(self.db_instance_identifier.encode()).hexdigest()[:26].upper(),
        lambda self, value: None,
    )


@patch
def instance_monitoring():
    # moto takes these and does not give them back.
    from moto.rds.models import DBInstance

    def keep(self, kw):
        for arg, name in (
            ("monitoring_interval", "monitoring_interval"),
            ("monitoring_role_arn", "monitoring_role_arn"),
            ("enable_performance_insights", "performance_insights_enabled"),
            ("performance_insights_kms_key_id", "performance_insights_kms_key_id"),
            ("performance_insights_retention_period", "performance_insights_retention_period"),
        ):
            if kw.get(arg) is not None:
                setattr(self, name, kw[arg])

    init, update = DBInstance.__init__, DBInstance.update

    def new_init(self, *args, **kw):
        init(self, *args, **kw)
        keep(self, kw)

    def new_update(self, *args, **kw):
        update(self, *args, **kw)
        keep(self, kw)

    DBInstance.__init__, DBInstance.update = new_init, new_update


@patch
def service_settings():
    # moto takes these and does not give them back.
    from moto.core.utils import camelcase_to_underscores
    from moto.ecs.responses import EC2ContainerServiceResponse as Response

    create = Response.create_service

    def create_service(self):
        result = create(self)
        cluster = self._get_param("cluster", "default")
        service = self.ecs_backend._get_service(cluster, self._get_param("serviceName"))
        for name in ("availabilityZoneRebalancing", "enableECSManagedTags", "enableExecuteCommand", "healthCheckGracePeriodSeconds"):
            if self._get_param(name) is not None:
                setattr(service, camelcase_to_underscores(name), self._get_param(name))
        return result

    Response.create_service = create_service


@patch
def scaling_target_tags():
    # moto takes the tags of a target and does not give them back.
    from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Response

    register, tags = Response.register_scalable_target, {}

    def register_scalable_target(self):
        result = register(self)
        if self._get_param("Tags"):
            tags[json.loads(result)["ScalableTargetARN"]] = self._get_param("Tags")
        return result

    def list_tags_for_resource(self):
        return json.dumps({"Tags": tags.get(self._get_param("ResourceARN"), {})})

    Response.register_scalable_target = register_scalable_target
    Response.list_tags_for_resource = list_tags_for_resource


@patch
def function_settings():
    # moto takes these and does not give them back.
    from moto.awslambda.models import LambdaFunction

    init, configuration, update = LambdaFunction.__init__, LambdaFunction.get_configuration, LambdaFunction.update_configuration
    names = ("LoggingConfig", "KMSKeyArn", "DeadLetterConfig")

    def new_init(self, *args, **kw):
        init(self, *args, **kw)
        spec = kw.get("spec") or args[1]
        self.unstored = {n: spec[n] for n in names if spec.get(n)}

    def get_configuration(self, *args, **kw):
        return {**configuration(self, *args, **kw), **getattr(self, "unstored", {})}

    def update_configuration(self, updates):
        self.unstored = {**getattr(self, "unstored", {}), **{n: updates[n] for n in names if updates.get(n)}}
        return update(self, updates)

    LambdaFunction.__init__, LambdaFunction.get_configuration, LambdaFunction.update_configuration = new_init, get_configuration, update_configuration


@patch
def event_source_alias():
    # moto answers with the ARN of the version that an alias stands for.
    from moto.awslambda.models import EventSourceMapping

    configuration = EventSourceMapping.get_configuration

    def get_configuration(self):
        result = configuration(self)
        if self.function_name.startswith("arn:"):
            result["FunctionArn"] = self.function_name
        return result

    EventSourceMapping.get_configuration = get_configuration


@patch
def private_zone_networks():
    # moto takes a zone for private by a field that only the answer has.
    from moto.route53.models import Route53Backend

    create = Route53Backend.create_hosted_zone

    def create_hosted_zone(self, *args, **kw):
        if kw.get("vpcid"):
            kw["private_zone"] = True
        return create(self, *args, **kw)

    Route53Backend.create_hosted_zone = create_hosted_zone


@patch
def delivery_feedback():
    # moto takes the roles by which a topic logs deliveries, and does not give them back.
    from moto.core.utils import camelcase_to_underscores
    from moto.sns.responses import SNSResponse

    get = SNSResponse.get_topic_attributes
    names = [p + k for p in ("SQS", "Lambda", "HTTP", "Firehose", "Application") for k in ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn")]

    def get_topic_attributes(self):
        answer = get(self)
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        for name in names:
            value = getattr(topic, camelcase_to_underscores(name), None)
            if value:
                answer.result["Attributes"][name] = value
        return answer

    SNSResponse.get_topic_attributes = get_topic_attributes


if __name__ == "__main__":
    sys.argv = [sys.argv[0], sys.argv[2]]
    bench.main()
