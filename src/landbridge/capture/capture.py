"""An account in one region as a Topology, and again after a change.

What changed is named by the services that were called, as AWS's endpoint prefixes or boto3 name them:
``ec2``, ``elasticloadbalancing`` or ``elbv2``, ``apigateway``. Only the readings that those services feed
are repeated.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from landbridge.capture.api_configuration import read_configurations
from landbridge.capture.api_gateway import read_api_gateway
from landbridge.capture.certificates import read_certificates
from landbridge.capture.corporate_links import read_direct_connect
from landbridge.capture.functions import read_functions
from landbridge.capture.identity import read_identity
from landbridge.capture.load_balancing import read_load_balancing
from landbridge.capture.names import read_hosted_zones, read_resolver
from landbridge.capture.network import read_network, read_network_interfaces
from landbridge.capture.other_entrances import read_other_entrances
from landbridge.capture.reading import Clients, Notice, Offers, Reader
from landbridge.capture.storage import read_storage
from landbridge.errors import HostError
from landbridge.model.local_servers import LocalServer
from landbridge.model.topology import Topology


@dataclass(frozen=True, slots=True)
class Captured:
    """A topology, and what was seen or left unread beside it."""

    topology: Topology
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Calls that fill one section of the topology, or a part of one, from what it was before."""

    name: str
    section: str
    fed_by: frozenset[str]
    """Endpoint prefixes of the services whose changes show here."""
    read: Callable[[Reader, Any], Any]
    optional: bool = False
    """Whether an AWS API may do without these services."""


ANYTHING = frozenset({"cloudformation", "cloudcontrol", "cloudcontrolapi"})
"""Services whose calls change resources of other services."""
LOAD_BALANCING = frozenset({"elasticloadbalancing", "elbv2"})

READINGS = (
    Reading("network", "network", frozenset({"ec2", "directconnect"}), read_network),
    Reading(
        "network interfaces",
        "network",
        frozenset({"ec2", "route53resolver", "lambda", "apigateway", "apigatewayv2"}) | LOAD_BALANCING,
        read_network_interfaces,
    ),
    Reading("Direct Connect", "network", frozenset({"directconnect"}), read_direct_connect),
    Reading("load balancing", "load_balancing", LOAD_BALANCING, read_load_balancing),
    Reading("API Gateway", "api_gateway", frozenset({"apigateway", "apigatewayv2"}), read_api_gateway),
    Reading("functions", "functions", frozenset({"lambda"}), read_functions),
    Reading("storage", "storage", frozenset({"s3", "s3-control", "s3control"}), read_storage),
    Reading("hosted zones", "names", frozenset({"route53"}), read_hosted_zones),
    Reading("Resolver", "names", frozenset({"route53resolver"}), read_resolver),
    Reading("identity", "identity", frozenset({"iam"}), read_identity),
    Reading("certificates", "certificates", frozenset({"acm"}), read_certificates),
)
"""In the order in which they are read; routes may be propagated from Direct Connect, so it feeds both."""

CONFIGURATIONS = Reading(
    "API Gateway", "api_gateway", frozenset({"apigateway", "apigatewayv2"}), read_configurations
)
"""Only asked for by what compares a deployment with it: no request depends on what nobody deployed."""

OTHER_ENTRANCES = Reading(
    "other entrances",
    "other_entrances",
    frozenset(
        {"ec2", "apigatewayv2", "appsync", "cloudfront", "globalaccelerator", "s3control", "vpc-lattice"}
    ),
    read_other_entrances,
    optional=True,
)
"""Only asked for by the proof: no request that is served comes through them."""
FOR_PROOFS = (CONFIGURATIONS, OTHER_ENTRANCES)

FEEDING_SERVICES = ANYTHING.union(*(reading.fed_by for reading in READINGS))
"""A change of any other service changes no topology."""


def _everything(service: str) -> bool:
    """What an account offers of which nobody knows better."""
    return True


def capture(
    clients: Clients,
    *,
    account_id: str,
    region: str,
    corporate_networks: tuple[IPv4Network, ...] = (),
    local_servers: tuple[LocalServer, ...] = (),
    previous: Captured | None = None,
    services: frozenset[str] | None = None,
    configurations: bool = False,
    offers: Offers = _everything,
) -> Captured:
    """The account as it is now; sections that did not change are the very values of `previous`.

    With `previous`, of the same account and region, and `services`, only what those services feed is read
    again. With `configurations`, what only a proof needs is read, too: REST APIs as they are configured,
    beside what their stages serve, and resources of services that are not modelled and lead on to others, as
    far as the account `offers` those services. Throttled calls are retried by botocore.
    """
    due = READINGS if previous is None or services is None else _fed_by(services)
    due = (*due, *FOR_PROOFS) if configurations else due
    before = previous or Captured(Topology(account_id, region))
    topology = replace(before.topology, corporate_networks=corporate_networks, local_servers=local_servers)
    notices = {notice: None for notice in before.notices if notice.section not in {r.name for r in due}}
    for reading in due:
        reader = Reader(clients, account_id, region, reading.name, offers if reading.optional else None)
        topology = _read(reading, reader, topology)
        notices.update(dict.fromkeys(reader.notices))
    captured = Captured(_keep_unchanged(before.topology, topology), _in_order(notices))
    return before if captured == before else captured


def _fed_by(services: frozenset[str]) -> tuple[Reading, ...]:
    if services & ANYTHING:
        return READINGS
    return tuple(reading for reading in READINGS if reading.fed_by & services)


def _read(reading: Reading, reader: Reader, topology: Topology) -> Topology:
    try:
        section = reading.read(reader, getattr(topology, reading.section))
    except ParamValidationError:
        raise
    except (BotoCoreError, ClientError) as error:
        raise HostError(
            f"{reading.name} could not be read from AWS: {error}",
            "check the credentials, the region and the network; `aws sts get-caller-identity` must work",
        ) from error
    changes: dict[str, Any] = {reading.section: section}
    return replace(topology, **changes)


def _keep_unchanged(before: Topology, now: Topology) -> Topology:
    """`now`, with the values of `before` for the sections that are equal."""
    kept: dict[str, Any] = {
        section: getattr(before, section)
        for section in {reading.section for reading in (*READINGS, *FOR_PROOFS)}
        if getattr(before, section) == getattr(now, section)
    }
    return replace(now, **kept)


def _in_order(notices: dict[Notice, None]) -> tuple[Notice, ...]:
    names = [reading.name for reading in (*READINGS, *FOR_PROOFS)]
    return tuple(sorted(notices, key=lambda notice: names.index(notice.section)))
