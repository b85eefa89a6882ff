"""Everything that runs together: the AWS API, the app, vantages, resolvers, the plain door, health checks."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

from landbridge.capture.capture import FEEDING_SERVICES, Captured
from landbridge.control.change import Change
from landbridge.errors import LandbridgeError
from landbridge.semantics.app_urls import app_urls
from landbridge.semantics.fault_injection import refused_functions
from landbridge.serve.access_logs import AccessLogs
from landbridge.serve.account import Account
from landbridge.serve.background import in_background
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.contexts import TlsContexts
from landbridge.serve.control_port import control_port
from landbridge.serve.driver import Driver
from landbridge.serve.entrances import Entrances
from landbridge.serve.exchange import Exchange
from landbridge.serve.fault_commands import FaultCommands
from landbridge.serve.health_checks import HealthChecks
from landbridge.serve.http_client import HttpClient, trusting
from landbridge.serve.lending import lend_functions, lend_memory, make_fleet, read_trust_material
from landbridge.serve.live_world import LiveWorld
from landbridge.serve.log_commands import LogCommands
from landbridge.serve.moments import Moments
from landbridge.serve.request_metrics import RequestMetrics
from landbridge.serve.running import RunningStack, announce, withdraw
from landbridge.serve.service_calls import ServiceThreads
from landbridge.serve.settings import (
    CONTROL_OFFSET,
    DEFAULT_CONNECT_TIMEOUT_S,
    STATE_FOLDER,
    Report,
    Settings,
)
from landbridge.serve.span_export import SpanExport
from landbridge.serve.stage_logs import StageLogs
from landbridge.serve.traces import Listener, TraceLog, all_of
from landbridge.serve.user_secrets import user_secrets
from landbridge.trace.json_form import trace_to_json
from landbridge.trace.text import render_text

WATCH_INTERVAL_S = 0.5
HEALTH_TICK_S = 0.5

Fill = Callable[[str, bool], Awaitable[None]]
"""Makes resources in the AWS API at a URL, which is empty or not, before anything else is served."""


class Stack:
    """A running stack; made by ``run_stack``."""

    _running: RunningStack

    def __init__(self, settings: Settings, report: Report) -> None:
        self._settings = settings
        self._report = report
        self._resources = contextlib.AsyncExitStack()
        self.state_folder = settings.folder / STATE_FOLDER
        self.state_folder.mkdir(mode=0o700, exist_ok=True)
        self.authority = CertificateAuthority(self.state_folder)
        self.account = Account(settings, self.authority, report)
        declaration = self.account.deployment.declaration if self.account.deployment else None
        self._app_name = declaration.name if declaration else ""
        self._connect_timeout_s = declaration.connect_timeout_s if declaration else DEFAULT_CONNECT_TIMEOUT_S
        self._urls: tuple[str, ...] = (f"https://{declaration.domain}",) if declaration else ()
        self._told: set[str] = set()

    async def start(self, fill: Fill | None = None) -> RunningStack:
        """Brings everything up, in the order in which one thing needs another; where to find it."""
        self._settings.check_ports()
        self._resources.callback(self.account.close)
        captured = await asyncio.to_thread(self.account.open)
        self._make_functions(captured)
        self._make_exchange()
        if fill is not None:
            await fill(self.account.api.endpoint_url, self.account.begins_empty)
            await self.filled()
        await self.checks.check_due(await self.live.current())
        await self._entrances.open(self._app_name, self._urls, self._report.remark)
        self._in_background("checking health", self._check_health())
        deliver = self._access_logs.deliver_regularly(
            lambda: self.live.world, self._settings.access_log_interval_s
        )
        self._in_background("delivering access logs", deliver)
        if self.account.deployment is not None:
            self._in_background("watching files", self._watch_files())
        return await self._announce()

    async def filled(self) -> None:
        """After resources were made by someone else's hand: corporate networks announced, URLs known."""
        await asyncio.to_thread(self.account.announce_corporate_networks)
        self._urls = app_urls((await self.live.current()).topology)

    async def renewed(self) -> RunningStack | None:
        """Word of itself again after `filled`, with ports that can be opened now; None if nothing is new."""
        before = self._running
        await self._entrances.open(self._app_name, self._urls, self._report.remark)
        self._running = replace(before, **self._addresses())
        if self._running == before:
            return None
        self.running_file = announce(self._running)
        return self._running

    async def stop(self) -> None:
        """Takes everything down; no process and no port is left."""
        await self._resources.aclose()

    def _make_functions(self, captured: Captured) -> None:
        """Function processes, and the world they and everything else are decided on."""
        api = self.account.api
        self.functions = make_fleet(api, self.state_folder / "functions", self._report.function_line)
        self._resources.push_async_callback(self.functions.close)
        self.live = LiveWorld(captured, self.account.capture, self._replaced)
        api.on_change(self._changed)
        self._replaced(captured)
        lend_functions(api, self.functions, self.live, asyncio.get_running_loop())

    def _make_exchange(self) -> None:
        """Whatever answers requests, and the entrances to it."""
        api, moments = self.account.api, Moments()
        http = HttpClient(self._connect_timeout_s, trusting(self.authority))
        self._resources.callback(http.close)
        shown = self._report.request if self._report.shows_requests else None
        self.traces = TraceLog(all_of(shown, self._send_spans(http)))
        self._stage_logs = StageLogs(api.material, self._tell_once)
        self._resources.callback(self._stage_logs.flush)
        driver = Driver(
            self.functions,
            api.objects,
            self._connect_timeout_s,
            http,
            find_access_key=api.material.access_key,
            user_pool_keys=api.material.user_pool_keys,
            services=ServiceThreads(api.services),
            write_logs=self._stage_logs.write,
        )
        lend_memory(api, driver.memory, asyncio.get_running_loop())
        self.checks = HealthChecks(driver, moments)
        self._resources.push_async_callback(self.checks.close)
        api.material.set_target_health(self.checks.of_target)
        api.material.set_usage(driver.usage)
        self._access_logs = AccessLogs(self.account.put_object, self._tell_once)
        self._resources.push_async_callback(self._deliver_access_logs)
        self._logs = LogCommands(self.live, api.material, self._flush_logs, self._access_logs)
        secrets_of_users = user_secrets(self.state_folder, api.material.client_secret)
        metrics = RequestMetrics(lambda: self.live.world)
        api.material.set_metrics(metrics.take)
        self.exchange = Exchange(
            self.live, driver, self.checks, moments, self.traces, self._access_logs, secrets_of_users, metrics
        )
        contexts = TlsContexts(
            self.authority,
            lambda arn: self.account.certificate(self.live.world.topology, arn),
            lambda arn: read_trust_material(api, arn),
        )
        self._entrances = Entrances(self._settings, self.exchange, contexts, self._resources)

    def _send_spans(self, http: HttpClient) -> Listener | None:
        """Whoever sends traces to the collector that the user chose, if one was chosen."""
        settings = self._settings
        if not settings.collector:
            return None
        export = SpanExport(settings.collector, settings.collector_headers, http.send, self._tell_once)
        self._in_background("sending spans", export.send_all())
        return export.note

    def _flush_logs(self) -> None:
        self.functions.flush_logs()
        self._stage_logs.flush()

    async def _deliver_access_logs(self) -> None:
        await asyncio.to_thread(self._access_logs.deliver, self.live.world)

    def _changed(self, change: Change) -> None:
        if change.service in FEEDING_SERVICES:
            self.live.changed(change.service)

    def _replaced(self, captured: Captured) -> None:
        refused = refused_functions(self.live.world.topology)
        self.functions.update(captured.topology.functions.by_arn, refused)
        for line in self.functions.notices:
            self._tell_once(line)
        for notice in captured.notices:
            self._tell_once(str(notice))

    def _tell_once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._report.notice(text)

    async def _announce(self) -> RunningStack:
        token = secrets.token_urlsafe(24)
        faults = FaultCommands(self.live)
        commands = {"trace": self._take_trace, "vantage": self._open_vantage_for}
        commands |= {"networks": self._tell_networks}
        commands |= {"fault": faults.inject, "faults": faults.tell, "logs": self._logs.tell}
        port = await self._resources.enter_async_context(
            control_port(token, commands, self._settings.port(CONTROL_OFFSET))
        )
        self._running = RunningStack(
            process_id=os.getpid(),
            directory=str(self._settings.folder.resolve()),
            token=token,
            control_port=port,
            aws_endpoint_url=self.account.api.endpoint_url,
            region=self.account.region,
            ca=str(self.authority.certificate_path.resolve()),
            **self._addresses(),
        )
        self.running_file = announce(self._running)
        self._resources.callback(withdraw, self.running_file)
        return self._running

    def _addresses(self) -> dict[str, Any]:
        """What may become another one when resources change."""
        urls = {"url": self._urls[0] if self._urls else "", "more_urls": self._urls[1:]}
        return urls | self._entrances.addresses()

    async def _take_trace(self, request: dict[str, Any]) -> dict[str, Any]:
        trace = self.traces.take(str(request.get("tag")))
        if trace is None:
            return {"error": "There is no trace of that request", "hint": ""}
        return {"trace": trace_to_json(trace), "text": render_text(trace, int(request.get("width", 110)))}

    async def _tell_networks(self, request: dict[str, Any]) -> dict[str, Any]:
        """What no call of the AWS API tells of the corporate side and of local servers."""
        topology = (await self.live.current()).topology
        servers = {server.place: f"{server.host}:{server.host_port}" for server in topology.local_servers}
        return {"corporate": [str(block) for block in topology.corporate_networks], "servers": servers}

    async def _open_vantage_for(self, request: dict[str, Any]) -> dict[str, Any]:
        tag = str(request.get("tag"))
        self.traces.expect(tag, dry_run=bool(request.get("dry_run")))
        return {"proxy": await self._entrances.open_vantage(str(request.get("vantage")))}

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
                self.live.know_health(self.checks.known(self.live.world))
            except (LandbridgeError, OSError) as problem:
                self._tell_once(f"health checks stand still: {problem}")

    async def _watch_files(self) -> None:
        while True:
            await asyncio.sleep(WATCH_INTERVAL_S)
            try:
                done = await asyncio.to_thread(self.account.redeploy_changes)
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
