import asyncio
import base64
import hashlib
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.serve.functions.fleets import ROLE, Trial, open_trial, pack, run

from landbridge.model.functions import Alias
from landbridge.model.identifiers import Arn
from landbridge.semantics.needs import Invoked, InvokeRefused, InvokeTimedOut
from landbridge.serve.functions.runtimes import HERE

TELL = """
import json, os, sys
def handler(event, context):
    return {
        "variables": dict(os.environ), "path": sys.path, "cwd": os.getcwd(), "flags": sys.flags.no_user_site,
        "context": {
            "request_id": context.aws_request_id, "arn": context.invoked_function_arn,
            "name": context.function_name, "memory": context.memory_limit_in_mb,
            "stream": context.log_stream_name, "left": context.get_remaining_time_in_millis(),
        },
    }
"""


def test_a_function_answers_with_what_its_handler_returns(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders")
            answer = await fleet.answer(arn, b'{"order": 7}')
            assert json.loads(answer.payload) == {"order": 7}
            assert answer.function_error == ""

    run(trial())


def test_a_function_sees_the_environment_that_aws_documents_and_nothing_of_the_host(tmp_path: Path) -> None:
    async def trial() -> None:
        os.environ["LANDBRIDGE_TEST_SECRET"] = "of the host"
        try:
            async with open_trial(tmp_path) as fleet:
                arn = fleet.deploy("orders", TELL, environment=(("TABLE", "orders"), ("TZ", "Europe/Berlin")))
                told = json.loads((await fleet.answer(arn)).payload)
        finally:
            del os.environ["LANDBRIDGE_TEST_SECRET"]
        variables, context = told["variables"], told["context"]
        root = variables["LAMBDA_TASK_ROOT"]
        stream = variables.pop("AWS_LAMBDA_LOG_STREAM_NAME")
        assert variables.pop("AWS_LAMBDA_RUNTIME_API").startswith("127.0.0.1:")
        assert variables.pop("PYTHONPATH") == variables.pop("LAMBDA_RUNTIME_DIR")
        assert variables.pop("AWS_EXECUTION_ENV") == f"AWS_Lambda_{HERE}"
        assert set(variables) - {"_", "OLDPWD"} == {
            "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION",
            "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS",
            "_AWS_XRAY_DAEMON_ADDRESS", "_AWS_XRAY_DAEMON_PORT", "LAMBDA_TASK_ROOT", "LANG", "LC_CTYPE",
            "TZ", "PATH", "PWD", "SHLVL", "_HANDLER", "_X_AMZN_TRACE_ID", "TABLE", "AWS_ENDPOINT_URL",
            "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED",
        }  # fmt: skip
        assert variables["AWS_ACCESS_KEY_ID"] == f"key of {ROLE}"
        assert variables["_X_AMZN_TRACE_ID"] == "Root=1-a-b"
        assert variables["TABLE"] == "orders"
        assert variables["TZ"] == "Europe/Berlin"
        assert told["path"][0] == told["cwd"] == variables["PWD"] == root
        assert context["arn"] == arn
        assert context["stream"] == stream
        assert context["memory"] == "256"
        assert 0 < context["left"] <= 10_000

    run(trial())


def test_a_function_sees_the_packages_of_the_runtime_and_not_those_of_landbridge(tmp_path: Path) -> None:
    source = """
import importlib.util
def handler(event, context):
    return [name for name in event if importlib.util.find_spec(name) is not None]
"""

    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", source)
            names = ["awslambdaric", "boto3", "botocore", "s3transfer", "urllib3", "dateutil", "six"]
            others = ["landbridge", "moto", "pytest", "click", "uvloop", "psutil", "pip"]
            found = json.loads((await fleet.answer(arn, json.dumps(names + others).encode())).payload)
            assert found == names

    run(trial())


def test_an_error_of_the_handler_is_told_by_the_runtime_and_leaves_the_environment_warm(
    tmp_path: Path,
) -> None:
    source = """
import os
def handler(event, context):
    if event: raise KeyError("no such order")
    return os.getpid()
"""

    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", source)
            before = await fleet.answer(arn)
            failed = await fleet.answer(arn, b'{"order": 7}')
            after = await fleet.answer(arn)
            told = json.loads(failed.payload)
            assert failed.function_error == "Unhandled"
            assert list(told) == ["errorMessage", "errorType", "requestId", "stackTrace"]
            assert (told["errorType"], told["requestId"]) == ("KeyError", failed.request_id)
            assert before.payload == after.payload

    run(trial())


def test_a_change_of_code_makes_new_environments_while_an_old_one_finishes(tmp_path: Path) -> None:
    old = """
import os, time
def handler(event, context):
    print("begun")
    while not os.path.exists(event): time.sleep(0.002)
    return "old"
"""

    async def trial() -> None:
        async with open_trial(tmp_path / "fleet") as fleet:
            arn = fleet.deploy("orders", old)
            gate = tmp_path / "gate"
            slow = asyncio.create_task(fleet.answer(arn, json.dumps(str(gate)).encode()))
            await fleet.hear(1)
            fleet.deploy("orders", "def handler(event, context): return 'new'")
            assert (await fleet.answer(arn)).payload == b'"new"'
            gate.touch()
            assert (await slow).payload == b'"old"'
            assert (await fleet.answer(arn)).payload == b'"new"'

    run(trial())


def test_a_function_that_does_not_exist_or_no_longer_does_is_not_found(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders")
            await fleet.answer(arn)
            fleet.fleet.update({})
            for missing in (arn, Arn("arn:aws:lambda:eu-west-1:123456789012:function:nope")):
                assert await fleet.invoke(missing) == InvokeRefused(
                    "ResourceNotFoundException", f"Function not found: {missing}"
                )

    run(trial())


def test_the_qualifier_latest_names_the_same_function(tmp_path: Path) -> None:
    source = "def handler(event, context): return context.invoked_function_arn"

    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", source)
            qualified = Arn(f"{arn}:$LATEST")
            assert json.loads((await fleet.answer(qualified)).payload) == qualified

    run(trial())


def test_runtimes_that_cannot_run_here_are_refused_and_noticed(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", runtime="nodejs20.x")
            refused = await fleet.invoke(arn)
            assert isinstance(refused, InvokeRefused)
            assert refused.error_type == "InvalidRuntimeException"
            assert "nodejs20.x" in refused.message
            assert fleet.fleet.notices == (refused.message,)

    run(trial())


def test_another_minor_version_of_python_runs_and_is_noticed(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", runtime="python3.9")
            assert (await fleet.answer(arn)).payload == b"{}"
            assert fleet.fleet.notices == (f"function orders declares python3.9 and runs on {HERE} here",)

    run(trial())


def test_a_package_that_is_no_zip_file_is_refused(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", b"no zip file")
            refused = await fleet.invoke(arn)
            assert isinstance(refused, InvokeRefused)
            assert refused.error_type == "InvalidZipFileException"

    run(trial())


def test_a_custom_runtime_runs_its_bootstrap(tmp_path: Path) -> None:
    bootstrap = f"""#!{Path(sys.executable).resolve()}
import http.client, os
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    event = api.getresponse()
    body = event.read()
    path = "/2018-06-01/runtime/invocation/" + event.headers["Lambda-Runtime-Aws-Request-Id"] + "/response"
    for wrong in ("/2018-06-01/runtime/invocation/other/response", "/2018-06-01/nowhere"):
        api.request("POST", wrong, b"{{}}")
        refused = api.getresponse()
        body += b"|%d %s" % (refused.status, refused.read().strip())
    api.request("POST", path, iter([body, b"|", os.environ["_HANDLER"].encode()]), encode_chunked=True,
                headers={{"Transfer-Encoding": "chunked"}})
    api.getresponse().read()
    api.request("POST", path, b"again")
    refused = api.getresponse()
    print(refused.status, refused.read(), flush=True)
"""

    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", pack(bootstrap=bootstrap), runtime="provided.al2023", handler="main")
            for _ in range(2):
                parts = (await fleet.answer(arn, b"event")).payload.split(b"|")
                assert parts[0] == b"event"
                assert parts[1] == b'400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}'
                assert parts[2].startswith(b"404 ")
                assert parts[3] == b"main"
            assert fleet.echoed[0][1].startswith("403 ")

    run(trial())


def test_a_custom_runtime_without_bootstrap_is_an_error_of_the_function(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", runtime="provided.al2023")
            answer = await fleet.answer(arn)
            assert answer.function_error == "Unhandled"
            assert json.loads(answer.payload)["errorType"] == "Runtime.InvalidEntrypoint"

    run(trial())


def test_closing_answers_who_still_waits_and_leaves_no_process(tmp_path: Path) -> None:
    source = "import os, time\ndef handler(event, context):\n    print(os.getpid())\n    time.sleep(60)\n"

    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", source)
            waiting = asyncio.create_task(fleet.invoke(arn))
            await fleet.hear(1)
        refused = await waiting
        assert isinstance(refused, InvokeRefused)
        assert refused.error_type == "ServiceException"
        try:
            os.kill(int(fleet.echoed[0][1]), 0)
        except ProcessLookupError:
            return
        raise AssertionError("the process is still there")

    run(trial())


def test_a_caller_that_stops_waiting_leaves_the_function_running(tmp_path: Path) -> None:
    source = """
import os, time
def handler(event, context):
    while not os.path.exists(event): time.sleep(0.002)
    print("done")
    return os.getpid()
"""

    async def trial() -> None:
        async with open_trial(tmp_path / "fleet") as fleet:
            arn = fleet.deploy("orders", source)
            gate = tmp_path / "gate"
            payload = json.dumps(str(gate)).encode()
            gate.touch()
            warm = await fleet.answer(arn, payload)
            gate.unlink()
            assert await fleet.invoke(arn, payload, timeout_ms=60) == InvokeTimedOut()
            gate.touch()
            again = await fleet.invoke(arn, payload)
            assert isinstance(again, Invoked)
            await fleet.hear(3)
            assert json.loads(warm.payload) > 0

    run(trial())


GATED = """
import os, time
def handler(event, context):
    print("begun")
    while not os.path.exists(event): time.sleep(0.002)
"""
WHICH = """
import os
def handler(event, context):
    version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
    return [RELEASE, version, context.function_version, context.invoked_function_arn, context.log_stream_name]
"""


def _publish(fleet: Trial, arn: Arn, *aliases: Alias, **configuration: Any) -> None:
    """Version 1 has the code that the function had before."""
    released = pack(app=WHICH.replace("RELEASE", "1"))
    version_arn = Arn(f"{arn}:1")
    fleet.code[version_arn] = released
    sha256 = base64.b64encode(hashlib.sha256(released).digest()).decode()
    latest = replace(fleet.functions[arn], **configuration)
    version = replace(latest, arn=version_arn, version="1", code_sha256=sha256)
    fleet.functions[arn] = replace(latest, versions=(version,), aliases=aliases)
    fleet.fleet.update(fleet.functions)


def test_each_version_runs_its_own_code_in_environments_of_its_own(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", WHICH.replace("RELEASE", "2"))
            live = Alias("live", "1"), Alias("canary", "$LATEST", (("1", 1.0),))
            _publish(fleet, arn, *live)
            for qualifier, version in (("", "$LATEST"), (":$LATEST", "$LATEST"), (":1", "1"), (":live", "1"),
                                       (":canary", "1")):  # fmt: skip
                answer = await fleet.answer(Arn(f"{arn}{qualifier}"))
                release = 1 if version == "1" else 2
                *told, stream = json.loads(answer.payload)
                assert told == [release, version, version, f"{arn}{qualifier}"]
                assert f"[{version}]" in stream
                assert answer.executed_version == version
            assert any(line.endswith("Version: 1") for line in fleet.lines("orders"))

    run(trial())


def test_a_qualifier_that_does_not_exist_is_not_found_and_neither_is_a_version_that_is_deleted(
    tmp_path: Path,
) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", WHICH.replace("RELEASE", "2"))
            _publish(fleet, arn, Alias("old", "7"))
            await fleet.answer(Arn(f"{arn}:1"))
            fleet.deploy("orders", WHICH.replace("RELEASE", "2"))
            for qualifier in ("1", "gone", "old"):
                missing = f"{arn}:{qualifier}"
                assert await fleet.invoke(Arn(missing)) == InvokeRefused(
                    "ResourceNotFoundException", f"Function not found: {missing}"
                )

    run(trial())


def test_reserved_concurrency_is_shared_by_all_versions(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", GATED)
            _publish(fleet, arn, reserved_concurrency=1)
            gate = tmp_path / "gate"
            running = asyncio.create_task(fleet.answer(arn, json.dumps(str(gate)).encode()))
            await fleet.hear(1)
            refused = await fleet.invoke(Arn(f"{arn}:1"))
            assert refused == InvokeRefused("TooManyRequestsException", "Rate Exceeded.")
            gate.touch()
            await running
            assert (await fleet.answer(Arn(f"{arn}:1"))).executed_version == "1"

    run(trial())
