import pytest

from landbridge.semantics.functions import errors

ID = "c0ffee00-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (
            errors.timed_out(ID, 1),
            '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: %s Error: '
            'Task timed out after 1.00 seconds"}',
        ),
        (
            errors.runtime_exited(ID, 0),
            '{"errorType":"Runtime.ExitError","errorMessage":"RequestId: %s Error: '
            'Runtime exited without providing a reason"}',
        ),
        (
            errors.runtime_exited(ID, 127),
            '{"errorType":"Runtime.ExitError","errorMessage":"RequestId: %s Error: '
            'Runtime exited with error: exit status 127"}',
        ),
        (
            errors.runtime_exited(ID, -9),
            '{"errorType":"Runtime.ExitError","errorMessage":"RequestId: %s Error: '
            'Runtime exited with error: signal: killed"}',
        ),
        (
            errors.out_of_memory(ID),
            '{"errorType":"Runtime.OutOfMemory","errorMessage":"RequestId: %s Error: '
            'Runtime exited with error: signal: killed"}',
        ),
    ],
)
def test_the_payload_of_an_error_that_lambda_writes(payload: bytes, expected: str) -> None:
    assert payload.decode() == expected % ID


def test_a_response_that_is_too_large_has_its_own_error() -> None:
    assert errors.response_too_large(errors.MAXIMUM_RESPONSE_BYTES) == (
        b'{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).",'
        b'"errorType":"Function.ResponseSizeTooLarge"}'
    )


@pytest.mark.parametrize(
    ("signal", "name"), [(11, "segmentation fault"), (15, "terminated"), (64, "signal 64")]
)
def test_a_signal_is_called_by_its_name(signal: int, name: str) -> None:
    assert errors.exit_message(-signal) == f"Runtime exited with error: signal: {name}"
