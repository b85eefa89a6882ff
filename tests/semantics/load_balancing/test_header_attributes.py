from dataclasses import replace

import pytest
from tests.topologies import private_app

from landbridge.model.exchange import HttpResponse
from landbridge.semantics.load_balancing.header_attributes import (
    ADDED,
    RENAMED,
    compile_header_attributes,
    modify_response,
    rename_request_headers,
)

(LISTENER, *_) = private_app().load_balancing.load_balancers[0].listeners
TLS = "routing.http.request.x_amzn_tls_version.header_name"
HSTS = "routing.http.response.strict_transport_security.header_value"
FRAME = "routing.http.response.x_frame_options.header_value"
SERVER = "routing.http.response.server.enabled"


def test_a_renamed_header_takes_the_place_of_the_clients_own() -> None:
    listener = replace(LISTENER, attributes=((TLS, "X-Tls"),))
    added = (("X-Forwarded-For", "10.0.0.1"), ("X-Amzn-TLS-Version", "TLSv1.3"))
    others = (("x-tls", "forged"), ("Accept", "*/*"))

    assert rename_request_headers(added, others, listener) == (
        ("X-Forwarded-For", "10.0.0.1"),
        ("X-Tls", "TLSv1.3"),
        ("Accept", "*/*"),
    )


@pytest.mark.parametrize(
    ("attributes", "headers"),
    [
        ((), (("Server", "awselb/2.0"), ("X-Frame-Options", "SAMEORIGIN"))),
        (((SERVER, "false"),), (("X-Frame-Options", "SAMEORIGIN"),)),
        (
            ((HSTS, "max-age=1"), (FRAME, "DENY")),
            (
                ("Server", "awselb/2.0"),
                ("Strict-Transport-Security", "max-age=1"),
                ("X-Frame-Options", "DENY"),
            ),
        ),
    ],
)
def test_a_listener_adds_and_replaces_headers_of_responses(
    attributes: tuple[tuple[str, str], ...], headers: tuple[tuple[str, str], ...]
) -> None:
    response = HttpResponse(200, (("Server", "awselb/2.0"), ("X-Frame-Options", "SAMEORIGIN")), b"x")

    changed = modify_response(response, replace(LISTENER, attributes=attributes))
    assert changed == replace(response, headers=headers)


def test_a_targets_own_server_header_is_not_hidden() -> None:
    response = HttpResponse(200, (("Server", "nginx"),))

    assert modify_response(response, replace(LISTENER, attributes=((SERVER, "false"),))) == response


def test_every_header_that_aws_lists_can_be_changed() -> None:
    attributes = [(f"routing.http.request.{name.replace('-', '_')}.header_name", "X") for name in RENAMED]
    attributes += [
        (f"routing.http.response.{name.lower().replace('-', '_')}.header_value", "y") for name in ADDED
    ]
    compiled = compile_header_attributes(tuple(attributes))

    assert (len(RENAMED), len(ADDED)) == (8, 10)
    assert set(compiled.renamed) == set(RENAMED)
    assert [name for name, _ in compiled.added] == list(ADDED)
