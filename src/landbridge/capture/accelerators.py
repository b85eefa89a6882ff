"""AWS Global Accelerator: what accelerators send to, and what other accounts' accelerators may."""

from collections.abc import Iterator

from landbridge.capture.reading import Answer, Reader
from landbridge.model.other_entrances import OtherEntrance
from landbridge.trace.decision import ResourceRef

SERVICE = "globalaccelerator"
TYPE = "AWS::GlobalAccelerator::Accelerator"
ANYBODY = "anybody on the internet"


def read_accelerators(reader: Reader) -> Iterator[OtherEntrance]:
    """One for each endpoint in this region; custom routing leads into whole subnets.

    AWS: "What is AWS Global Accelerator?"
    """
    for accelerator, listener, group in _endpoint_groups(reader, ""):
        for endpoint in group.get("EndpointDescriptions", ()):
            yield _standard(accelerator, listener, group, endpoint)
    for accelerator, _, group in _endpoint_groups(reader, "custom_routing_"):
        for endpoint in group.get("EndpointDescriptions", ()):
            yield _custom_routing(accelerator, endpoint)
    yield from _of_other_accounts(reader)


def _endpoint_groups(reader: Reader, kind: str) -> Iterator[tuple[Answer, Answer, Answer]]:
    """Each of this region, behind its listener and accelerator."""
    for accelerator in reader.items(
        SERVICE, f"list_{kind}accelerators", "Accelerators", order_by="AcceleratorArn"
    ):
        if accelerator.get("Enabled", True):
            for listener in _listeners(reader, accelerator, kind):
                arn, about = listener["ListenerArn"], _reference(accelerator)
                groups = reader.items(
                    SERVICE, f"list_{kind}endpoint_groups", "EndpointGroups", about, ListenerArn=arn
                )
                yield from (
                    (accelerator, listener, group)
                    for group in groups
                    if group.get("EndpointGroupRegion") == reader.region
                )


def _listeners(reader: Reader, accelerator: Answer, kind: str) -> list[Answer]:
    arn, about = accelerator["AcceleratorArn"], _reference(accelerator)
    return reader.items(SERVICE, f"list_{kind}listeners", "Listeners", about, AcceleratorArn=arn)


def _standard(accelerator: Answer, listener: Answer, group: Answer, endpoint: Answer) -> OtherEntrance:
    """A weight or traffic dial of 0 sends nothing there, until somebody turns it up.

    AWS: "Preserve client IP addresses in AWS Global Accelerator"
    """
    is_sending = endpoint.get("Weight", 1) != 0 and group.get("TrafficDialPercentage", 100) != 0
    return _of_accelerator(
        accelerator,
        endpoint["EndpointId"],
        is_sending and listener.get("Protocol", "TCP") == "TCP",
        bool(endpoint.get("ClientIPPreservationEnabled")),
        _ports(listener, group),
    )


def _custom_routing(accelerator: Answer, endpoint: Answer) -> OtherEntrance:
    """AWS: "Work with custom routing accelerators"."""
    return _of_accelerator(accelerator, endpoint["EndpointId"], False, True, ())


def _of_accelerator(
    accelerator: Answer,
    endpoint_id: str,
    public: bool,
    keeps_client_address: bool,
    ports: tuple[tuple[int, int], ...],
) -> OtherEntrance:
    about = _reference(accelerator)
    return OtherEntrance(
        about.type,
        about.id,
        (endpoint_id,),
        arn=about.arn,
        open_to=ANYBODY,
        public=public,
        keeps_client_address=keeps_client_address,
        ports=ports,
    )


def _ports(listener: Answer, group: Answer) -> tuple[tuple[int, int], ...]:
    """The listener's own, or what the endpoint group has in their place.

    AWS: "Override listener ports for restricted ports or connection collisions"
    """
    overrides = [(each["EndpointPort"], each["EndpointPort"]) for each in group.get("PortOverrides", ())]
    ranges = [(each["FromPort"], each["ToPort"]) for each in listener.get("PortRanges", ())]
    return tuple(sorted({*overrides, *ranges}))


def _reference(accelerator: Answer) -> ResourceRef:
    arn = accelerator["AcceleratorArn"]
    return ResourceRef(TYPE, accelerator.get("Name") or arn.rpartition("/")[2], arn)


def _of_other_accounts(reader: Reader) -> Iterator[OtherEntrance]:
    """AWS: "CreateCrossAccountAttachment" (AWS Global Accelerator API reference)."""
    answers = reader.items(SERVICE, "list_cross_account_attachments", "CrossAccountAttachments")
    for answer in answers:
        resources = [
            each for each in answer.get("Resources", ()) if each.get("Region") in (None, reader.region)
        ]
        leads_to = tuple(sorted(each["EndpointId"] for each in resources if each.get("EndpointId")))
        if leads_to and answer.get("Principals"):
            yield OtherEntrance(
                "AWS::GlobalAccelerator::CrossAccountAttachment",
                answer.get("Name") or answer["AttachmentArn"].rpartition("/")[2],
                leads_to,
                arn=answer["AttachmentArn"],
                open_to=f"accelerators of {', '.join(sorted(answer['Principals']))}",
            )
