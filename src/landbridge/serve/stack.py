"""Everything that runs together: the AWS API, the app, vantages, resolvers, the plain door, health checks."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from landbridge.capture.capture import FEEDING_SERVICES, Captured, capture
from landbridge.control.aws_api import AwsApi
from landbridge.control.change import Change
from landbridge.errors import LandbridgeError
from landbridge.model.identifiers import Arn
from landbridge.semantics.app_urls import app_urls
from landbridge.semantics.network.source import Source
from landbridge.semantics.network.source import vantage as vantage_source
from landbridge.serve.background import in_background
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.contexts import TlsContexts
from landbridge.serve.control_port import control_port
from landbridge.serve.corporate_links import announce_corporate_networks
from landbridge.serve.deployment import Deployment
from landbridge.serve.dns_server import dns_server
from landbridge.serve.door import plain_door
from landbridge.serve.driver import Driver
from landbridge.serve.exchange import Exchange
from landbridge.serve.health_checks import HealthChecks
from landbridge.serve.issued_certificates import IssuedCertificates, was_issued
from landbridge.serve.kept_state import bring_back, deploy_or_resume, redeploy_changes
from landbridge.serve.lending import lend_functions, make_fleet, read_tls_material
from landbridge.serve.live_world import LiveWorld
from landbridge.serve.moments import Moments
from landbridge.serve.ports import listening_socket
from landbridge.serve.running import RunningStack, announce, withdraw
from landbridge.serve.tls import TlsMaterial
from landbridge.serve.traces import TraceLog
from landbridge.serve.vantage import Vantage, vantage_server
from landbridge.trace.decision import Trace
from landbridge.trace.json_form import trace_to_json
from landbridge.trace.text import render_text

STATE_FOLDER = ".landbridge"
VANTAGE_OFFSETS = {"corporate": 1, "vpc": 2, "internet": 4}
DOOR_OFFSET, API_OFFSET, CONTROL_OFFSET, RESOLVER_OFFSET = 3, 5, 6, 10
DEFAULT_REGION = "eu-central-1"
DEFAULT_CONNECT_TIMEOUT_S = 2.0
WATCH_INTERVAL_S = 0.5
HEALTH_TICK_S = 0.5


class Report(Protocol):
    """Whoever tells the user what happens."""

    @property
    def shows_requests(self) -> bool:
        """Whether ``request`` is to be called at all."""

    def notice(self, text: str) -> None:
        """Something on the path is not modelled or could not be read."""

    def request(self, trace: Trace) -> None:
        """A request is over."""

    def function_line(self, function: str, line: str) -> None:
        """A line of a function's log."""

    def remark(self, text: str) -> None:
        """Anything else worth a line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose."""

    folder: Path
    """The app's folder; ``.landbridge`` is made in it."""
    has_app: bool = True
    """False to serve only the AWS API and the vantages."""
    port_base: int = 8440
    """Ports are counted from here; 0 takes free ones."""
    vantages: tuple[str, ...] = ()
    """Vantages besides ``corporate``, ``vpc`` and ``internet``."""
    state: Path | None = None
    """The folder in which the AWS API's state is kept; None to forget it at the end."""
    region: str = ""
    """Of the AWS API, where no app is declared; empty for the default."""
    corporate: tuple[IPv4Network, ...] = ()
    """The corporate networks, where no app is declared; empty for the static routes of VPN connections."""

    def port(self, offset: int) -> int:
        """The port at an offset, or 0 for any."""
        return self.port_base + offset if self.port_base else 0


Fill = Callable[[str, bool], Awaitable[None]]
"""Makes resources in the AWS API at a URL, which is empty or not, before anything else is served."""


class Stack:
    """A running stack; made by ``run_stack``."""

    def __init__(self, settings: Settings, report: Report) -> None:
        self._settings = settings
        self._report = report
        self._resources = contextlib.AsyncExitStack()
        self.state_folder = settings.folder / STATE_FOLDER
        self.state_folder.mkdir(mode=0o700, exist_ok=True)
        self.authority = CertificateAuthority(self.state_folder)
        self._issued_certificates = IssuedCertificates(self.authority)
        self.deployment = Deployment(settings.folder) if settings.has_app else None
        declaration = self.deployment.declaration if self.deployment else None
        self.region = declaration.region if declaration else settings.region or DEFAULT_REGION
        self._corporate = declaration.link.corporate if declaration else settings.corporate
        self._connect_timeout_s = declaration.connect_timeout_s if declaration else DEFAULT_CONNECT_TIMEOUT_S
        self._begins_empty = True
        self._told: set[str] = set()
        self._urls: tuple[str, ...] = (f"https://{declaration.domain}",) if declaration else ()
        self._vantage_urls: dict[str, str] = {}
        self._opening = asyncio.Lock()
        self._resolver_ports: dict[str, int] = {}

    async def start(self, fill: Fill | None = None) -> RunningStack:
        """Brings everything up, in the order in which one thing needs another; where to find it."""
        self._check_ports()
        captured = await asyncio.to_thread(self._deploy)
        moments, self.traces = (
            Moments(),
            TraceLog(self._report.request if self._report.shows_requests else None),
        )
        self.functions = make_fleet(self.api, self.state_folder / "functions", self._report.function_line)
        self._resources.push_async_callback(self.functions.close)
        self.live = LiveWorld(captured, self._capture, self._replaced)
        self.api.on_change(self._changed)
        self._replaced(captured)
        driver = Driver(self.functions, self.api.material.read_object, self._connect_timeout_s)
        self.checks = HealthChecks(driver, moments)
        self.api.material.set_target_health(self.checks.of_target)
        lend_functions(self.api, self.functions, asyncio.get_running_loop())
        self.exchange = Exchange(self.live, driver, self.checks, moments, self.traces)
        if fill is not None:
            await fill(self.api.endpoint_url, self._begins_empty)
            await self.filled()
        await self.checks.check_due(await self.live.current())
        self._contexts = TlsContexts(self.authority, self._read_certificate)
        await self._open_ports()
        self._in_background("checking health", self._check_health())
        if self.deployment is not None:
            self._in_background("watching files", self._watch_files())
        return await self._announce()

    async def filled(self) -> None:
        """After resources were made by someone else's hand: corporate networks announced, URLs known."""
        if self._corporate:
            await asyncio.to_thread(announce_corporate_networks, self.api, self._corporate)
        self._urls = app_urls((await self.live.current()).topology)

    async def stop(self) -> None:
        """Takes everything down; no process and no port is left."""
        await self._resources.aclose()

    def source_of(self, name: str) -> Source:
        """Where a vantage stands in the current topology."""
        world = self.live.world
        return world.remember(("vantage", name), lambda: vantage_source(world.topology, name))

    async def open_vantage(self, name: str) -> str:
        """The proxy URL of a vantage, opened at the first call."""
        async with self._opening:
            if name not in self._vantage_urls:
                self.source_of(name)  # an unknown name is the caller's mistake, told before a port is opened
                port = self._settings.port(VANTAGE_OFFSETS[name]) if name in VANTAGE_OFFSETS else 0
                vantage = Vantage(name, lambda: self.source_of(name))
                opened = await self._resources.enter_async_context(
                    vantage_server(vantage, self.exchange, self._contexts, port)
                )
                self._vantage_urls[name] = f"http://127.0.0.1:{opened}"
            return self._vantage_urls[name]

    def _read_certificate(self, arn: Arn) -> TlsMaterial | None:
        topology = self.live.world.topology
        certificate = topology.certificates.by_arn.get(arn)
        if certificate is not None and was_issued(certificate):
            return self._issued_certificates.material(certificate)
        return read_tls_material(self.api, topology, arn)

    def _check_ports(self) -> None:
        """A busy port is told before anything is deployed."""
        purposes = {
            API_OFFSET: "the AWS API",
            CONTROL_OFFSET: "the control of the stack",
            DOOR_OFFSET: "the door",
        }
        for name, offset in VANTAGE_OFFSETS.items():
            purposes[offset] = f"vantage {name}"
            purposes[RESOLVER_OFFSET + offset] = f"the DNS of vantage {name}"
        for offset, purpose in sorted(purposes.items()):
            listening_socket(self._settings.port(offset), purpose).close()

    def _deploy(self) -> Captured:
        self.api = AwsApi(self.region)
        self._resources.callback(self.api.close)
        state = self._settings.state
        if self.deployment is not None and state is not None:
            deploy_or_resume(self.deployment, self.api, self.authority, state, self._report.remark)
        elif self.deployment is not None:
            self.deployment.deploy(self.api, self.authority)
        elif state is not None:
            self._begins_empty = not bring_back(self.api, state, self._report.remark).calls
        self.api.serve(self._settings.port(API_OFFSET))
        return self._capture(None, None)

    def _redeploy_changes(self) -> tuple[str, ...]:
        assert self.deployment is not None
        if self._settings.state is None:
            return self.deployment.redeploy_changes(self.api)
        return redeploy_changes(self.deployment, self.api)

    def _capture(self, previous: Captured | None, services: frozenset[str] | None) -> Captured:
        return capture(
            self.api.client,
            account_id=self.api.account_id,
            region=self.region,
            corporate_networks=self._corporate,
            previous=previous,
            services=services,
        )

    def _changed(self, change: Change) -> None:
        if change.service in FEEDING_SERVICES:
            self.live.changed(change.service)

    def _replaced(self, captured: Captured) -> None:
        self.functions.update(captured.topology.functions.by_arn)
        for line in self.functions.notices:
            self._tell_once(line)
        for notice in captured.notices:
            self._tell_once(str(notice))

    def _tell_once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._report.notice(text)

    async def _open_ports(self) -> None:
        for name in (*VANTAGE_OFFSETS, *self._settings.vantages):
            try:
                await self.open_vantage(name)
            except LandbridgeError as problem:
                if name in self._settings.vantages or self.deployment is not None:
                    raise
                self._report.remark(f"vantage {name} is not open: {problem.message} ({problem.hint})")
                continue
            port = (
                self._settings.port(RESOLVER_OFFSET + VANTAGE_OFFSETS[name]) if name in VANTAGE_OFFSETS else 0
            )
            self._resolver_ports[name] = await self._resources.enter_async_context(
                dns_server(name, self._source_function(name), self.live.current, port)
            )
        self._door = await self._open_door()

    def _source_function(self, name: str) -> Callable[[], Source]:
        return lambda: self.source_of(name)

    async def _open_door(self) -> str:
        url = urlsplit(self._urls[0] if self._urls else "")
        if url.scheme != "https" or url.port is not None or "corporate" not in self._vantage_urls:
            return ""
        domain = url.hostname or ""
        app = self.deployment.declaration.name if self.deployment else domain.partition(".")[0]
        name = f"{app}.localhost"
        corporate = Vantage("corporate", self._source_function("corporate"))
        port = await self._resources.enter_async_context(
            plain_door(
                name, domain, corporate, self.exchange, self._contexts, self._settings.port(DOOR_OFFSET)
            )
        )
        return f"https://{name}:{port}{url.path}"

    async def _announce(self) -> RunningStack:
        token = secrets.token_urlsafe(24)
        commands = {"trace": self._take_trace, "vantage": self._open_vantage_for}
        port = await self._resources.enter_async_context(
            control_port(token, commands, self._settings.port(CONTROL_OFFSET))
        )
        running = RunningStack(
            process_id=os.getpid(),
            directory=str(self._settings.folder.resolve()),
            token=token,
            control_port=port,
            aws_endpoint_url=self.api.endpoint_url,
            region=self.region,
            url=self._urls[0] if self._urls else "",
            more_urls=self._urls[1:],
            door=self._door,
            ca=str(self.authority.certificate_path.resolve()),
            vantages=self._vantage_urls,
            resolvers=self._resolver_ports,
        )
        self.running_file = announce(running)
        self._resources.callback(withdraw, self.running_file)
        return running

    async def _take_trace(self, request: dict[str, Any]) -> dict[str, Any]:
        trace = self.traces.take(str(request.get("tag")))
        if trace is None:
            return {"error": "There is no trace of that request", "hint": ""}
        return {"trace": trace_to_json(trace), "text": render_text(trace, int(request.get("width", 110)))}

    async def _open_vantage_for(self, request: dict[str, Any]) -> dict[str, Any]:
        tag = str(request.get("tag"))
        self.traces.expect(tag)
        return {"proxy": await self.open_vantage(str(request.get("vantage")))}

    def _in_background(self, what: str, work: Coroutine[None, None, None]) -> None:
        task = in_background(
            what, work, lambda: self._report.notice(f"{what} has ended: start the stack again")
        )
        self._resources.push_async_callback(_cancelled, task)

    async def _check_health(self) -> None:
        while True:
            await asyncio.sleep(HEALTH_TICK_S)
            try:
                await self.checks.check_due(await self.live.current())
            except (LandbridgeError, OSError) as problem:
                self._tell_once(f"health checks stand still: {problem}")

    async def _watch_files(self) -> None:
        assert self.deployment is not None
        while True:
            await asyncio.sleep(WATCH_INTERVAL_S)
            try:
                done = await asyncio.to_thread(self._redeploy_changes)
            except (LandbridgeError, OSError) as problem:
                self._report.remark(f"not redeployed: {problem}")
                continue
            for part in done:
                self._report.remark(f"{part} redeployed")


@contextlib.asynccontextmanager
async def run_stack(
    settings: Settings, report: Report, fill: Fill | None = None
) -> AsyncIterator[tuple[Stack, RunningStack]]:
    """A stack that runs while the context lasts; filled before anything is served."""
    stack = Stack(settings, report)
    try:
        yield stack, await stack.start(fill)
    finally:
        await stack.stop()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))  # what it let rise has been logged
