import asyncio
import gzip
import logging
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from tests.serve.functions.fleets import run
from tests.serve.worlds import OFFICE, Bench, Functions
from tests.topologies import DOMAIN, private_app

from landbridge.model.exchange import HttpRequest, MalformedReason
from landbridge.model.storage import Bucket, Storage
from landbridge.model.topology import Topology
from landbridge.semantics.iam.parse import parse_policy
from landbridge.semantics.load_balancing.limits import refuse_malformed
from landbridge.semantics.load_balancing.log_delivery import LOG_DELIVERY
from landbridge.serve import access_logs
from landbridge.serve.access_logs import AccessLogs, PutObject
from landbridge.serve.exchange import CLIENT_GONE, Entrance, Exchange
from landbridge.serve.moments import Moments

REQUEST = HttpRequest("GET", "/api/orders", (("Host", DOMAIN),))
POLICY = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject",'
    f' "Principal": {{"Service": "{LOG_DELIVERY}"}}, "Resource": "arn:aws:s3:::logs/*"}}]}}'
)


def logged_app(policy: str = POLICY) -> Topology:
    topology = private_app()
    section = topology.load_balancing
    attributes = (("access_logs.s3.enabled", "true"), ("access_logs.s3.bucket", "logs"))
    balancer = replace(section.load_balancers[0], attributes=attributes)
    return replace(
        topology,
        load_balancing=replace(section, load_balancers=(balancer,)),
        storage=Storage((Bucket("logs", parse_policy(policy) if policy else None),)),
    )


class Logged:
    """A bench whose load balancer logs, the objects that were put, the notices that were given."""

    def __init__(
        self, topology: Topology, functions: Functions | None = None, put: PutObject | None = None
    ) -> None:
        self.bench = Bench(topology, functions)
        self.objects: list[tuple[str, str, bytes]] = []
        self.notices: list[str] = []
        self.logs = AccessLogs(put or self.put, self.notices.append)
        bench = self.bench
        self.exchange = Exchange(bench.live, bench.driver, bench.checks, Moments(), bench.traces, self.logs)

    def put(self, bucket: str, key: str, body: bytes) -> None:
        self.objects.append((bucket, key, body))

    async def enter(self) -> Entrance:
        _, connection = await self.exchange.connect(lambda: OFFICE, DOMAIN, 443)
        assert connection.door is not None
        return Entrance(
            "corporate", OFFICE, "https", DOMAIN, 443, connection.door, connection.hops, client_port=4711
        )

    def delivered(self) -> list[list[str]]:
        """The fields of the entries of every object, fields in quotation marks cut at their spaces."""
        self.logs.deliver(self.bench.live.world)
        return [
            entry.split()
            for _, _, body in self.objects
            for entry in gzip.decompress(body).decode().splitlines()
        ]


def test_each_request_is_an_entry_of_the_nodes_next_object() -> None:
    async def trial() -> None:
        logged = Logged(logged_app())
        entrance = await logged.enter()
        await logged.exchange.answer(entrance, REQUEST)
        logged.exchange.refuse(entrance, refuse_malformed(MalformedReason.BAD_METHOD))

        entries = logged.delivered()
        ((bucket, key, _),) = logged.objects
        assert bucket == "logs"
        assert key.startswith("AWSLogs/123456789012/elasticloadbalancing/eu-central-1/")
        assert key.endswith(".log.gz")
        assert [entry[8:10] for entry in entries] == [["200", "200"], ["400", "-"]]
        assert {entry[3] for entry in entries} == {f"{OFFICE.address}:4711"}
        assert entries[1][-6:-4] == ['"Severe"', '"BadMethod"']
        assert len({entry[-4] for entry in entries}) == 1

        logged.objects.clear()
        assert logged.delivered() == []

    run(trial())


def test_a_client_that_leaves_before_its_response_is_460() -> None:
    async def trial() -> None:
        functions = Functions(wait=asyncio.Event())
        logged = Logged(logged_app(), functions)
        task = asyncio.ensure_future(logged.exchange.answer(await logged.enter(), REQUEST))
        while not functions.invoked:  # noqa: ASYNC110
            await asyncio.sleep(0)
        task.cancel(CLIENT_GONE)
        with pytest.raises(asyncio.CancelledError):
            await task

        (entry,) = logged.delivered()
        assert (entry[8], entry[11]) == ("460", "0")

    run(trial())


def test_without_access_logs_nothing_is_kept() -> None:
    async def trial() -> None:
        logged = Logged(private_app())
        await logged.exchange.answer(await logged.enter(), REQUEST)
        assert logged.delivered() == []

    run(trial())


def test_a_bucket_that_does_not_admit_log_delivery_gets_nothing_and_a_notice_says_so() -> None:
    async def trial() -> None:
        logged = Logged(logged_app(policy=""))
        await logged.exchange.answer(await logged.enter(), REQUEST)
        assert logged.delivered() == []
        (notice,) = logged.notices
        assert "not delivered to logs" in notice
        assert LOG_DELIVERY in notice

    run(trial())


def test_entries_are_not_kept_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_logs, "MOST_ENTRIES", 2)

    async def trial() -> None:
        logged = Logged(logged_app())
        entrance = await logged.enter()
        for _ in range(3):
            await logged.exchange.answer(entrance, REQUEST)
        assert len(logged.delivered()) == 2

    run(trial())


def test_an_object_that_cannot_be_put_is_an_error_in_the_log_only(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(bucket: str, key: str, body: bytes) -> None:
        raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")

    async def trial() -> None:
        logged = Logged(logged_app(), put=refuse)
        await logged.exchange.answer(await logged.enter(), REQUEST)
        assert logged.delivered() == []
        assert "SlowDown" in caplog.text

    with caplog.at_level(logging.ERROR):
        run(trial())


def test_delivery_goes_on_at_its_interval() -> None:
    async def trial() -> None:
        put, loop = asyncio.Event(), asyncio.get_running_loop()

        def tell(bucket: str, key: str, body: bytes) -> None:
            loop.call_soon_threadsafe(put.set)

        logged = Logged(logged_app(), put=tell)
        work = logged.logs.deliver_regularly(lambda: logged.bench.live.world, 0.01)
        task = asyncio.ensure_future(work)
        await logged.exchange.answer(await logged.enter(), REQUEST)
        await asyncio.wait_for(put.wait(), 10)
        task.cancel()

    run(trial())
