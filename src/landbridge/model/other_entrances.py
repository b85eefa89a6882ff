"""What services that are not modelled can lead to an app: no request depends on it, only the proof asks."""

from dataclasses import dataclass

ANYWHERE = "*"
"""In place of what an entrance leads to: it cannot be seen from outside."""


@dataclass(frozen=True, slots=True)
class OtherEntrance:
    """A resource that passes on requests or connections of others, and what it passes them on to."""

    type: str
    """As CloudFormation names it."""
    id: str
    leads_to: tuple[str, ...]
    """ARNs, ids, names, addresses and blocks, or ``ANYWHERE``."""
    arn: str = ""
    open_to: str = ""
    """In a few words, who may use it."""
    public: bool = False
    """Whether anybody may use it whom nothing on the way asks for anything."""
    security_groups: tuple[str, ...] = ()
    """Ids or names of the groups that its own network interfaces are in."""
    keeps_client_address: bool = False
    """Whether the other end sees the address of the client on the internet."""
    ports: tuple[tuple[int, int], ...] = ()
    """The first and last port of each range that it passes on to; empty where that is not known."""
    source_arn: str = ""
    """The ARN for which it invokes functions; empty where a role does it, or nobody knows."""
