"""Where moto answers otherwise than AWS and landbridge needs AWS's answer: one small function for each.

In: a service's name. Out: nothing; moto's classes are changed in this process. Each function's docstring
names the AWS document it follows; ``docs/amendments.md`` has the table. An amended method gets moto's
original as its first argument. Never does: import a service's moto before it is asked for. Start reading at
``amend.py``.
"""

from importlib import import_module

MODULES: dict[str, tuple[str, ...]] = {
    "core": ("core",),
    "acm": ("acm",),
    "ec2": (
        *("ec2_addresses", "ec2_client_vpn", "ec2_endpoints", "ec2_nat_gateways", "ec2_network_acls"),
        *("ec2_public_addresses", "ec2_routes", "ec2_security_groups", "ec2_transit_gateways", "ec2_vpn"),
    ),
    "elbv2": (
        "elbv2",
        "elbv2_actions",
        "elbv2_attributes",
        "elbv2_rules",
        "elbv2_targets",
        "elbv2_trust_stores",
    ),
    "route53": ("route53",),
    "route53resolver": ("route53resolver",),
    "apigateway": (
        *("apigateway", "apigateway_deployments", "apigateway_domains", "apigateway_updates"),
        *("apigateway_authorizers", "apigateway_import", "apigateway_resources", "apigateway_models"),
        *("apigateway_stages", "apigateway_usage", "apigateway_vpc_links"),
    ),
    "lambda": ("functions", "function_policies", "function_versions", "function_urls"),
    "s3": ("s3", "s3_buckets"),
    "iam": ("iam", "iam_users"),
    "logs": ("logs",),
    "cognitoidp": ("cognitoidp",),
    "directconnect": ("directconnect",),
    "cloudformation": ("cloudformation",),
    "cloudwatch": ("cloudwatch",),
    "sts": ("sts",),
}
"""By moto's name of a service: the modules here that amend it."""

REACHES: dict[str, tuple[str, ...]] = {
    "elb": ("elbv2",),
    "elbv2": ("ec2", "s3"),
    "route53": ("ec2",),
    "route53resolver": ("ec2",),
    "lambda": ("ec2", "iam", "s3", "logs"),
    "directconnect": ("ec2",),
    "apigateway": ("ec2", "elbv2"),
    "logs": ("s3",),
    "cloudformation": ("ec2", "elbv2", "route53", "apigateway", "lambda", "s3", "iam", "logs"),
}
"""By moto's name of a service: those whose backends it calls, which have to be amended before."""

_installed: set[str] = set()


def install(*services: str) -> None:
    """The services named, or all, are amended together with those they reach; again does nothing."""
    for service in ("core", *(services or MODULES)):
        if service in _installed:
            continue
        _installed.add(service)
        for reached in REACHES.get(service, ()):
            install(reached)
        for module in MODULES.get(service, ()):
            import_module(f"{__name__}.{module}").install()
