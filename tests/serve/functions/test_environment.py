import json
import os
import re
import signal
from pathlib import Path

import pytest
from tests.serve.functions.fleets import open_trial, reaped, run

ID = "[0-9a-f-]{36}"
UNHANDLED = "Unhandled"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import sys\ndef handler(e, c): sys.exit(3)", "exited with error: exit status 3"),
        ("import os\ndef handler(e, c): os._exit(0)", "exited without providing a reason"),
        ("import os\ndef handler(e, c): os.kill(os.getpid(), 9)", "exited with error: signal: killed"),
        ("import os\ndef handler(e, c): os.abort()", "exited with error: signal: aborted"),
        (
            "import ctypes\ndef handler(e, c): ctypes.string_at(0)",
            "exited with error: signal: segmentation fault",
        ),
    ],
)
def test_a_process_that_ends_is_a_runtime_exit_error_and_the_next_request_gets_a_new_one(
    tmp_path: Path, source: str, message: str
) -> None:
    first_only = source.replace("(e, c): ", "(e, c):\n  if e: return 'well'\n  ")

    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", first_only)
            answer = await fleet.answer(arn)
            assert answer.function_error == UNHANDLED
            assert json.loads(answer.payload) == {
                "errorType": "Runtime.ExitError",
                "errorMessage": f"RequestId: {answer.request_id} Error: Runtime {message}",
            }
            assert (await fleet.answer(arn, b"1")).payload == b'"well"'
            report = next(line for line in fleet.lines("orders") if line.startswith("REPORT"))
            assert report.endswith("\tStatus: error\tError Type: Runtime.ExitError")

    run(trial())


def test_a_process_killed_from_outside_while_idle_costs_no_request(tmp_path: Path) -> None:
    source = "import os\ndef handler(event, context): return os.getpid()"

    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", source)
            killed = json.loads((await fleet.answer(arn)).payload)
            os.kill(killed, signal.SIGKILL)
            await reaped(killed)
            answer = await fleet.answer(arn)
            assert answer.function_error == ""
            assert json.loads(answer.payload) != killed

    run(trial())


@pytest.mark.parametrize(
    ("source", "error_type", "message"),
    [
        ("import nope", "Runtime.ImportModuleError", "Unable to import module 'app': No module named 'nope'"),
        (
            "def",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app': invalid syntax (app.py, line 1)",
        ),
        ("x = 1", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("raise ValueError('no table')", "ValueError", "no table"),
    ],
)
def test_an_init_error_is_tried_again_in_the_first_invocation_and_is_its_result(
    tmp_path: Path, source: str, error_type: str, message: str
) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", source)
            answer = await fleet.answer(arn)
            told = json.loads(answer.payload)
            assert answer.function_error == UNHANDLED
            assert (told["errorType"], told["errorMessage"], told["requestId"]) == (error_type, message, "")
            own = [line for line in fleet.lines("orders") if re.match("INIT_|START|END|REPORT", line)]
            assert [line.split(" ")[0] for line in own] == [
                "INIT_START", "INIT_REPORT", "START", "INIT_REPORT", "END", "REPORT",
            ]  # fmt: skip
            assert own[1].endswith(f"Phase: init\tStatus: error\tError Type: {error_type}")
            assert own[3].endswith(f"Phase: invoke\tStatus: error\tError Type: {error_type}")
            assert "Init Duration" not in own[5]

    run(trial())


def test_a_process_that_ends_in_the_init_phase_is_a_runtime_exit_error(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", "import os\nos._exit(5)")
            told = json.loads((await fleet.answer(arn)).payload)
            assert told["errorType"] == "Runtime.ExitError"
            assert told["errorMessage"].endswith("Runtime exited with error: exit status 5")

    run(trial())


def test_an_init_phase_that_is_slow_once_goes_on_inside_the_invocation(tmp_path: Path) -> None:
    source = """
import os, time
try:
    os.mkdir(os.environ["MARK"])
except FileExistsError:
    pass
else:
    time.sleep(60)
def handler(event, context): return "well"
"""

    async def trial() -> None:
        mark = (("MARK", str(tmp_path / "mark")),)
        async with open_trial(tmp_path / "fleet", init_s=0.3) as fleet:
            arn = fleet.deploy("orders", source, environment=mark)
            assert (await fleet.answer(arn)).payload == b'"well"'
            lines = fleet.lines("orders")
            assert re.fullmatch(
                r"INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: timeout", lines[1]
            )
            assert lines[2].startswith("START")

    run(trial())


def test_a_process_that_never_connects_runs_into_the_timeout_of_the_function(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path, init_s=0.1) as fleet:
            arn = fleet.deploy("orders", "import time\ntime.sleep(60)", timeout_s=1)
            told = json.loads((await fleet.answer(arn)).payload)
            assert told["errorType"] == "Sandbox.Timedout"
            assert "INIT_REPORT" in fleet.lines("orders")[3]

    run(trial())


def test_a_timeout_kills_the_process_and_is_answered_and_reported(tmp_path: Path) -> None:
    source = (
        "import time\ndef handler(event, context):\n    print('sleeping')\n    time.sleep(60 if event else 0)"
    )

    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", source, timeout_s=1)
            answer = await fleet.answer(arn, b"1")
            assert answer.function_error == UNHANDLED
            assert json.loads(answer.payload) == {
                "errorType": "Sandbox.Timedout",
                "errorMessage": f"RequestId: {answer.request_id} Error: Task timed out after 1.00 seconds",
            }
            lines = fleet.lines("orders")
            assert lines[2] == "sleeping"
            assert re.search(r"\tDuration: 1000\.00 ms\t.*\tStatus: timeout$", lines[4])
            assert (await fleet.answer(arn, b"0")).payload == b"null"

    run(trial())


def test_more_memory_than_the_function_has_kills_it(tmp_path: Path) -> None:
    source = "import time\ndef handler(event, context):\n    kept = bytearray(400 << 20)\n    time.sleep(60)"

    async def trial() -> None:
        async with open_trial(tmp_path, sample_s=0.02) as fleet:
            arn = fleet.deploy("orders", source, memory_mb=128)
            told = json.loads((await fleet.answer(arn)).payload)
            assert told["errorType"] == "Runtime.OutOfMemory"
            assert told["errorMessage"].endswith("signal: killed")
            report = fleet.lines("orders")[-1]
            assert "Memory Size: 128 MB\tMax Memory Used: 128 MB" in report

    run(trial())


@pytest.mark.parametrize(("size", "fits"), [(6_291_554, True), (6_291_555, False)])
def test_a_response_may_be_as_large_as_lambda_allows(tmp_path: Path, size: int, fits: bool) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", "def handler(event, context): return 'x' * event")
            answer = await fleet.answer(arn, str(size).encode())
            if fits:
                assert len(answer.payload) == size + 2
            else:
                assert json.loads(answer.payload)["errorType"] == "Function.ResponseSizeTooLarge"
                assert (await fleet.answer(arn, b"1")).payload == b'"x"'

    run(trial())


def test_the_log_of_an_invocation_is_start_its_own_lines_end_and_report(tmp_path: Path) -> None:
    source = """
import logging, sys
print("loading")
def handler(event, context):
    print("one")
    logging.warning("two\\nlines")
    print("three", file=sys.stderr)
    sys.stdout.write("without an end")
"""

    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", source)
            await fleet.answer(arn)
            await fleet.answer(arn)
            patterns = [
                r"INIT_START Runtime Version: python:3\.\d+\.v\d+\tRuntime Version ARN: "
                r"arn:aws:lambda:eu-west-1::runtime:[0-9a-f]{64}",
                "loading",
            ]
            for init in (r"\tInit Duration: \d+\.\d\d ms", ""):
                patterns += [
                    rf"START RequestId: {ID} Version: \$LATEST",
                    "one",
                    r"\[WARNING\]\t.*\ttwo\nlines",
                    "three",
                    "without an end",
                    rf"END RequestId: {ID}",
                    rf"REPORT RequestId: {ID}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\t"
                    rf"Memory Size: 256 MB\tMax Memory Used: \d+ MB{init}",
                ]
            lines = fleet.lines("orders")
            assert len(lines) == len(patterns)
            for line, pattern in zip(lines, patterns, strict=True):
                assert re.fullmatch(pattern, line), line
            streams = {stream for _, stream, _ in fleet.logged}
            assert len(streams) == 1
            assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", streams.pop())
            own = ("loading", "one", "three", "without an end")
            assert [line for _, line in fleet.echoed if line in own] == [*own, *own[1:]]

    run(trial())


def test_garbage_on_standard_output_harms_nothing(tmp_path: Path) -> None:
    source = """
import os
def handler(event, context):
    os.write(1, os.urandom(300_000) + b"\\xa5\\x5a\\x00\\x03\\x00\\x00\\x10\\x00")
    return "well"
"""

    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", source)
            for _ in range(3):
                assert (await fleet.answer(arn)).payload == b'"well"'
            assert fleet.lines("orders")[-1].startswith("REPORT")

    run(trial())
