import pytest

from landbridge.semantics.functions.log_lines import (
    Report,
    Status,
    end_line,
    init_report_line,
    init_start_line,
    report_line,
    start_line,
)


def test_start_and_end_name_the_request() -> None:
    assert start_line("id") == "START RequestId: id Version: $LATEST"
    assert end_line("id") == "END RequestId: id"


@pytest.mark.parametrize(
    ("runtime", "name"),
    [("python3.12", "python:3.12"), ("nodejs22.x", "nodejs:22"), ("provided.al2023", "provided:al2023")],
)
def test_the_first_line_of_an_environment_names_its_runtime(runtime: str, name: str) -> None:
    line = init_start_line(runtime, "v36", "eu-west-1", "07b8")
    assert line == (
        f"INIT_START Runtime Version: {name}.v36\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:07b8"
    )


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (
            Report("id", 15.74, 128, 56, 130.49),
            "REPORT RequestId: id\tDuration: 15.74 ms\tBilled Duration: 147 ms\tMemory Size: 128 MB\t"
            "Max Memory Used: 56 MB\tInit Duration: 130.49 ms",
        ),
        (
            Report("id", 15.0, 128, 56),
            "REPORT RequestId: id\tDuration: 15.00 ms\tBilled Duration: 15 ms\tMemory Size: 128 MB\t"
            "Max Memory Used: 56 MB",
        ),
        (
            Report("id", 3000.0, 128, 56, status=Status.TIMEOUT),
            "REPORT RequestId: id\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\t"
            "Max Memory Used: 56 MB\tStatus: timeout",
        ),
        (
            Report("id", 1.2, 128, 56, status=Status.ERROR, error_type="Runtime.ExitError"),
            "REPORT RequestId: id\tDuration: 1.20 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\t"
            "Max Memory Used: 56 MB\tStatus: error\tError Type: Runtime.ExitError",
        ),
    ],
)
def test_the_report_of_an_invocation(report: Report, expected: str) -> None:
    assert report_line(report) == expected


def test_an_initialisation_that_takes_too_long_is_reported() -> None:
    assert init_report_line(9999.81, "init", Status.TIMEOUT) == (
        "INIT_REPORT Init Duration: 9999.81 ms\tPhase: init\tStatus: timeout"
    )
