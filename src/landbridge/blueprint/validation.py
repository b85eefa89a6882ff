"""What AWS accepts for each value of a declaration; each function returns the value or raises the mistake."""

import re
from ipaddress import IPv4Network

from landbridge.blueprint.tables import Table
from landbridge.errors import UnsupportedError

LONGEST_APP_NAME = 23
"""Its target group is called ``{name}-endpoint``, and that may have 32 characters."""
LAMBDA_RUNTIMES = (
    *("python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14"),
    *("nodejs18.x", "nodejs20.x", "nodejs22.x", "nodejs24.x"),
    *("provided.al2", "provided.al2023"),
)
"""Those that can run on this machine, as a process.

AWS: "Lambda runtimes"
"""
OTHER_RUNTIME = re.compile(r"(java|dotnet|ruby|go)\d")
RESERVED_VARIABLES = frozenset(
    {
        *("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV"),
        *("AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"),
        *("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"),
        *("AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        *("AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"),
        *("AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN", "AWS_LAMBDA_MAX_CONCURRENCY"),
    }
)
"""AWS: "Working with Lambda environment variables" """
ENVIRONMENT_LIMIT_BYTES = 4096


def app_name(app: Table) -> str:
    """A name from which the names of an S3 bucket, a load balancer and a target group can be made.

    AWS: "General purpose bucket naming rules", "CreateLoadBalancer", "CreateTargetGroup"
    """
    name = app.text("name")
    if len(name) > LONGEST_APP_NAME:
        raise app.mistake(
            "name",
            f"app.name has {len(name)} characters, more than {LONGEST_APP_NAME}",
            f"the target group is called {name}-endpoint, and AWS takes 32 characters there",
        )
    if not re.fullmatch(r"[a-z](?:[a-z0-9-]*[a-z0-9])?", name):
        raise app.mistake(
            "name",
            f'app.name "{name}" cannot be part of AWS names',
            "use lower-case letters, digits and hyphens; begin with a letter, do not end with a hyphen",
        )
    if name.startswith(("internal-", "xn--", "sthree-")):
        raise app.mistake(
            "name", f'app.name "{name}" begins with a prefix AWS reserves', "choose another name"
        )
    return name


def domain(app: Table) -> str:
    """A DNS name of two or more labels, in lower case as API Gateway wants it.

    AWS: "Custom domain name for public REST APIs in API Gateway"
    """
    name = app.text("domain")
    if name != name.lower() and _is_dns_name(name.lower()):
        raise app.mistake(
            "domain", f'app.domain "{name}" is not in lower case', f'write domain = "{name.lower()}"'
        )
    if not _is_dns_name(name):
        raise app.mistake(
            "domain",
            f'app.domain "{name}" is not a DNS name',
            "labels of letters, digits and inner hyphens, joined by dots: orders.corp.example",
        )
    return name


def _is_dns_name(name: str) -> bool:
    labels = name.split(".")
    return (
        len(labels) >= 2
        and len(name) <= 253
        and all(re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", label) for label in labels)
        and not labels[-1].isdigit()
    )


def region(app: Table) -> str:
    """An AWS Region of the standard partition."""
    name = app.text("region", "eu-central-1")
    if not re.fullmatch(r"[a-z]{2}(?:-[a-z]+)+-\d", name):
        raise app.mistake("region", f'app.region "{name}" is not a Region', "for example eu-central-1")
    if name.startswith(("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")):
        raise UnsupportedError(
            f"app.region {name} lies in another partition than aws", "use a Region of the standard partition"
        )
    return name


def vpc_block(network: Table) -> IPv4Network:
    """A block a VPC may have.

    AWS: "VPC CIDR blocks"
    """
    block = _block(network, "vpc", network.text("vpc"))
    if not 16 <= block.prefixlen <= 28:
        raise network.mistake(
            "vpc", f"network.vpc {block} is a /{block.prefixlen}", "a VPC takes a block from /16 to /28"
        )
    return block


def zone_name(zone: Table, region: str) -> str:
    """An Availability Zone of the Region."""
    name = zone.text("name")
    if not re.fullmatch(re.escape(region) + "[a-z]", name):
        raise zone.mistake(
            "name",
            f'network.zone.name "{name}" is not an Availability Zone of {region}',
            f"zones are named {region}a, {region}b, ...",
        )
    return name


def subnet_block(zone: Table, vpc: IPv4Network) -> IPv4Network:
    """A block within the VPC's, large enough for a load balancer.

    AWS: "Application Load Balancers"
    """
    block = _block(zone, "subnet", zone.text("subnet"))
    if not block.subnet_of(vpc):
        raise zone.mistake(
            "subnet", f"network.zone.subnet {block} lies outside the VPC", f"choose a part of {vpc}"
        )
    if block.prefixlen > 27:
        raise zone.mistake(
            "subnet",
            f"network.zone.subnet {block} is too small for a load balancer",
            "an Application Load Balancer needs subnets of /27 or larger",
        )
    return block


def check_zones(network: Table, zones: tuple[tuple[str, IPv4Network], ...]) -> None:
    """Raise unless there are two zones or more, each with a subnet of its own.

    AWS: "Application Load Balancers"
    """
    if len(zones) < 2:
        raise network.mistake(
            "zone",
            f"network.zone names {len(zones) or 'no'} Availability Zone{'' if len(zones) == 1 else 's'}",
            "an Application Load Balancer needs subnets in two; add another [[network.zone]]",
        )
    for index, (name, block) in enumerate(zones):
        for other_name, other in zones[:index]:
            path = (*network.path, "zone", index)
            if name == other_name:
                raise network.source.mistake(
                    (*path, "name"), f"network.zone names {name} twice", "each subnet needs a zone of its own"
                )
            if block.overlaps(other):
                raise network.source.mistake(
                    (*path, "subnet"),
                    f"network.zone.subnet {block} overlaps {other}",
                    f"{other} is the subnet in {other_name}",
                )


def corporate_blocks(link: Table, vpc: IPv4Network) -> tuple[IPv4Network, ...]:
    """The corporate networks: all distinct from each other and from the VPC, or packets have no way."""
    blocks: list[IPv4Network] = []
    for index, text in enumerate(link.texts("corporate")):
        block = _block(link, "corporate", text, index)
        path = (*link.path, "corporate", index)
        if block.overlaps(vpc):
            raise link.source.mistake(
                path,
                f"link.corporate {block} overlaps the VPC {vpc}",
                "an address must belong to one side only: the VPC's local route would win",
            )
        for other in blocks:
            if block.overlaps(other):
                raise link.source.mistake(
                    path, f"link.corporate {block} overlaps {other}", "keep one of them"
                )
        blocks.append(block)
    return tuple(blocks)


def _block(table: Table, key: str, text: str, index: int | None = None) -> IPv4Network:
    path = (*table.path, key) if index is None else (*table.path, key, index)
    where = table.dotted(key)
    try:
        block = IPv4Network(text, strict=False)
    except ValueError:
        raise table.source.mistake(
            path, f'{where} "{text}" is not an IPv4 block', "for example 10.20.0.0/16"
        ) from None
    if "/" not in text or str(block) != text:
        raise table.source.mistake(
            path,
            f'{where} "{text}" is not the first address of a block and its length',
            f'did you mean "{block}"?',
        )
    if block.is_loopback or block.is_link_local or block.is_multicast:
        raise table.source.mistake(
            path, f"{where} {block} is not routable", "choose a private block, as 10.20.0.0/16"
        )
    return block


def runtime(backend: Table) -> str:
    """A Lambda runtime that this machine can run.

    AWS: "Lambda runtimes"
    """
    name = backend.text("runtime")
    if OTHER_RUNTIME.match(name):
        raise UnsupportedError(
            f"backend.runtime {name} is not run locally", f"these are: {', '.join(LAMBDA_RUNTIMES)}"
        )
    if name not in LAMBDA_RUNTIMES:
        raise backend.mistake(
            "runtime", f'there is no Lambda runtime "{name}"', f"choose one of {', '.join(LAMBDA_RUNTIMES)}"
        )
    return name


def handler(backend: Table, runtime: str) -> str:
    """``module.function``, or anything for a runtime of one's own."""
    name = backend.text("handler", "bootstrap" if runtime.startswith("provided") else None)
    shape = r"\S{1,128}" if runtime.startswith("provided") else r"[^\s.]\S*\.[^\s.]+"
    if len(name) > 128 or not re.fullmatch(shape, name):
        raise backend.mistake(
            "handler",
            f'backend.handler "{name}" is not a module and a function',
            "app.handler is the function handler in the file app",
        )
    return name


def folder(table: Table, key: str) -> str:
    """A folder beside or below the declaration."""
    path = table.text(key)
    parts = path.rstrip("/").split("/")
    if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in parts):
        raise table.mistake(
            key,
            f'{table.dotted(key)} "{path}" is not a folder below the declaration',
            f'a relative path with forward slashes: {key} = "backend"',
        )
    return "/".join(parts)


def route(backend: Table) -> str:
    """The path prefix of the backend, in characters API Gateway takes in a resource path.

    AWS: "Methods for REST APIs in API Gateway", "Amazon API Gateway important notes"
    """
    path = backend.text("route", "/api")
    if not re.fullmatch(r"(?:/[A-Za-z0-9._~:-]+)+", path):
        raise backend.mistake(
            "route",
            f'backend.route "{path}" is not a path prefix',
            "segments of letters, digits and ._~:- after a slash, none at the end: /api",
        )
    if path in ("/ping", "/sping"):
        raise backend.mistake(
            "route",
            f"backend.route {path} is reserved by API Gateway",
            "custom domain names keep /ping and /sping",
        )
    return path


def index(frontend: Table) -> str:
    """The file that answers ``/``."""
    name = frontend.text("index", "index.html")
    if "/" in name or "'" in name:
        raise frontend.mistake(
            "index",
            f'frontend.index "{name}" is not a file name',
            "a file at the top of the folder: index.html",
        )
    return name


def check_table_name(tables: Table, name: str, app_name: str) -> None:
    """Raise unless a DynamoDB table and an environment variable can be named after it."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name) or len(f"{app_name}-{name}") > 255:
        raise tables.mistake(
            name, f'"{name}" cannot name a table', "letters, digits, hyphens and underscores, a letter first"
        )


def attribute(keys: Table, key: str) -> str:
    """The name of a key attribute.

    AWS: "Supported data types and naming rules in Amazon DynamoDB"
    """
    name = keys.text(key)
    if len(name.encode()) > 255:
        raise keys.mistake(key, f"{keys.dotted(key)} has more than 255 bytes", "choose a shorter name")
    return name


def check_sort_key(keys: Table, key: str, sort_key: str | None) -> None:
    """Raise if partition key and sort key are the same attribute."""
    if key == sort_key:
        raise keys.mistake(
            "sort_key", f'{keys.dotted("sort_key")} is "{key}", as is the key', "name another attribute"
        )


def check_environment(
    top: Table, own: tuple[tuple[str, str], ...], tables: tuple[tuple[str, str], ...]
) -> None:
    """Raise unless Lambda takes these variables; `tables` are those that tell the tables' names.

    AWS: "Working with Lambda environment variables"
    """
    environment = top.table("backend").table("environment", required=False)
    for name, _ in own:
        _check_variable(environment, name)
        if name in dict(tables):
            raise environment.mistake(
                name,
                f"the variable {name} tells the function the name of a table",
                "rename the variable or the table",
            )
    size = sum(len(f"{name}={value}".encode()) for name, value in (*own, *tables))
    if size > ENVIRONMENT_LIMIT_BYTES:
        raise top.source.mistake(
            environment.path,
            f"the function's environment has {size} bytes",
            f"Lambda takes {ENVIRONMENT_LIMIT_BYTES} for all names and values together",
        )


def _check_variable(environment: Table, name: str) -> None:
    if name in RESERVED_VARIABLES:
        raise environment.mistake(
            name, f"the variable {name} is reserved by Lambda", "Lambda sets it itself; choose another name"
        )
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]+", name):
        raise environment.mistake(
            name,
            f'"{name}" is not a name Lambda takes for a variable',
            "two or more letters, digits and underscores, a letter first",
        )
