"""Design ``gateway``: a REGIONAL custom domain name for what the browser sends as Host.

The load balancer keeps the Host, and the endpoint finds the API by it. No public DNS record points to the
name's regional target, and the private API would refuse whoever came that way.

AWS: "Custom domain name for public REST APIs in API Gateway",
"Security policies for REST APIs in API Gateway"
"""

from landbridge.blueprint.calls import ApiCall, Plan
from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.naming import STAGE, tag_map
from landbridge.blueprint.planning.certificate import CERTIFICATE_ARN
from landbridge.blueprint.planning.rest_api import REST_API_ID


def plan(declaration: Declaration) -> Plan:
    """The name, mapped to the stage."""
    return (
        ApiCall(
            "domain-name",
            "apigateway",
            "create_domain_name",
            {
                "domainName": declaration.domain,
                "regionalCertificateArn": CERTIFICATE_ARN,
                "endpointConfiguration": {"types": ["REGIONAL"]},
                "securityPolicy": "TLS_1_2",
                "tags": tag_map(declaration, declaration.domain),
            },
        ),
        ApiCall(
            "base-path-mapping",
            "apigateway",
            "create_base_path_mapping",
            {
                "domainName": declaration.domain,
                "basePath": "(none)",
                "restApiId": REST_API_ID,
                "stage": STAGE,
            },
        ),
    )
