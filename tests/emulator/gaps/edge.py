"""Gaps of Route 53, API Gateway and CloudFront. See emulator.py."""

from bench_emulator import patch


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
def domain_names():
    # moto gives back the configurations of a domain without what AWS adds, and never says that it is
    # there; and says that clients show certificates, none in particular.
    from moto.apigatewayv2.models import DomainName

    init = DomainName.__init__

    def new_init(self, domain_name, domain_name_configurations, *args, **kw):
        backend = kw.get("backend") or args[-1]
        configurations = [
            {
                "apiGatewayDomainName": f"d-{domain_name.replace('.', '')}.execute-api.{backend.region_name}.amazonaws.com",
                "domainNameStatus": "AVAILABLE",
                "hostedZoneId": "Z2FDTNDATAQYW2",
                "ipAddressType": "ipv4",
                **configuration,
            }
            for configuration in domain_name_configurations
        ]
        init(self, domain_name, configurations, *args, **kw)

    to_json = DomainName.to_json

    def new_to_json(self):
        return {name: value for name, value in to_json(self).items() if name != "mutualTlsAuthentication" or value}

    DomainName.__init__, DomainName.to_json = new_init, new_to_json


@patch
def mappings_of_rest_apis():
    # A mapping of the newer API may lead to an API of the older one; moto knows only its own.
    from moto.apigateway.models import apigateway_backends
    from moto.apigatewayv2.models import ApiGatewayV2Backend

    create = ApiGatewayV2Backend.create_api_mapping

    def create_api_mapping(self, api_id, *args, **kw):
        older = apigateway_backends[self.account_id][self.region_name].apis.get(api_id)
        if older is None:
            return create(self, api_id, *args, **kw)
        self.apis[api_id] = older
        try:
            return create(self, api_id, *args, **kw)
        finally:
            del self.apis[api_id]

    ApiGatewayV2Backend.create_api_mapping = create_api_mapping
