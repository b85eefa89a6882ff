"""Protocols as security groups and network ACLs write them: a name, a number, or ``-1`` for all."""

ALL_PROTOCOLS = "-1"
_NUMBERS = {"icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}


def covers_protocol(rule_protocol: str, protocol: str) -> bool:
    """Whether a rule for `rule_protocol` is about packets of `protocol`."""
    if rule_protocol in (ALL_PROTOCOLS, protocol):
        return True
    return _NUMBERS.get(rule_protocol, rule_protocol) == _NUMBERS.get(protocol, protocol)


def port_range(from_port: int | None, to_port: int | None) -> tuple[int, int]:
    """The first and last port of a rule; a rule without ports, or with -1, is about all of them."""
    if from_port is None or from_port < 0:
        return 0, 65535
    return from_port, from_port if to_port is None else to_port


def render_ports(ports: tuple[int, int]) -> str:
    """``443`` or ``1024-65535``."""
    return str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"
