import json

from landbridge.semantics.functions.refusals import (
    bootstrap_missing,
    function_not_found,
    package_not_unzipped,
    request_too_large,
    throttled,
)


def test_lambda_words_each_refusal() -> None:
    refusals = (
        throttled(),
        function_not_found("arn:f"),
        request_too_large(6_291_457),
        package_not_unzipped(),
    )
    assert [(refusal.error_type, refusal.message) for refusal in refusals] == [
        ("TooManyRequestsException", "Rate Exceeded."),
        ("ResourceNotFoundException", "Function not found: arn:f"),
        (
            "RequestEntityTooLargeException",
            "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
        ),
        ("InvalidZipFileException", "Lambda could not unzip the deployment package."),
    ]


def test_a_custom_runtime_without_bootstrap_has_an_invalid_entrypoint() -> None:
    told = json.loads(bootstrap_missing("id-1"))
    assert told["errorType"] == "Runtime.InvalidEntrypoint"
    assert told["errorMessage"].startswith("RequestId: id-1 Error: Couldn't find valid bootstrap(s)")
