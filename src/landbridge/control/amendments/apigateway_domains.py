"""Custom domain names: their address, private ones, access associations, and updates."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from moto.apigateway import urls
from moto.apigateway.exceptions import DomainNameNotFound
from moto.apigateway.models import APIGatewayBackend, DomainName
from moto.apigateway.responses import APIGatewayResponse
from moto.moto_api._internal import mock_random

from landbridge.control.amendments.amend import add, amend
from landbridge.control.amendments.apigateway_updates import patch

FALLBACK_ZONE = "Z1UJRXOUMOOFQ8"
ZONES = {
    "ap-northeast-1": "Z1YSHQZHG15GKL",
    "ap-south-1": "Z3VO1THU9YC4UR",
    "ap-southeast-1": "ZL327KTPIQFUL",
    "ap-southeast-2": "Z2RPCDW04V8134",
    "ca-central-1": "Z19DQILCV0OWEC",
    "eu-central-1": "Z1U9ULNL0V5AJ3",
    "eu-north-1": "Z3UWIKFBOOGXPP",
    "eu-west-1": "ZLY8HYME6SFDD",
    "eu-west-2": "ZJ5UAJN8Y3Z2Q",
    "eu-west-3": "Z3KY65QIEKYHQQ",
    "sa-east-1": "ZCMLWB8V5SYIT",
    "us-east-1": "Z1UJRXOUMOOFQ8",
    "us-east-2": "ZOJJZC49E0EPZ",
    "us-west-1": "Z2MUQ32089INYE",
    "us-west-2": "Z2OJLYMUO9EFXC",
}
"""Hosted zones of regional domain names. AWS: "Amazon API Gateway endpoints and quotas"."""

ATTRIBUTES = {
    "certificateArn": "certificate_arn",
    "certificateName": "certificate_name",
    "regionalCertificateArn": "regional_certificate_arn",
    "regionalCertificateName": "regional_certificate_name",
    "securityPolicy": "security_policy",
    "policy": "landbridge_policy",
    "managementPolicy": "landbridge_management_policy",
    "endpointAccessMode": "landbridge_endpoint_access_mode",
    "routingMode": "landbridge_routing_mode",
}
KEPT = {
    "domainNameId": "landbridge_id",
    "policy": "landbridge_policy",
    "managementPolicy": "landbridge_management_policy",
    "endpointAccessMode": "landbridge_endpoint_access_mode",
    "routingMode": "landbridge_routing_mode",
}
"""What moto does not keep of a domain name."""
ASSOCIATIONS = "/domainnameaccessassociations"
ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(slots=True)
class AccessAssociation:
    """An endpoint through which a private domain name may be reached."""

    arn: str
    domain_name_arn: str
    source_type: str
    source: str
    tags: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """AWS: "DomainNameAccessAssociation" (Amazon API Gateway API reference)."""
        return {
            "domainNameAccessAssociationArn": self.arn,
            "domainNameArn": self.domain_name_arn,
            "accessAssociationSourceType": self.source_type,
            "accessAssociationSource": self.source,
            "tags": self.tags,
        }


def install() -> None:
    """Amends moto's custom domain names."""
    amend(DomainName, "to_json", domain_name)
    amend(APIGatewayResponse, "create_domain_name", create_domain_name)
    amend(APIGatewayBackend, "get_base_path_mappings", get_base_path_mappings)
    add(APIGatewayResponse, "update_domain_name", update_domain_name)
    urls.url_paths["{0}" + ASSOCIATIONS + "(?:/.+)?$"] = APIGatewayResponse.dispatch
    for operation in (
        create_domain_name_access_association,
        get_domain_name_access_associations,
        delete_domain_name_access_association,
    ):
        add(APIGatewayResponse, operation.__name__, operation)


def create_domain_name(original: Any, self: Any) -> Any:
    """A domain name with its policy and modes; a private one has an id that tells it from others of its name.

    AWS: "Custom domain names for private APIs in API Gateway"
    """
    status, headers, _ = original(self)
    domain = self.backend.domain_names[self._get_param("domainName")]
    domain.endpoint_configuration = domain.endpoint_configuration or {"types": ["EDGE"]}
    domain.security_policy = domain.security_policy or "TLS_1_2"
    domain.regional_hosted_zone_id = ZONES.get(self.region, FALLBACK_ZONE)
    domain.landbridge_policy = self._get_param("policy")
    domain.landbridge_endpoint_access_mode = self._get_param("endpointAccessMode")
    domain.landbridge_routing_mode = self._get_param("routingMode") or "BASE_PATH_MAPPING_ONLY"
    arn = f"arn:aws:apigateway:{self.region}::/domainnames/{domain.domain_name}"
    if _is_private(domain):
        domain.landbridge_id = "".join(mock_random.choice(ID_CHARACTERS) for _ in range(10))
        arn = (
            f"arn:aws:apigateway:{self.region}:{self.current_account}:/domainnames/"
            f"{domain.domain_name}+{domain.landbridge_id}"
        )
    domain.landbridge_arn = arn
    return status, headers, json.dumps(domain.to_json())


def domain_name(original: Any, self: Any) -> dict[str, Any]:
    """What AWS tells of a domain name of its endpoint type; the policy is not escaped, as an API's is.

    AWS: "DomainName" (Amazon API Gateway API reference)
    """
    answer: dict[str, Any] = original(self)
    types = (self.endpoint_configuration or {}).get("types") or ["EDGE"]
    hidden = [name for name in answer if name.startswith("distribution") and "EDGE" not in types]
    hidden += [name for name in answer if name.startswith("regionalDomain") and "REGIONAL" not in types]
    hidden += [name for name in answer if name == "regionalHostedZoneId" and "REGIONAL" not in types]
    for name in hidden:
        del answer[name]
    answer["domainNameArn"] = self.__dict__.get("landbridge_arn", "")
    for name, attribute in KEPT.items():
        if self.__dict__.get(attribute):
            answer[name] = self.__dict__[attribute]
    return answer


def update_domain_name(self: Any) -> str:
    """AWS: "UpdateDomainName" (Amazon API Gateway API reference)."""
    domain = self.backend.get_domain_name(self.path.split("/")[2])
    operations = self._get_param("patchOperations") or []
    for operation in operations:
        if operation["path"].startswith("/endpointConfiguration/types"):
            domain.endpoint_configuration["types"] = [operation["value"]]
    patch(domain, [o for o in operations if not o["path"].startswith("/endpointConfiguration")], ATTRIBUTES)
    return json.dumps(domain.to_json())


def get_base_path_mappings(original: Any, self: Any, domain_name: str) -> Any:
    """No mappings for a domain name that has none; moto fails.

    AWS: "GetBasePathMappings" (Amazon API Gateway API reference)
    """
    self.get_domain_name(domain_name)
    return list(self.base_path_mappings.get(domain_name, {}).values())


def create_domain_name_access_association(self: Any) -> Any:
    """AWS: "CreateDomainNameAccessAssociation" (Amazon API Gateway API reference)."""
    domain_arn, source = self._get_param("domainNameArn"), self._get_param("accessAssociationSource")
    domain = self.backend.get_domain_name(domain_arn.rpartition("/")[2].partition("+")[0])
    if domain.__dict__.get("landbridge_arn") != domain_arn:
        raise DomainNameNotFound()
    prefix = f"arn:aws:apigateway:{self.region}:{self.current_account}:{ASSOCIATIONS}"
    arn = f"{prefix}/domainname/{domain_arn.rpartition('/')[2]}/vpcesource/{source}"
    association = AccessAssociation(
        arn, domain_arn, self._get_param("accessAssociationSourceType"), source, self._get_param("tags") or {}
    )
    _associations(self)[arn] = association
    return 201, {"status": 201}, json.dumps(association.to_json())


def get_domain_name_access_associations(self: Any) -> str:
    """AWS: "GetDomainNameAccessAssociations" (Amazon API Gateway API reference)."""
    return json.dumps({"item": [each.to_json() for each in _associations(self).values()]})


def delete_domain_name_access_association(self: Any) -> Any:
    """AWS: "DeleteDomainNameAccessAssociation" (Amazon API Gateway API reference)."""
    _associations(self).pop(unquote(self.path.split(f"{ASSOCIATIONS}/", 1)[1]), None)
    return 202, {"status": 202}, ""


def _is_private(domain: Any) -> bool:
    return "PRIVATE" in domain.endpoint_configuration.get("types", [])


def _associations(request: Any) -> dict[str, AccessAssociation]:
    kept: dict[str, AccessAssociation] = request.backend.__dict__.setdefault("landbridge_associations", {})
    return kept
