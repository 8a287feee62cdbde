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
    # moto gives back the configurations of a domain without what AWS adds, and never says that it is there.
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

    DomainName.__init__ = new_init
