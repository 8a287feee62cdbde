"""Gaps of CloudFront. See emulator.py."""

from bench_emulator import patch


@patch
def distribution_satellites():
    # moto has neither policies of response headers nor the additional metrics of a distribution.
    from moto.cloudfront import urls
    from moto.cloudfront.exceptions import CloudFrontException
    from moto.cloudfront.models import random_id
    from moto.cloudfront.responses import CloudFrontResponse as Response
    from moto.core.responses import ActionResult, EmptyResult

    class NoSuchResponseHeadersPolicy(CloudFrontException):
        code = "NoSuchResponseHeadersPolicy"

    class NoSuchMonitoringSubscription(CloudFrontException):
        code = "NoSuchMonitoringSubscription"

    policies, subscriptions = {}, {}

    def policy(self):
        found = policies.get(self._get_param("Id"))
        if found is None:
            raise NoSuchResponseHeadersPolicy("The response headers policy does not exist.")
        return found

    def answer(found):
        return ActionResult({"ResponseHeadersPolicy": found, "ETag": found["Id"]})

    def keep(self, id):
        policies[id] = {
            "Id": id,
            "LastModifiedTime": "2021-11-27T10:34:26.802Z",
            "ResponseHeadersPolicyConfig": self._get_param("ResponseHeadersPolicyConfig"),
        }
        return answer(policies[id])

    def create_response_headers_policy(self):
        return keep(self, random_id())

    def update_response_headers_policy(self):
        return keep(self, policy(self)["Id"])

    def get_response_headers_policy(self):
        return answer(policy(self))

    def delete_response_headers_policy(self):
        del policies[policy(self)["Id"]]
        return EmptyResult()

    def create_monitoring_subscription(self):
        id = self._get_param("DistributionId")
        subscriptions[id] = self._get_param("MonitoringSubscription")
        return ActionResult({"MonitoringSubscription": subscriptions[id]})

    def subscription(self):
        id = self._get_param("DistributionId")
        if id not in subscriptions:
            raise NoSuchMonitoringSubscription("The distribution has no additional metrics.")
        return id

    def get_monitoring_subscription(self):
        return ActionResult({"MonitoringSubscription": subscriptions[subscription(self)]})

    def delete_monitoring_subscription(self):
        del subscriptions[subscription(self)]
        return EmptyResult()

    for call in (
        create_response_headers_policy,
        update_response_headers_policy,
        get_response_headers_policy,
        delete_response_headers_policy,
        create_monitoring_subscription,
        get_monitoring_subscription,
        delete_monitoring_subscription,
    ):
        setattr(Response, call.__name__, call)
    root = "{0}/2020-05-31/"
    for path in (
        "response-headers-policy$",
        "response-headers-policy/(?P<id>[^/]+)$",
        "distributions/(?P<distribution_id>[^/]+)/monitoring-subscription$",
        "distributions/(?P<distribution_id>[^/]+)/monitoring-subscription/$",
    ):
        urls.url_paths[root + path] = Response.dispatch
