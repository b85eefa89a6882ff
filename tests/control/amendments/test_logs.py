import time
from typing import Any

from landbridge.control.amendments.logs import KEPT_EVENTS, SLACK
from landbridge.control.aws_api import AwsApi


def test_a_stream_keeps_its_last_ten_thousand_events(api: AwsApi) -> None:
    now = int(time.time() * 1000)
    for batch in range(13):
        api.material.write_log_events("group", "stream", [(now, f"{batch} {line}") for line in range(1000)])
    answer = api.client("logs").get_log_events(
        logGroupName="group", logStreamName="stream", startFromHead=False, limit=10
    )
    assert answer["events"][-1]["message"] == "12 999"
    backend = api.material._backend("logs")
    assert KEPT_EVENTS <= len(backend.groups["group"].streams["stream"].events) <= KEPT_EVENTS + SLACK


def test_events_put_over_the_api_are_read_back(api: AwsApi) -> None:
    logs = api.client("logs")
    logs.create_log_group(logGroupName="group")
    logs.create_log_stream(logGroupName="group", logStreamName="stream")
    event = {"timestamp": int(time.time() * 1000), "message": "hello"}
    logs.put_log_events(logGroupName="group", logStreamName="stream", logEvents=[event])
    assert [found["message"] for found in logs.filter_log_events(logGroupName="group")["events"]] == ["hello"]


def test_moto_still_lacks_a_limit_of_events() -> None:
    from moto.logs.models import LogGroup, LogStream

    from landbridge.control.amendments.amend import original_of

    log_group: Any = LogGroup
    stream = LogStream(log_group("123456789012", "eu-central-1", "group"), "stream")
    events = [{"timestamp": 0, "message": ""}] * (KEPT_EVENTS + SLACK + 1)
    original_of(LogStream, "put_log_events")(stream, events)
    assert len(stream.events) == len(events)
