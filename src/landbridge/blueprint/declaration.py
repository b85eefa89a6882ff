"""What a ``landbridge.toml`` says, as values, and how it is read.

Whatever is wrong with it is one ``DeclarationError`` with its line; what is good AWS but not modelled here is
an ``UnsupportedError``. Whether the folders it names exist is asked separately, by ``files.check_files``.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network

from landbridge.blueprint import validation
from landbridge.blueprint.local_servers import local_server
from landbridge.blueprint.tables import Source, Table, read_toml
from landbridge.errors import DeclarationError
from landbridge.model.local_servers import LocalServer


class Design(StrEnum):
    """Which components the path to the app has."""

    GATEWAY = "gateway"
    """Load balancer, execute-api endpoint, private REST API; behind it function and bucket."""
    LAMBDA = "lambda"
    """Load balancer; behind it the function, and the bucket through an S3 interface endpoint."""
    DOMAIN = "domain"
    """Execute-api endpoint with a private custom domain name, private REST API; no load balancer."""

    @property
    def has_api(self) -> bool:
        """Whether function and bucket are behind API Gateway."""
        return self is not Design.LAMBDA

    @property
    def has_load_balancer(self) -> bool:
        """Whether clients come to a load balancer, or else to the endpoint itself."""
        return self is not Design.DOMAIN


class LinkType(StrEnum):
    """How the corporate network reaches the VPC."""

    VPN = "vpn"
    DIRECT_CONNECT = "direct-connect"


@dataclass(frozen=True, slots=True)
class Zone:
    """An Availability Zone and the subnet in it."""

    name: str
    """For example ``eu-central-1a``."""
    subnet: IPv4Network


@dataclass(frozen=True, slots=True)
class Link:
    """The link between the corporate network and the VPC."""

    type: LinkType
    corporate: tuple[IPv4Network, ...]
    """The corporate networks that reach the app through it."""


@dataclass(frozen=True, slots=True)
class Backend:
    """The function that answers below the route."""

    runtime: str
    handler: str
    code: str
    """A folder, relative to the declaration."""
    route: str
    """For example ``/api``: it answers this path and every path below it."""
    memory_mb: int
    timeout_s: int
    environment: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Frontend:
    """The static files that answer everywhere else."""

    folder: str
    """Relative to the declaration."""
    index: str
    fallback: bool
    """Whether a path without a suffix that is no file gets the index, as single-page apps need."""


@dataclass(frozen=True, slots=True)
class TableKeys:
    """A DynamoDB table the backend may use; its key attributes are strings."""

    name: str
    key: str
    sort_key: str | None

    @property
    def environment_variable(self) -> str:
        """Under which name the function finds the table's name: ``ORDERS_TABLE``."""
        return f"{self.name.upper().replace('-', '_')}_TABLE"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A whole app."""

    name: str
    domain: str
    region: str
    vpc: IPv4Network
    zones: tuple[Zone, ...]
    link: Link
    backend: Backend
    frontend: Frontend
    tables: tuple[TableKeys, ...] = ()
    design: Design = Design.GATEWAY
    connect_timeout_s: float = 2.0
    """How long a connection that AWS would drop hangs locally before it fails."""
    source: Source = field(default=Source("landbridge.toml", {}), compare=False, repr=False)
    """Where each part of it was said, for mistakes that only show later."""
    local_servers: tuple[LocalServer, ...] = ()
    """Real servers that stand for hosts of the VPC or the corporate network."""


def parse_declaration(text: str, file: str) -> Declaration:
    """The app declared by that text; `file` is what to call it in an error."""
    top = read_toml(text, file)
    top.only("app", "network", "link", "backend", "frontend", "table", "local")
    declaration = _read(top)
    validation.check_environment(top, declaration.backend.environment, _table_variables(declaration))
    return declaration


def _read(top: Table) -> Declaration:
    app = top.table("app")
    app.only("name", "domain", "design", "region")
    design = _design(app)
    region = validation.region(app)
    name = validation.app_name(app)
    domain = validation.domain(app)
    vpc, zones = _network(top.table("network"), region)
    return Declaration(
        name,
        domain,
        region,
        vpc,
        zones,
        _link(top.table("link"), vpc),
        _backend(top.table("backend")),
        _frontend(top.table("frontend")),
        _tables(top.table("table", required=False), name),
        design,
        _connect_timeout(top.table("local", required=False)),
        top.source,
        local_servers=_local_servers(top.table("local", required=False).table("servers", required=False)),
    )


def _design(app: Table) -> Design:
    name = app.text("design", Design.GATEWAY)
    if name not in tuple(Design):
        raise app.mistake("design", f'there is no design "{name}"', 'write "gateway", "lambda" or "domain"')
    return Design(name)


def _network(network: Table, region: str) -> tuple[IPv4Network, tuple[Zone, ...]]:
    network.only("vpc", "zone")
    vpc = validation.vpc_block(network)
    zones = []
    for zone in network.tables("zone"):
        zone.only("name", "subnet")
        zones.append(Zone(validation.zone_name(zone, region), validation.subnet_block(zone, vpc)))
    validation.check_zones(network, tuple((zone.name, zone.subnet) for zone in zones))
    return vpc, tuple(zones)


def _link(link: Table, vpc: IPv4Network) -> Link:
    link.only("type", "corporate")
    type_ = link.text("type")
    if type_ not in tuple(LinkType):
        raise link.mistake("type", f'there is no link type "{type_}"', 'write "vpn" or "direct-connect"')
    return Link(LinkType(type_), validation.corporate_blocks(link, vpc))


def _backend(backend: Table) -> Backend:
    backend.only("runtime", "handler", "code", "route", "memory", "timeout", "environment")
    runtime = validation.runtime(backend)
    environment = backend.table("environment", required=False)
    return Backend(
        runtime,
        validation.handler(backend, runtime),
        validation.folder(backend, "code"),
        validation.route(backend),
        # AWS: "Configure Lambda function memory", "Configure Lambda function timeout"
        backend.integer("memory", 128, range(128, 10_241), "a Lambda function's memory in MB"),
        backend.integer("timeout", 3, range(1, 901), "a Lambda function's timeout in seconds"),
        tuple((name, environment.string(name)) for name in environment.values),
    )


def _frontend(frontend: Table) -> Frontend:
    frontend.only("folder", "index", "fallback")
    return Frontend(
        validation.folder(frontend, "folder"),
        validation.index(frontend),
        frontend.flag("fallback", False),
    )


def _tables(tables: Table, app_name: str) -> tuple[TableKeys, ...]:
    found = []
    for name in tables.values:
        keys = tables.table(name)
        keys.only("key", "sort_key")
        validation.check_table_name(tables, name, app_name)
        sort_key = validation.attribute(keys, "sort_key") if "sort_key" in keys.values else None
        found.append(TableKeys(name, validation.attribute(keys, "key"), sort_key))
        validation.check_sort_key(keys, found[-1].key, sort_key)
    _check_variables_distinct(tables, found)
    return tuple(found)


def _check_variables_distinct(tables: Table, found: list[TableKeys]) -> None:
    first: dict[str, str] = {}
    for table in found:
        other = first.setdefault(table.environment_variable, table.name)
        if other != table.name:
            raise tables.mistake(
                table.name,
                f"the tables {other} and {table.name} would both be named by {table.environment_variable}",
                "rename one of them",
            )


def _table_variables(declaration: Declaration) -> tuple[tuple[str, str], ...]:
    return tuple(
        (table.environment_variable, f"{declaration.name}-{table.name}") for table in declaration.tables
    )


def _connect_timeout(local: Table) -> float:
    local.only("connect_timeout", "servers")
    seconds = local.number("connect_timeout", 2.0)
    if not 0 < seconds <= 60:
        raise local.mistake(
            "connect_timeout",
            f"local.connect_timeout is {seconds:g}, outside 0 to 60 seconds",
            "a real client hangs for a minute or more; 2.0 is long enough to notice",
        )
    return seconds


def _local_servers(servers: Table) -> tuple[LocalServer, ...]:
    found = []
    for place in servers.values:
        try:
            found.append(local_server(place, servers.text(place)))
        except DeclarationError as problem:
            if problem.file:
                raise
            raise servers.mistake(place, problem.message, problem.hint) from None
    return tuple(found)
