"""``landbridge fault``: break a link, a zone, a target or a function of a running stack, and mend it."""

import json
from pathlib import Path
from typing import Any

import click

from landbridge.cli.asking import ask
from landbridge.errors import DeclarationError
from landbridge.model.faults import FaultKind
from landbridge.serve.running import find

LIST = "list"
KINDS = tuple(kind.value for kind in FaultKind)
USAGE = "landbridge fault link|zone|target|function NAME on|off, or landbridge fault list"


@click.command()
@click.argument("kind", metavar="link|zone|target|function|list")
@click.argument("name", required=False)
@click.argument("state", metavar="on|off", required=False)
@click.option("--json", "as_json", is_flag=True, help="The faults as JSON.")
def fault(kind: str, name: str | None, state: str | None, as_json: bool) -> None:
    """Break something while a stack runs, and see what the app does.

    A link is a VPN connection, one of its tunnels (vpn-…/1), a Direct Connect virtual interface, a Client VPN
    endpoint, or all of a kind: vpn, direct-connect. A zone takes its load balancer node and its endpoint
    interfaces with it. A target's connections time out. A function is refused by Lambda. `landbridge fault
    list` tells every name. Faults are forgotten when the stack stops.
    """
    asked = {"command": "faults"} if kind == LIST else _injection(kind, name, state)
    told = ask(find(Path()), asked)
    if as_json:
        click.echo(json.dumps(told, indent=2))
    elif kind == LIST:
        click.echo(_table(told))
    else:
        click.echo(_sentence(told["broken"]))


def _injection(kind: str, name: str | None, state: str | None) -> dict[str, Any]:
    if kind not in KINDS:
        raise DeclarationError(f"There is no fault of kind {kind!r}", USAGE)
    if not name or state not in ("on", "off"):
        raise DeclarationError("A fault needs a name and on or off", USAGE)
    return {"command": "fault", "kind": kind, "name": name, "on": state == "on"}


def _sentence(broken: dict[str, list[str]]) -> str:
    told = [f"{kind} {name}" for kind, names in broken.items() for name in names]
    return f"broken on purpose: {', '.join(told)}" if told else "nothing is broken on purpose"


def _table(told: dict[str, dict[str, list[str]]]) -> str:
    rows = [
        f"{kind:<9} {'on ' if name in told['broken'][kind] else 'off'} {name}"
        for kind, names in told["known"].items()
        for name in dict.fromkeys((*names, *told["broken"][kind]))
    ]
    return "\n".join(rows) or "there is nothing to break"
