"""A scripted account with one of everything that capture asks about."""

import json
from io import BytesIO
from typing import Any
from urllib.parse import quote

from tests.capture.entrances import other_entrances
from tests.capture.scripted import Answer, Failure, ScriptedAccount

ELB = "arn:aws:elasticloadbalancing:eu-central-1:123456789012"
BALANCER = f"{ELB}:loadbalancer/app/web/1"
LISTENER = f"{ELB}:listener/app/web/1/2"
TRUST_STORE = f"{ELB}:truststore/clients/1"
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
MANAGED = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ALLOW = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}'
ABSENT = Failure("ResourceNotFoundException", 404)


def whole_account() -> ScriptedAccount:
    """Every call of capture is made of it at least once."""
    return ScriptedAccount(
        {
            **NETWORK,
            **DIRECT_CONNECT,
            **LOAD_BALANCING,
            **API_GATEWAY,
            **NAMES,
            **IDENTITY,
            **OTHERS,
            **other_entrances(),
        }
    )


def dns_attribute(parameters: Answer) -> Answer:
    name = parameters["Attribute"]
    return {name[0].upper() + name[1:]: {"Value": True}}


def exported(parameters: Answer) -> Answer:
    document = {
        "openapi": "3.0.1",
        "paths": {
            "/orders": {
                "get": {"x-amazon-apigateway-integration": THROUGH_LINK},
                "put": {"x-amazon-apigateway-integration": THROUGH_LINK | {"integrationTarget": "arn:alb"}},
            }
        },
        "components": {"securitySchemes": {"guard": {"x-amazon-apigateway-authorizer": {"type": "token"}}}},
    }
    return {"body": BytesIO(json.dumps(document).encode())}


THROUGH_LINK = {"type": "http_proxy", "uri": "http://nlb", "connectionType": "VPC_LINK", "connectionId": "l1"}
NETWORK: dict[str, Any] = {
    "ec2.describe_vpcs": {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.20.0.0/16"}]},
    "ec2.describe_vpc_attribute": dns_attribute,
    "ec2.describe_subnets": {
        "Subnets": [
            {
                "SubnetId": "subnet-1",
                "VpcId": "vpc-1",
                "CidrBlock": "10.20.1.0/24",
                "AvailabilityZone": "eu-central-1a",
            }
        ]
    },
    "ec2.describe_security_groups": {
        "SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web", "VpcId": "vpc-1"}]
    },
    "ec2.describe_network_interfaces": {
        "NetworkInterfaces": [
            {
                "NetworkInterfaceId": "eni-1",
                "VpcId": "vpc-1",
                "SubnetId": "subnet-1",
                "PrivateIpAddress": "10.20.1.17",
            }
        ]
    },
    "ec2.describe_vpc_peering_connections": {
        "VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"}}]
    },
    "ec2.describe_route_tables": {
        "RouteTables": [
            {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [{"DestinationPrefixListId": "pl-1"}]}
        ]
    },
    "ec2.describe_transit_gateway_route_tables": {
        "TransitGatewayRouteTables": [
            {"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1", "State": "available"}
        ]
    },
    "ec2.describe_transit_gateway_attachments": {
        "TransitGatewayAttachments": [
            {
                "TransitGatewayAttachmentId": "tgw-attach-1",
                "TransitGatewayId": "tgw-1",
                "ResourceType": "peering",
                "State": "available",
            }
        ]
    },
    "ec2.describe_client_vpn_endpoints": {
        "ClientVpnEndpoints": [
            {
                "ClientVpnEndpointId": "cvpn-endpoint-1",
                "ClientCidrBlock": "10.200.0.0/22",
                "Status": {"Code": "available"},
            }
        ]
    },
}
DIRECT_CONNECT: dict[str, Any] = {
    "directconnect.describe_virtual_interfaces": {
        "virtualInterfaces": [{"virtualInterfaceId": "dxvif-1", "virtualInterfaceType": "public"}]
    },
    "directconnect.describe_direct_connect_gateways": {
        "directConnectGateways": [{"directConnectGatewayId": "dxgw-1"}]
    },
    "directconnect.describe_direct_connect_gateway_associations": {
        "directConnectGatewayAssociations": [
            {
                "associationId": "assoc-1",
                "directConnectGatewayId": "dxgw-1",
                "virtualGatewayId": "vgw-1",
                "associationState": "associated",
            }
        ]
    },
}
LOAD_BALANCING: dict[str, Any] = {
    "elbv2.describe_load_balancers": {
        "LoadBalancers": [
            {
                "LoadBalancerArn": BALANCER,
                "LoadBalancerName": "web",
                "DNSName": "internal-web-1.eu-central-1.elb.amazonaws.com",
                "CanonicalHostedZoneId": "Z215JYRZR1TBD5",
                "Scheme": "internal",
                "Type": "application",
                "VpcId": "vpc-1",
                "AvailabilityZones": [{"SubnetId": "subnet-1"}],
            }
        ]
    },
    "elbv2.describe_listeners": {
        "Listeners": [
            {
                "ListenerArn": LISTENER,
                "LoadBalancerArn": BALANCER,
                "Port": 443,
                "Protocol": "HTTPS",
                "MutualAuthentication": {"Mode": "verify", "TrustStoreArn": TRUST_STORE},
            }
        ]
    },
    "elbv2.describe_trust_stores": {
        "TrustStores": [{"TrustStoreArn": TRUST_STORE, "Name": "clients", "Status": "ACTIVE"}]
    },
    "elbv2.describe_target_groups": {
        "TargetGroups": [
            {
                "TargetGroupArn": f"{ELB}:targetgroup/api/1",
                "TargetGroupName": "api",
                "TargetType": "lambda",
            }
        ]
    },
}
API_GATEWAY: dict[str, Any] = {
    "apigateway.get_rest_apis": {"items": [{"id": "a1b2c3", "policy": ALLOW}]},
    "apigateway.get_stages": {"item": [{"stageName": "prod", "deploymentId": "d1"}]},
    "apigateway.get_resources": {"items": [{"id": "r1", "path": "/orders"}]},
    "apigateway.get_authorizers": {"items": [{"id": "auth01", "name": "guard"}]},
    "apigateway.get_export": exported,
    "apigateway.get_usage_plans": {"items": [{"id": "p1"}]},
    "apigateway.get_domain_names": {
        "items": [
            {
                "domainName": "orders.corp.example",
                "endpointConfiguration": {"types": ["REGIONAL"]},
                "routingMode": "ROUTING_RULE_THEN_BASE_PATH_MAPPING",
            },
            {
                "domainName": "private.corp.example",
                "domainNameId": "abcd1234",
                "endpointConfiguration": {"types": ["PRIVATE"]},
            },
        ]
    },
}
NAMES: dict[str, Any] = {
    "route53.list_hosted_zones": {
        "HostedZones": [
            {
                "Id": "/hostedzone/Z1",
                "Name": "corp.example.",
                "CallerReference": "1",
                "Config": {"PrivateZone": True},
            }
        ],
        "Marker": "",
        "IsTruncated": False,
        "MaxItems": "100",
    },
    "route53.get_hosted_zone": {
        "HostedZone": {"Id": "/hostedzone/Z1", "Name": "corp.example.", "CallerReference": "1"}
    },
    "route53.list_resource_record_sets": {"ResourceRecordSets": [], "IsTruncated": False, "MaxItems": "300"},
    "route53resolver.list_resolver_endpoints": {
        "ResolverEndpoints": [
            {"Id": "rslvr-in-1", "Direction": "INBOUND", "HostVPCId": "vpc-1", "Status": "OPERATIONAL"}
        ]
    },
}
IDENTITY: dict[str, Any] = {
    "iam.get_account_authorization_details": {
        "RoleDetailList": [
            {
                "RoleName": "orders",
                "Path": "/",
                "Arn": "arn:aws:iam::123456789012:role/orders",
                "AssumeRolePolicyDocument": quote(ALLOW),
                "AttachedManagedPolicies": [{"PolicyName": "ReadOnlyAccess", "PolicyArn": MANAGED}],
            }
        ]
    },
    "iam.get_policy": {"Policy": {"DefaultVersionId": "v1"}},
    "iam.get_policy_version": {"PolicyVersion": {"Document": quote(ALLOW)}},
}
OTHERS: dict[str, Any] = {
    "lambda.list_functions": {
        "Functions": [{"FunctionName": "orders", "FunctionArn": FUNCTION, "Version": "$LATEST"}]
    },
    "lambda.get_policy": {"Policy": ALLOW},
    "lambda.list_function_url_configs": {"FunctionUrlConfigs": []},
    "s3.list_buckets": {"Buckets": [{"Name": "site"}]},
    "s3.get_bucket_acl": {"Grants": []},
    "s3.get_bucket_cors": Failure("NoSuchCORSConfiguration", 404),
    "s3.get_bucket_ownership_controls": Failure("OwnershipControlsNotFoundError", 404),
    "s3.get_bucket_request_payment": {"Payer": "BucketOwner"},
    "s3.get_bucket_policy": Failure("NoSuchBucketPolicy", 404),
    "s3.get_public_access_block": Failure("NoSuchPublicAccessBlockConfiguration", 404),
    "s3control.get_public_access_block": Failure("NoSuchPublicAccessBlockConfiguration", 404),
    "acm.list_certificates": {"CertificateSummaryList": [{"CertificateArn": CERTIFICATE}]},
    "acm.describe_certificate": {
        "Certificate": {
            "CertificateArn": CERTIFICATE,
            "DomainName": "orders.corp.example",
            "Status": "ISSUED",
            "Type": "IMPORTED",
        }
    },
}
