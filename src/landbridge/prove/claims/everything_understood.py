"""Nothing in the account was left out of the proof."""

from collections.abc import Iterator

from landbridge.prove.case import Case
from landbridge.prove.verdict import Claim, Finding, unknown

CLAIM = Claim("everything-understood", "Everything that was seen in the account is part of the proof")

JUDGED_AS_ENTRANCES = frozenset(
    {("AWS::ApiGatewayV2::Api", "HTTP APIs"), ("AWS::ApiGatewayV2::Api", "WEBSOCKET APIs")}
)
"""Not served, and seen by ``no-other-entrance`` as far as they lead to the app."""


def judge(case: Case) -> Iterator[Finding]:
    """What is not modelled or could not be read: nobody knows whom it lets in."""
    for each in case.not_understood:
        if (each.resource.type, each.feature) in JUDGED_AS_ENTRANCES:
            continue
        name = f"{each.resource.type} {each.resource.id}"
        yield unknown(f"{each.feature} of {name} is not modelled or could not be read", each.resource)
