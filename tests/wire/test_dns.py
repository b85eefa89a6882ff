import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.model.exchange import AnswerRecord
from landbridge.wire.dns import (
    Question,
    frame,
    read_question,
    render_answer,
    render_rejection,
    take_frame,
)


def query(name: str = "Orders.Corp.Example.", record_type: str = "A", payload: int = 0) -> bytes:
    message = dns.message.make_query(name, record_type, use_edns=0 if payload else -1, payload=payload, id=7)
    return message.to_wire()


def test_a_question_is_read_in_lower_case_without_the_final_dot() -> None:
    assert read_question(query()) == Question(7, "orders.corp.example", "A")
    assert read_question(query(".", "NS")) == Question(7, "", "NS")
    assert read_question(query("a.example", "TYPE65400")) == Question(7, "a.example", "TYPE65400")


@pytest.mark.parametrize(
    ("rcode", "expected"),
    [
        ("NOERROR", dns.rcode.NOERROR),
        ("NODATA", dns.rcode.NOERROR),
        ("NXDOMAIN", dns.rcode.NXDOMAIN),
        ("SERVFAIL", dns.rcode.SERVFAIL),
        ("REFUSED", dns.rcode.REFUSED),
    ],
)
def test_an_answer_without_records_carries_the_code(rcode: str, expected: dns.rcode.Rcode) -> None:
    answer = dns.message.from_wire(render_answer(query(), rcode, ()))
    assert (answer.rcode(), answer.answer) == (expected, [])


def test_an_answer_repeats_the_question_and_says_that_recursion_is_available() -> None:
    answer = dns.message.from_wire(render_answer(query(), "NOERROR", ()))
    assert answer.id == 7
    assert answer.question[0].name.to_text() == "Orders.Corp.Example."
    assert answer.flags & (dns.flags.QR | dns.flags.RA | dns.flags.RD) == (
        dns.flags.QR | dns.flags.RA | dns.flags.RD
    )


def test_records_keep_the_order_of_the_chain_and_those_of_one_name_and_type_stay_together() -> None:
    records = (
        AnswerRecord("orders.corp.example", "CNAME", 300, "edge.corp.example"),
        AnswerRecord("edge.corp.example", "A", 60, "10.20.1.10"),
        AnswerRecord("edge.corp.example", "A", 60, "10.20.2.10"),
    )
    answer = dns.message.from_wire(render_answer(query("orders.corp.example."), "NOERROR", records))
    # Within a set the order is drawn anew for every answer, as Route 53 does.
    assert [sorted(record_set.to_text().splitlines()) for record_set in answer.answer] == [
        ["orders.corp.example. 300 IN CNAME edge.corp.example."],
        ["edge.corp.example. 60 IN A 10.20.1.10", "edge.corp.example. 60 IN A 10.20.2.10"],
    ]


@pytest.mark.parametrize(
    ("record_type", "value"),
    [
        ("TXT", '"v=spf1 -all"'),
        ("MX", "10 mail.corp.example."),
        ("NS", "ns-0.awsdns-00.com."),
        ("SOA", "ns-0.awsdns-00.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"),
        ("CAA", '0 issue "amazon.com"'),
    ],
)
def test_values_are_written_as_route_53_writes_them(record_type: str, value: str) -> None:
    record = AnswerRecord("orders.corp.example", record_type, 60, value)
    answer = dns.message.from_wire(
        render_answer(query("orders.corp.example.", record_type), "NOERROR", (record,))
    )
    assert answer.answer[0].to_text() == f"orders.corp.example. 60 IN {record_type} {value}"


def test_names_keep_the_case_that_the_client_wrote() -> None:
    record = AnswerRecord("orders.corp.example", "A", 60, "10.20.1.10")
    answer = dns.message.from_wire(render_answer(query(), "NOERROR", (record,)))
    assert answer.answer[0].name.to_text() == "Orders.Corp.Example."


def test_a_value_that_has_no_form_on_the_wire_is_a_server_failure() -> None:
    record = AnswerRecord("orders.corp.example", "A", 60, "not an address")
    answer = dns.message.from_wire(render_answer(query(), "NOERROR", (record,)))
    assert (answer.rcode(), answer.answer) == (dns.rcode.SERVFAIL, [])


MANY = tuple(AnswerRecord("orders.corp.example", "A", 60, f"10.20.1.{last}") for last in range(1, 61))


@pytest.mark.parametrize(
    ("payload", "over_tcp", "truncated", "largest"),
    [
        (0, False, True, 512),
        (100, False, True, 512),
        (1232, False, False, 1232),
        (4096, False, False, 1232),
        (0, True, False, 65535),
    ],
)
def test_an_answer_that_is_too_large_for_udp_is_cut_and_marked(
    payload: int, over_tcp: bool, truncated: bool, largest: int
) -> None:
    message = render_answer(query(payload=payload), "NOERROR", MANY, over_tcp=over_tcp)
    assert len(message) <= largest
    answer = dns.message.from_wire(message)
    assert bool(answer.flags & dns.flags.TC) is truncated
    if not truncated:
        assert len(answer.answer[0]) == len(MANY)


def test_even_a_client_that_takes_much_gets_no_more_than_passes_every_network() -> None:
    records = MANY + tuple(
        AnswerRecord("orders.corp.example", "A", 60, f"10.20.2.{last}") for last in range(1, 61)
    )
    message = render_answer(query(payload=4096), "NOERROR", records)
    assert len(message) <= 1232
    assert dns.message.from_wire(message).flags & dns.flags.TC


def _response() -> bytes:
    return render_answer(query(), "NOERROR", ())


def _two_questions() -> bytes:
    message = dns.message.make_query("a.example", "A", id=7)
    message.question.append(dns.message.make_query("b.example", "A").question[0])
    return message.to_wire()


def _update() -> bytes:
    message = query()
    return message[:2] + bytes([dns.opcode.UPDATE << 3]) + message[3:]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (query()[:-1], dns.rcode.FORMERR),
        (query() + b"junk", dns.rcode.FORMERR),
        (_two_questions(), dns.rcode.FORMERR),
        (_update(), dns.rcode.NOTIMP),
    ],
)
def test_a_message_that_is_no_query_is_rejected_with_its_id(message: bytes, code: dns.rcode.Rcode) -> None:
    assert read_question(message) is None
    rejection = render_rejection(message)
    assert rejection is not None
    answer = dns.message.from_wire(rejection)
    assert (answer.id, answer.rcode()) == (7, code)
    assert answer.flags & dns.flags.QR


@pytest.mark.parametrize("message", [b"", b"\x00" * 11, _response()])
def test_responses_and_fragments_get_no_answer(message: bytes) -> None:
    assert read_question(message) is None
    assert render_rejection(message) is None


def test_only_a_query_can_be_answered() -> None:
    with pytest.raises(ValueError, match="not a query"):
        render_answer(b"", "NOERROR", ())


@given(st.binary(max_size=80))
def test_any_bytes_are_a_question_or_rejected_and_never_raise(message: bytes) -> None:
    if read_question(message) is None:
        rejection = render_rejection(message)
        assert rejection is None or len(rejection) == 12
    else:
        assert render_answer(message, "NXDOMAIN", ())[:2] == message[:2]


@given(st.integers(0, len(query()) - 1), st.integers(0, 255))
def test_a_damaged_query_never_raises(position: int, value: int) -> None:
    message = bytearray(query(payload=1232))
    message[position] = value
    if read_question(bytes(message)) is None:
        render_rejection(bytes(message))
    else:
        render_answer(bytes(message), "NOERROR", MANY)


@given(st.lists(st.binary(max_size=40), max_size=4), st.binary(max_size=1))
def test_messages_over_tcp_come_apart_as_they_were_put_together(messages: list[bytes], rest: bytes) -> None:
    buffer = b"".join(frame(message) for message in messages) + rest
    taken: list[bytes] = []
    message, buffer = take_frame(buffer)
    while message is not None:
        taken.append(message)
        message, buffer = take_frame(buffer)
    assert (taken, buffer) == (messages, rest)


def test_a_message_that_is_not_whole_stays_in_the_buffer() -> None:
    whole = frame(b"abc")
    for cut in range(len(whole)):
        assert take_frame(whole[:cut]) == (None, whole[:cut])


def test_a_negative_answer_has_the_soa_in_its_authority_section() -> None:
    soa = AnswerRecord(
        "corp.example", "SOA", 300, "ns-0.awsdns-00.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 300"
    )
    answer = dns.message.from_wire(render_answer(query(), "NXDOMAIN", (), (soa,)))
    assert (answer.rcode(), answer.answer) == (dns.rcode.NXDOMAIN, [])
    assert [record_set.rdtype for record_set in answer.authority] == [dns.rdatatype.SOA]
