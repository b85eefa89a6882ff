"""Every AWS call that capture makes, and the IAM action that allows it: all of them only read."""

ACTIONS = {
    ("acm", "describe_certificate"): "acm:DescribeCertificate",
    ("acm", "list_certificates"): "acm:ListCertificates",
    ("apigateway", "get_base_path_mappings"): "apigateway:GET",
    ("apigateway", "get_domain_names"): "apigateway:GET",
    ("apigateway", "get_export"): "apigateway:GET",
    ("apigateway", "get_resources"): "apigateway:GET",
    ("apigateway", "get_rest_apis"): "apigateway:GET",
    ("apigateway", "get_stages"): "apigateway:GET",
    ("apigatewayv2", "get_apis"): "apigateway:GET",
    ("directconnect", "describe_direct_connect_gateway_associations"): (
        "directconnect:DescribeDirectConnectGatewayAssociations"
    ),
    ("directconnect", "describe_direct_connect_gateways"): "directconnect:DescribeDirectConnectGateways",
    ("directconnect", "describe_virtual_interfaces"): "directconnect:DescribeVirtualInterfaces",
    ("ec2", "describe_internet_gateways"): "ec2:DescribeInternetGateways",
    ("ec2", "describe_network_acls"): "ec2:DescribeNetworkAcls",
    ("ec2", "describe_network_interfaces"): "ec2:DescribeNetworkInterfaces",
    ("ec2", "describe_route_tables"): "ec2:DescribeRouteTables",
    ("ec2", "describe_security_group_rules"): "ec2:DescribeSecurityGroupRules",
    ("ec2", "describe_security_groups"): "ec2:DescribeSecurityGroups",
    ("ec2", "describe_subnets"): "ec2:DescribeSubnets",
    ("ec2", "describe_transit_gateway_attachments"): "ec2:DescribeTransitGatewayAttachments",
    ("ec2", "describe_vpc_attribute"): "ec2:DescribeVpcAttribute",
    ("ec2", "describe_vpc_endpoints"): "ec2:DescribeVpcEndpoints",
    ("ec2", "describe_vpc_peering_connections"): "ec2:DescribeVpcPeeringConnections",
    ("ec2", "describe_vpcs"): "ec2:DescribeVpcs",
    ("ec2", "describe_vpn_connections"): "ec2:DescribeVpnConnections",
    ("ec2", "describe_vpn_gateways"): "ec2:DescribeVpnGateways",
    ("elbv2", "describe_listener_attributes"): "elasticloadbalancing:DescribeListenerAttributes",
    ("elbv2", "describe_listener_certificates"): "elasticloadbalancing:DescribeListenerCertificates",
    ("elbv2", "describe_listeners"): "elasticloadbalancing:DescribeListeners",
    ("elbv2", "describe_load_balancer_attributes"): "elasticloadbalancing:DescribeLoadBalancerAttributes",
    ("elbv2", "describe_load_balancers"): "elasticloadbalancing:DescribeLoadBalancers",
    ("elbv2", "describe_rules"): "elasticloadbalancing:DescribeRules",
    ("elbv2", "describe_target_group_attributes"): "elasticloadbalancing:DescribeTargetGroupAttributes",
    ("elbv2", "describe_target_groups"): "elasticloadbalancing:DescribeTargetGroups",
    ("elbv2", "describe_target_health"): "elasticloadbalancing:DescribeTargetHealth",
    ("iam", "get_account_authorization_details"): "iam:GetAccountAuthorizationDetails",
    ("iam", "get_policy"): "iam:GetPolicy",
    ("iam", "get_policy_version"): "iam:GetPolicyVersion",
    ("lambda", "get_function_concurrency"): "lambda:GetFunctionConcurrency",
    ("lambda", "get_function_url_config"): "lambda:GetFunctionUrlConfig",
    ("lambda", "get_policy"): "lambda:GetPolicy",
    ("lambda", "list_functions"): "lambda:ListFunctions",
    ("route53", "get_hosted_zone"): "route53:GetHostedZone",
    ("route53", "list_hosted_zones"): "route53:ListHostedZones",
    ("route53", "list_resource_record_sets"): "route53:ListResourceRecordSets",
    ("route53resolver", "list_resolver_endpoint_ip_addresses"): (
        "route53resolver:ListResolverEndpointIpAddresses"
    ),
    ("route53resolver", "list_resolver_endpoints"): "route53resolver:ListResolverEndpoints",
    ("route53resolver", "list_resolver_rules"): "route53resolver:ListResolverRules",
    ("s3", "get_bucket_policy"): "s3:GetBucketPolicy",
    ("s3", "get_public_access_block"): "s3:GetBucketPublicAccessBlock",
    ("s3", "list_buckets"): "s3:ListAllMyBuckets",
    ("s3control", "get_public_access_block"): "s3:GetAccountPublicAccessBlock",
}
"""IAM action by boto3 service and method.

AWS: "Actions, resources, and condition keys for AWS services"
"""

PERMISSIONS: tuple[str, ...] = tuple(sorted(set(ACTIONS.values())))
"""What a principal must be allowed to do to capture an account."""
