import pytest
from tests.semantics.api_gateway.calls import bare_deployment

from landbridge.semantics.api_gateway.media_types import (
    compile_binary_media_types,
    first_media_type,
    is_binary,
)


@pytest.mark.parametrize(
    ("binary", "header", "expected"),
    [
        ((), "image/png", False),
        (("image/png",), "image/png", True),
        (("Image/PNG",), "IMAGE/png; q=1", True),
        (("image/png",), "image/png, text/html", True),
        (("image/png",), "text/html, image/png", False),
        (("image/png",), "*/*", False),
        (("image/png",), None, False),
        (("application/json",), None, True),
        (("*/*",), None, True),
        (("*/*",), "text/plain", True),
    ],
)
def test_only_the_first_media_type_counts(
    binary: tuple[str, ...], header: str | None, expected: bool
) -> None:
    compiled = compile_binary_media_types(bare_deployment(binary_media_types=binary))
    assert is_binary(compiled, header) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [(None, "application/json"), ("", "application/json"), ("Text/HTML;charset=x, a/b", "text/html")],
)
def test_a_missing_media_type_is_json(header: str | None, expected: str) -> None:
    assert first_media_type(header) == expected
