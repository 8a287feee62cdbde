"""Gaps of ECS, Application Auto Scaling and Lambda. See emulator.py."""

import json

from bench_emulator import patch


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
