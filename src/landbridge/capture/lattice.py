"""Amazon VPC Lattice: target groups of services, and resource configurations."""

from collections.abc import Iterator
from typing import Any

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.other_entrances import OtherEntrance
from landbridge.trace.decision import ResourceRef

SERVICE = "vpc-lattice"
CLIENTS = "clients of the service networks and accounts that it is associated or shared with"
GONE = frozenset({"CREATE_FAILED", "DELETE_IN_PROGRESS"})


def read_lattice(reader: Reader) -> Iterator[OtherEntrance]:
    """Whatever a service has as a target, or a resource configuration defines.

    AWS: "What is Amazon VPC Lattice?"
    """
    for group in reader.items(SERVICE, "list_target_groups", "items", order_by="arn"):
        if group.get("serviceArns"):
            yield from _of_target_group(reader, group)
    for summary in reader.items(SERVICE, "list_resource_configurations", "items", order_by="arn"):
        if summary.get("status") not in GONE:
            yield from _of_configuration(reader, summary)


def _of_target_group(reader: Reader, group: Answer) -> Iterator[OtherEntrance]:
    """AWS: "Target groups in VPC Lattice"."""
    about = ResourceRef("AWS::VpcLattice::TargetGroup", group["name"], group["arn"])
    targets = reader.items(SERVICE, "list_targets", "items", about, targetGroupIdentifier=group["id"])
    if targets:
        leads_to = tuple(sorted({str(target["id"]) for target in targets}))
        yield OtherEntrance(about.type, about.id, leads_to, arn=about.arn, open_to=CLIENTS)


def _of_configuration(reader: Reader, summary: Answer) -> Iterator[OtherEntrance]:
    """A group has children with a definition, and none of its own.

    AWS: "Resource configurations for VPC resources"
    """
    about = ResourceRef("AWS::VpcLattice::ResourceConfiguration", summary["name"], summary["arn"])
    answer = reader.answer(
        SERVICE, "get_resource_configuration", about, resourceConfigurationIdentifier=summary["id"]
    )
    if isinstance(answer, Missing):
        return
    leads_to = tuple(_defined(answer.get("resourceConfigurationDefinition", {})))
    if leads_to:
        yield OtherEntrance(about.type, about.id, leads_to, arn=about.arn, open_to=CLIENTS)


def _defined(definition: dict[str, Any]) -> Iterator[str]:
    for part, member in (
        ("dnsResource", "domainName"),
        ("ipResource", "ipAddress"),
        ("arnResource", "arn"),
    ):
        if definition.get(part, {}).get(member):
            yield str(definition[part][member])
    yield from definition.get("cidrResource", {}).get("cidrRanges", ())
