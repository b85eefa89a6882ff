"""Design ``domain``: a private custom domain name, which the endpoint answers itself.

Three policies have to let a request in: the endpoint's, the domain name's, the API's.

AWS: "Custom domain names for private APIs in API Gateway"
"""

from landbridge.blueprint.calls import ApiCall, Json, Plan, Ref, Value
from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.naming import STAGE, arn, tag_map
from landbridge.blueprint.planning.certificate import CERTIFICATE_ARN
from landbridge.blueprint.planning.network import ENDPOINT_ID
from landbridge.blueprint.planning.rest_api import REST_API_ID, only_through_the_endpoint

DOMAIN_NAME_ID = Ref("domain-name", "domainNameId")


def plan(declaration: Declaration) -> Plan:
    """The name, mapped to the stage and associated with the endpoint, and the endpoint's policy."""
    return (
        _create_domain_name(declaration),
        ApiCall(
            "base-path-mapping",
            "apigateway",
            "create_base_path_mapping",
            {
                "domainName": declaration.domain,
                "domainNameId": DOMAIN_NAME_ID,
                "basePath": "(none)",
                "restApiId": REST_API_ID,
                "stage": STAGE,
            },
        ),
        ApiCall(
            "access-association",
            "apigateway",
            "create_domain_name_access_association",
            {
                "domainNameArn": Ref("domain-name", "domainNameArn"),
                "accessAssociationSourceType": "VPCE",
                "accessAssociationSource": ENDPOINT_ID,
                "tags": tag_map(declaration, declaration.domain),
            },
        ),
        _limit_endpoint(declaration),
    )


def _create_domain_name(declaration: Declaration) -> ApiCall:
    """The name; without a policy of its own nobody could call it."""
    return ApiCall(
        "domain-name",
        "apigateway",
        "create_domain_name",
        {
            "domainName": declaration.domain,
            "certificateArn": CERTIFICATE_ARN,
            "endpointConfiguration": {"types": ["PRIVATE"]},
            "securityPolicy": "TLS_1_2",
            "policy": only_through_the_endpoint(),
            "tags": tag_map(declaration, declaration.domain),
        },
    )


def _limit_endpoint(declaration: Declaration) -> ApiCall:
    """The endpoint's policy: this API, by this name, and nothing else.

    AWS: "Use VPC endpoint policies for private APIs in API Gateway"
    """
    name = arn(declaration, "execute-api", f"/domainnames/{declaration.domain}+", DOMAIN_NAME_ID)
    statement: Value = {
        "Sid": "OnlyThisApiByItsName",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": [name, arn(declaration, "execute-api", REST_API_ID, "/*")],
    }
    return ApiCall(
        "endpoint-policy",
        "ec2",
        "modify_vpc_endpoint",
        {
            "VpcEndpointId": ENDPOINT_ID,
            "PolicyDocument": Json({"Version": "2012-10-17", "Statement": [statement]}),
        },
    )
