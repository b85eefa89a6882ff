"""CloudFront distributions and VPC origins."""

from collections.abc import Iterator

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.other_entrances import ANYWHERE, OtherEntrance

SERVICE_GROUP = "CloudFront-VPCOrigins-Service-SG"
"""The name of the security group that CloudFront makes for its network interfaces in a VPC."""
IN_ANOTHER_ACCOUNT = "distributions of other accounts that it is shared with"


def read_distributions(reader: Reader) -> Iterator[OtherEntrance]:
    """One for each origin of a distribution that is enabled, and for VPC origins that none of them uses.

    AWS: "Restrict access with VPC origins"
    """
    arns = {each["Id"]: each for each in _vpc_origins(reader)}
    used: set[str] = set()
    for distribution in _distributions(reader):
        origins = _items(distribution, "Origins")
        used |= {_vpc_origin_id(origin) for origin in origins}
        if distribution["Enabled"]:
            for origin in origins:
                yield _of_origin(distribution, origin, arns)
    for each in arns.values():
        if each["Id"] not in used:
            yield OtherEntrance(
                "AWS::CloudFront::VpcOrigin",
                each["Id"],
                (each["OriginEndpointArn"],),
                arn=each["Arn"],
                open_to=IN_ANOTHER_ACCOUNT,
                security_groups=(SERVICE_GROUP,),
            )


def _distributions(reader: Reader) -> list[Answer]:
    pages = reader.pages("cloudfront", "list_distributions")
    return (
        []
        if isinstance(pages, Missing)
        else [each for page in pages for each in _items(page, "DistributionList")]
    )


def _vpc_origins(reader: Reader) -> Iterator[Answer]:
    marker: dict[str, str] = {}
    while True:
        answer = reader.answer("cloudfront", "list_vpc_origins", None, **marker)
        if isinstance(answer, Missing):
            return
        yield from _items(answer, "VpcOriginList")
        following = answer.get("VpcOriginList", {}).get("NextMarker")
        if not following:
            return
        marker = {"Marker": following}


def _of_origin(distribution: Answer, origin: Answer, vpc_origins: dict[str, Answer]) -> OtherEntrance:
    is_open = _is_open(distribution, origin)
    return OtherEntrance(
        "AWS::CloudFront::Distribution",
        distribution["Id"],
        (_leads_to(origin, vpc_origins),),
        arn=distribution["ARN"],
        open_to="anybody on the internet" if is_open else "whomever its settings let in, over the internet",
        public=is_open,
        security_groups=(SERVICE_GROUP,) if _vpc_origin_id(origin) else (),
    )


def _leads_to(origin: Answer, vpc_origins: dict[str, Answer]) -> str:
    """The load balancer or instance of a VPC origin, else the origin's name, without tenants' parameters."""
    identifier = _vpc_origin_id(origin)
    if identifier:
        return str(vpc_origins[identifier]["OriginEndpointArn"]) if identifier in vpc_origins else ANYWHERE
    name = str(origin["DomainName"])
    return ANYWHERE if "{{" in name else name


def _vpc_origin_id(origin: Answer) -> str:
    return str(origin.get("VpcOriginConfig", {}).get("VpcOriginId", ""))


def _is_open(distribution: Answer, origin: Answer) -> bool:
    """Whether some behavior sends whatever comes to the origin, and nothing before it may refuse.

    AWS: "Use AWS WAF protections"; "Serve private content with signed URLs and signed cookies"
    """
    if distribution.get("WebACLId") or distribution.get("ViewerMtlsConfig", {}).get("Mode") == "required":
        return False
    behaviors = [distribution["DefaultCacheBehavior"], *_items(distribution, "CacheBehaviors")]
    groups = {
        group["Id"]
        for group in _items(distribution, "OriginGroups")
        if origin["Id"] in {member["OriginId"] for member in _items(group, "Members")}
    }
    return any(
        behavior["TargetOriginId"] in {origin["Id"], *groups} and not _refuses(behavior)
        for behavior in behaviors
    )


def _refuses(behavior: Answer) -> bool:
    """Whether it asks for a signature, or a function looks at what comes."""
    return any(
        behavior.get(part, {}).get("Enabled") for part in ("TrustedSigners", "TrustedKeyGroups")
    ) or any(
        behavior.get(part, {}).get("Quantity")
        for part in ("FunctionAssociations", "LambdaFunctionAssociations")
    )


def _items(answer: Answer, part: str) -> list[Answer]:
    """CloudFront leaves the items of an empty list out."""
    return list(answer.get(part, {}).get("Items") or ())
