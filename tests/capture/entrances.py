"""A scripted account whose load balancer, function and bucket are led to by one of every other service."""

from typing import Any

ELB = "arn:aws:elasticloadbalancing:eu-central-1:123456789012"
ALB = f"{ELB}:loadbalancer/app/web/1"
NLB = f"{ELB}:loadbalancer/net/front/1"
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
ACCELERATOR = "arn:aws:globalaccelerator::123456789012:accelerator/1234"
CUSTOM_ROUTING = "arn:aws:globalaccelerator::123456789012:accelerator/5678"
ATTACHMENT = "arn:aws:globalaccelerator::123456789012:attachment/9"
LATTICE = "arn:aws:vpc-lattice:eu-central-1:123456789012"
DISTRIBUTION = "arn:aws:cloudfront::123456789012:distribution/E1"
VPC_ORIGIN = "arn:aws:cloudfront::123456789012:vpcorigin/vo_1"


def other_entrances() -> dict[str, Any]:
    """The answers by ``service.operation``."""
    return {**EC2, **HTTP_APIS, **ACCELERATORS, **LATTICE_ANSWERS, **cloudfront(), **OTHERS}


def cloudfront(**changes: Any) -> dict[str, Any]:
    """One distribution with a VPC origin, some members of it changed."""
    default = {"TargetOriginId": "web", "ViewerProtocolPolicy": "https-only"}
    distribution = {
        "Id": "E1",
        "ARN": DISTRIBUTION,
        "Status": "Deployed",
        "LastModifiedTime": "2026-11-22T00:00:00Z",
        "DomainName": "d1.cloudfront.net",
        "Aliases": {"Quantity": 0},
        "Origins": {"Quantity": 1, "Items": [origin()]},
        "DefaultCacheBehavior": default,
        "CacheBehaviors": {"Quantity": 0},
        "CustomErrorResponses": {"Quantity": 0},
        "Comment": "",
        "PriceClass": "PriceClass_All",
        "Enabled": True,
        "ViewerCertificate": {},
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "WebACLId": "",
        "HttpVersion": "http2",
        "IsIPV6Enabled": True,
        "Staging": False,
        **changes,
    }
    listed = {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 1}
    vpc_origin = {
        "Id": "vo_1",
        "Name": "web",
        "Status": "Deployed",
        "CreatedTime": "2026-11-22T00:00:00Z",
        "LastModifiedTime": "2026-11-22T00:00:00Z",
        "Arn": VPC_ORIGIN,
        "OriginEndpointArn": ALB,
    }
    return {
        "cloudfront.list_distributions": {"DistributionList": {**listed, "Items": [distribution]}},
        "cloudfront.list_vpc_origins": {"VpcOriginList": {**listed, "Items": [vpc_origin]}},
    }


def origin(**changes: Any) -> dict[str, Any]:
    """An origin called ``web``, a VPC origin without changes."""
    return {
        "Id": "web",
        "DomainName": "internal-web-1.eu-central-1.elb.amazonaws.com",
        "VpcOriginConfig": {"VpcOriginId": "vo_1"},
        **changes,
    }


EC2: dict[str, Any] = {
    "ec2.describe_vpc_endpoint_service_configurations": {
        "ServiceConfigurations": [
            {"ServiceId": "vpce-svc-1", "ServiceState": "Available", "NetworkLoadBalancerArns": [NLB]},
            {"ServiceId": "vpce-svc-2", "ServiceState": "Deleted", "NetworkLoadBalancerArns": [NLB]},
            {"ServiceId": "vpce-svc-3", "ServiceState": "Available", "GatewayLoadBalancerArns": ["arn:gwlb"]},
        ]
    },
    "ec2.describe_vpc_endpoint_service_permissions": {"AllowedPrincipals": [{"Principal": "*"}]},
    "ec2.describe_verified_access_endpoints": {
        "VerifiedAccessEndpoints": [
            {
                "VerifiedAccessEndpointId": "vae-1",
                "LoadBalancerOptions": {"LoadBalancerArn": ALB},
                "SecurityGroupIds": ["sg-1"],
                "Status": {"Code": "active"},
            },
            {
                "VerifiedAccessEndpointId": "vae-2",
                "CidrOptions": {"Cidr": "10.20.0.0/16"},
                "Status": {"Code": "active"},
            },
            {
                "VerifiedAccessEndpointId": "vae-3",
                "NetworkInterfaceOptions": {"NetworkInterfaceId": "eni-1"},
                "Status": {"Code": "deleting"},
            },
        ]
    },
}
HTTP_APIS: dict[str, Any] = {
    "apigatewayv2.get_apis": {
        "Items": [
            {
                "ApiId": "h1",
                "Name": "open",
                "ProtocolType": "HTTP",
                "RouteSelectionExpression": "$request.method $request.path",
            }
        ]
    },
    "apigatewayv2.get_integrations": {
        "Items": [
            {
                "IntegrationId": "i1",
                "IntegrationType": "HTTP_PROXY",
                "IntegrationUri": f"{ELB}:listener/app/web/1/2",
                "ConnectionType": "VPC_LINK",
                "ConnectionId": "l1",
            }
        ]
    },
    "apigatewayv2.get_routes": {
        "Items": [{"RouteKey": "GET /orders", "Target": "integrations/i1", "AuthorizationType": "NONE"}]
    },
    "apigatewayv2.get_stages": {"Items": [{"StageName": "$default"}]},
    "apigatewayv2.get_vpc_links": {
        "Items": [
            {
                "VpcLinkId": "l1",
                "Name": "link",
                "SubnetIds": ["subnet-1"],
                "SecurityGroupIds": ["sg-link"],
                "VpcLinkStatus": "AVAILABLE",
            }
        ]
    },
}
ACCELERATORS: dict[str, Any] = {
    "globalaccelerator.list_accelerators": {
        "Accelerators": [
            {"AcceleratorArn": ACCELERATOR, "Name": "fast", "Enabled": True},
            {"AcceleratorArn": f"{ACCELERATOR}0", "Name": "off", "Enabled": False},
        ]
    },
    "globalaccelerator.list_listeners": {
        "Listeners": [
            {
                "ListenerArn": f"{ACCELERATOR}/listener/1",
                "Protocol": "TCP",
                "PortRanges": [{"FromPort": 80, "ToPort": 81}],
            }
        ]
    },
    "globalaccelerator.list_endpoint_groups": {
        "EndpointGroups": [
            {
                "EndpointGroupRegion": "eu-central-1",
                "TrafficDialPercentage": 100.0,
                "EndpointDescriptions": [
                    {"EndpointId": ALB, "Weight": 128, "ClientIPPreservationEnabled": True},
                    {"EndpointId": NLB, "Weight": 0},
                ],
                "PortOverrides": [{"ListenerPort": 80, "EndpointPort": 443}],
            },
            {
                "EndpointGroupRegion": "eu-west-1",
                "EndpointDescriptions": [{"EndpointId": f"{ALB}/elsewhere"}],
            },
        ]
    },
    "globalaccelerator.list_custom_routing_accelerators": {
        "Accelerators": [{"AcceleratorArn": CUSTOM_ROUTING, "Enabled": True}]
    },
    "globalaccelerator.list_custom_routing_listeners": {
        "Listeners": [{"ListenerArn": f"{CUSTOM_ROUTING}/listener/1"}]
    },
    "globalaccelerator.list_custom_routing_endpoint_groups": {
        "EndpointGroups": [
            {"EndpointGroupRegion": "eu-central-1", "EndpointDescriptions": [{"EndpointId": "subnet-1"}]}
        ]
    },
    "globalaccelerator.list_cross_account_attachments": {
        "CrossAccountAttachments": [
            {
                "AttachmentArn": ATTACHMENT,
                "Name": "shared",
                "Principals": ["999999999999"],
                "Resources": [
                    {"EndpointId": ALB, "Region": "eu-central-1"},
                    {"EndpointId": NLB, "Region": "eu-west-1"},
                    {"Cidr": "198.51.100.0/24"},
                ],
            },
            {"AttachmentArn": f"{ATTACHMENT}0", "Resources": [{"EndpointId": ALB}]},
        ]
    },
}
LATTICE_ANSWERS: dict[str, Any] = {
    "vpc-lattice.list_target_groups": {
        "items": [
            {
                "id": "tg-00000000000000001",
                "arn": f"{LATTICE}:targetgroup/tg-1",
                "name": "web",
                "serviceArns": ["arn:aws:vpc-lattice:eu-central-1:123456789012:service/svc-1"],
            },
            {
                "id": "tg-00000000000000002",
                "arn": f"{LATTICE}:targetgroup/tg-2",
                "name": "unused",
                "serviceArns": [],
            },
        ]
    },
    "vpc-lattice.list_targets": {"items": [{"id": ALB, "port": 443}]},
    "vpc-lattice.list_resource_configurations": {
        "items": [
            {
                "id": "rcfg-00000000000000001",
                "arn": f"{LATTICE}:resourceconfiguration/rcfg-1",
                "name": "database",
            },
            {
                "id": "rcfg-00000000000000002",
                "arn": f"{LATTICE}:rc/rcfg-2",
                "name": "not-made",
                "status": "CREATE_FAILED",
            },
        ]
    },
    "vpc-lattice.get_resource_configuration": {
        "resourceConfigurationDefinition": {"ipResource": {"ipAddress": "10.20.1.5"}}
    },
}
OTHERS: dict[str, Any] = {
    "s3control.list_access_points": {
        "AccessPointList": [
            {
                "Name": "reports",
                "NetworkOrigin": "VPC",
                "VpcConfiguration": {"VpcId": "vpc-1"},
                "Bucket": "site",
                "AccessPointArn": "arn:aws:s3:eu-central-1:123456789012:accesspoint/reports",
            }
        ]
    },
    "appsync.list_graphql_apis": {
        "graphqlApis": [{"apiId": "g1", "arn": "arn:aws:appsync:g1", "authenticationType": "API_KEY"}]
    },
    "appsync.list_data_sources": {
        "dataSources": [
            {"name": "backend", "type": "AWS_LAMBDA", "lambdaConfig": {"lambdaFunctionArn": FUNCTION}},
            {"name": "none", "type": "NONE"},
        ]
    },
}
