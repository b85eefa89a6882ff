"""The AWS API of one account and region on this machine: in process without sockets, and over HTTP."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import RLock
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from landbridge.control.change import Change, changes_nothing
from landbridge.control.dispatch import (
    Answer,
    OutsideTheLock,
    Request,
    answer,
    client_name,
    is_in_use,
    service_of,
)
from landbridge.control.hooks import hooks
from landbridge.control.http_server import HttpServer
from landbridge.control.journal.keeper import Keeper
from landbridge.control.material import Material
from landbridge.control.object_store import ObjectStore
from landbridge.control.service_calls import ServiceCalls
from landbridge.control.session import client_session, without_collections
from landbridge.control.state import forget_everything

ANNOUNCED = "announced "
"""Notes of what the corporate router announces begin with it; a link's id follows."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found in a state folder."""

    calls: int
    """How many were repeated; none in a new folder."""
    notes: Mapping[str, Any]
    differences: tuple[str, ...] = ()
    """What is answered otherwise than before, in words."""


class AwsApi:
    """moto's state, which is the process's: a new ``AwsApi`` begins empty and empties the one before.

    One lock is held around every call, so that calls have an order whoever makes them; a function that
    ``lambda:Invoke`` runs, runs outside it and may call the API itself.
    """

    def __init__(self, region: str, account_id: str = "123456789012") -> None:
        self.region = region
        self.account_id = account_id
        self._lock = RLock()
        self.material = Material(account_id, region, self._lock, self._create_logs)
        self.objects = ObjectStore(self.material, self.answer, region)
        self.services = ServiceCalls(self.answer, region)
        self._clients: dict[str, Any] = {}
        self._callbacks: list[Callable[[Change], None]] = []
        self._server: HttpServer | None = None
        self._state: Keeper | None = None
        self.reset()

    def client(self, service: str) -> Any:
        """A boto3 client whose calls are answered in this process; the same one at every call."""
        with self._lock:
            if service not in self._clients:
                with without_collections():
                    self._clients[service] = self._make_client(service)
            return self._clients[service]

    def offers(self, service: str) -> bool:
        """Whether there can be anything of a service: of one that nobody ever called there is nothing."""
        return is_in_use(service)

    def on_change(self, callback: Callable[[Change], None]) -> None:
        """`callback` is called after every call that may have changed something, in the caller's thread."""
        self._callbacks.append(callback)

    def announce(self, link_id: str, cidrs: Iterable[str]) -> None:
        """The corporate router announces exactly these prefixes over a link from now on.

        The link is a private virtual interface, or a VPN connection with dynamic routing. A router announces
        by BGP, so AWS has no call that does it for one.
        """
        prefixes = tuple(cidrs)
        with self._lock:
            if self._state:
                self._state.note(f"{ANNOUNCED}{link_id}", prefixes)
            hooks.announced[link_id] = prefixes
        self._tell(Change("directconnect", "Announce", self.region))

    def reset(self) -> None:
        """Everything is gone, hooks too, and no state is kept any more; clients and callbacks stay."""
        with self._lock:
            self._release_state()
            forget_everything()

    def keep_state(self, folder: Path, anew: bool = False) -> Kept:
        """What was kept in the folder is here again, and nothing else; what changes is kept from now on.

        `anew` forgets what was kept.
        HostError when another process holds the folder, or what is in it is damaged or of another version.
        """
        with self._lock:
            self.reset()
            try:
                self._state = Keeper(folder, self.account_id, anew)
            except BaseException:
                forget_everything()  # a part of it may have been repeated
                raise
            for name, prefixes in self._state.notes.items():
                if name.startswith(ANNOUNCED):
                    hooks.announced[name.removeprefix(ANNOUNCED)] = tuple(prefixes)
            return Kept(self._state.calls, dict(self._state.notes), tuple(map(str, self._state.differences)))

    def note(self, name: str, value: Any) -> None:
        """The value, JSON, is among the notes when the state is opened again; nothing where none is kept."""
        with self._lock:
            if self._state:
                self._state.note(name, value)

    def serve(self, port: int = 0) -> None:
        """The same API over HTTP on 127.0.0.1; port 0 takes any free one. See ``endpoint_url``."""
        self._stop_serving()
        self._server = HttpServer(port, self.answer)

    @property
    def endpoint_url(self) -> str:
        """Where the API is served, for ``AWS_ENDPOINT_URL``; empty while it is not."""
        return self._server.url if self._server else ""

    def close(self) -> None:
        """No longer served over HTTP, and the state on disk is complete; resources and clients stay."""
        self._stop_serving()
        with self._lock:
            self._release_state()

    def answer(self, service: str, operation: str, region: str, request: Request) -> Answer:
        """The API's answer to a request addressed to AWS's own host name; announces what it changed."""
        request.environ["HTTP_X_MOTO_ACCOUNT_ID"] = self.account_id
        try:
            with self._lock:
                answering = self._state.answer if self._state else answer
                answered = answering(service, operation, request)
        except OutsideTheLock as outside:
            return outside.work()
        if answered.status < 400 and not changes_nothing(operation):
            self._tell(Change(client_name(service), operation, region))
        return answered

    def _stop_serving(self) -> None:
        if self._server:
            self._server.close()
            self._server = None

    def _release_state(self) -> None:
        if self._state:
            self._state.close()
            self._state = None

    def _create_logs(self, operation: str, parameters: dict[str, str]) -> None:
        """A log group or stream made by a call, so that it is kept as one that a client made."""
        headers = {"X-Amz-Target": f"Logs_20140328.{operation}", "Content-Type": "application/x-amz-json-1.1"}
        url = f"https://logs.{self.region}.amazonaws.com/"
        request = Request.from_primitives("POST", url, headers, json.dumps(parameters))
        self.answer("logs", operation, self.region, request)

    def _make_client(self, service: str) -> Any:
        client = client_session().client(
            service,
            region_name=self.region,
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

        def send(event_name: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
            operation = event_name.rpartition(".")[2]
            moto_request = Request.from_primitives(request.method, request.url, request.headers, request.body)
            moto_service = service if service == "elbv2" else service_of(moto_request.host) or service
            answered = self.answer(moto_service, operation, client.meta.region_name, moto_request)
            return AWSResponse(request.url, answered.status, answered.headers, _RawBody(answered.body))

        client.meta.events.register("before-send", send)
        return client

    def _tell(self, change: Change) -> None:
        for callback in tuple(self._callbacks):
            callback(change)


class _RawBody(BytesIO):
    """A body as botocore reads one from a connection."""

    def stream(self, **_: Any) -> Any:
        """All of it."""
        yield self.read()
