"""``landbridge trace``: one real request through a running stack, hop by hop."""

import http.client
import json
import re
import secrets
import shutil
import ssl
import sys
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import click

from landbridge.cli.asking import PATIENCE_S, ask
from landbridge.errors import DeclarationError
from landbridge.serve.running import RunningStack, find

TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
PASSED = ("delivered", "rehearsed")
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@click.command()
@click.argument("url")
@click.option(
    "--from",
    "vantage",
    default="corporate",
    show_default=True,
    help="corporate, vpc, internet, client-vpn, other-account, corporate/ADDRESS, or any address.",
)
@click.option("-X", "--request", "method", help="The method; GET, or POST when there is a body.")
@click.option("-H", "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="One more header.")
@click.option("-d", "--data", help="The body.")
@click.option("--json", "as_json", is_flag=True, help="The trace as JSON.")
@click.option("--dry-run", is_flag=True, help="Decide everything up to the backend, and run nothing.")
def trace(
    url: str,
    vantage: str,
    method: str | None,
    headers: tuple[str, ...],
    data: str | None,
    as_json: bool,
    dry_run: bool,
) -> None:
    """Send one request to URL and show every hop: verdict, reason, what was compared.

    Exit code 0 when every hop let it pass, 1 when one stopped it.
    """
    parts = _parts(url)
    method = _method(method or ("GET" if data is None else "POST"))
    sent = _headers(headers)
    running = find(Path())
    tag = secrets.token_hex(8)
    opened = ask(running, {"command": "vantage", "vantage": vantage, "tag": tag, "dry_run": dry_run})
    note = _send(running, opened["proxy"], tag, parts, method, sent, data)
    shown = ask(
        running, {"command": "trace", "tag": tag, "width": shutil.get_terminal_size((110, 24)).columns}
    )
    if as_json:
        click.echo(json.dumps(shown["trace"], indent=2))
    else:
        click.echo(shown["text"] + (f"\n{note}" if note else ""))
    hops = shown["trace"]["hops"]
    passed = shown["trace"]["outcome"] in PASSED and all(hop["verdict"] == "allowed" for hop in hops)
    sys.exit(0 if passed else 1)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        port_is_good = parts.port is None or parts.port > 0
        (parts.hostname or "").encode("idna")
    except ValueError as error:
        raise DeclarationError(
            f"{url!r} is no URL: {error}", "for example https://orders.corp.example/"
        ) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_good:
        raise DeclarationError(f"{url!r} is no http or https URL", "for example https://orders.corp.example/")
    if not (parts.path + parts.query).isascii() or " " in url:
        raise DeclarationError(f"{url!r} has characters that no URL has", "write them percent-encoded")
    return parts


def _method(name: str) -> str:
    if not TOKEN.fullmatch(name):
        raise DeclarationError(f"{name!r} is no HTTP method", "for example -X PUT")
    return name


def _headers(lines: tuple[str, ...]) -> dict[str, str]:
    headers = {"user-agent": ("User-Agent", "landbridge-trace"), "accept": ("Accept", "*/*")}
    for line in lines:
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not TOKEN.fullmatch(name) or not VALUE.fullmatch(value):
            raise DeclarationError(f"{line!r} is no header", "write -H 'Name: value'")
        headers[name.lower()] = name, value
    return dict(headers.values())


def _send(
    running: RunningStack,
    proxy: str,
    tag: str,
    parts: SplitResult,
    method: str,
    headers: dict[str, str],
    data: str | None,
) -> str:
    """Sends the request through the vantage; a note about what only a client can see, or nothing."""
    proxy_parts = urlsplit(proxy)
    assert proxy_parts.hostname is not None
    assert parts.hostname is not None
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=running.ca)
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            proxy_parts.hostname, proxy_parts.port, timeout=PATIENCE_S, context=context
        )
    else:
        connection = http.client.HTTPConnection(proxy_parts.hostname, proxy_parts.port, timeout=PATIENCE_S)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection.set_tunnel(parts.hostname, port, headers={"X-Landbridge-Trace": tag})
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, data.encode() if data is not None else None, headers)
        connection.getresponse().read()
    except ssl.SSLCertVerificationError as error:
        return f"The client does not trust the certificate: {error.verify_message}"
    except (OSError, http.client.HTTPException):
        return ""  # what the client saw is the trace's outcome
    finally:
        connection.close()
    return ""
