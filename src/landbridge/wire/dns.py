"""DNS messages: bytes to a question, an answer's records to bytes; over UDP, and framed as over TCP.

RFC 1035 and RFC 6891 say what is on the wire; what the answer is, is not decided here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from landbridge.model.exchange import AnswerRecord

HEADER_SIZE_BYTES = 12
PLAIN_UDP_SIZE_BYTES = 512
"""What every client takes in one datagram; RFC 1035."""
LARGEST_UDP_SIZE_BYTES = 1232
"""What passes every network in one packet, however much more a client offers to take."""
LENGTH_SIZE_BYTES = 2
_RESPONSE_BIT = 0x80


@dataclass(frozen=True, slots=True)
class Question:
    """What a client asks: one name in lower case without the final dot, and one type such as ``A``."""

    id: int
    name: str
    type: str


def read_question(message: bytes) -> Question | None:
    """The question in a query, or None when it is not one that can be answered (``render_rejection``)."""
    query = _read_query(message)
    if query is None:
        return None
    asked = query.question[0]
    name = asked.name.to_text(omit_final_dot=True).lower()
    return Question(query.id, "" if name == "." else name, dns.rdatatype.to_text(asked.rdtype))


def render_answer(
    question_message: bytes,
    rcode: str,
    records: Iterable[AnswerRecord],
    authority: Iterable[AnswerRecord] = (),
    *,
    over_tcp: bool = False,
) -> bytes:
    """The whole answer to a query that ``read_question`` could read.

    ``rcode`` is a response code's name; ``NODATA`` is ``NOERROR`` without records. ``authority`` is for the
    SOA record of a negative answer. Over UDP an answer that is
    larger than the client takes is cut and marked so, and the client asks again over TCP. Records that have
    no form on the wire make it ``SERVFAIL``.
    """
    query = _read_query(question_message)
    if query is None:
        raise ValueError("not a query")
    response = dns.message.make_response(query, recursion_available=True, our_payload=LARGEST_UDP_SIZE_BYTES)
    response.set_rcode(dns.rcode.from_text("NOERROR" if rcode == "NODATA" else rcode))
    try:
        response.answer.extend(_record_sets(records))
        response.authority.extend(_record_sets(authority))
    except dns.exception.DNSException:
        response.answer.clear()
        response.authority.clear()
        response.set_rcode(dns.rcode.SERVFAIL)
    if over_tcp:
        return response.to_wire()
    return response.to_wire(max_size=_udp_size(query), prefer_truncation=True)


def render_rejection(message: bytes) -> bytes | None:
    """``FORMERR``, or ``NOTIMP`` for another operation than a query; None for what deserves no answer."""
    if len(message) < HEADER_SIZE_BYTES or message[2] & _RESPONSE_BIT:
        return None
    operation = message[2] >> 3 & 0x0F
    code = dns.rcode.FORMERR if operation == dns.opcode.QUERY else dns.rcode.NOTIMP
    flags = bytes([message[2] & 0x79 | _RESPONSE_BIT, _RESPONSE_BIT | code])
    return message[:2] + flags + bytes(HEADER_SIZE_BYTES - 4)


def frame(message: bytes) -> bytes:
    """The message as it goes over TCP: behind its length."""
    return len(message).to_bytes(LENGTH_SIZE_BYTES) + message


def take_frame(buffer: bytes) -> tuple[bytes | None, bytes]:
    """The first whole message of what came over TCP, None when it is not whole yet, and what is left."""
    end = LENGTH_SIZE_BYTES + int.from_bytes(buffer[:LENGTH_SIZE_BYTES])
    if len(buffer) < LENGTH_SIZE_BYTES or len(buffer) < end:
        return None, buffer
    return buffer[LENGTH_SIZE_BYTES:end], buffer[end:]


def _read_query(message: bytes) -> dns.message.Message | None:
    try:
        query = dns.message.from_wire(message)
    except (dns.exception.DNSException, ValueError):
        return None
    if query.opcode() != dns.opcode.QUERY or query.flags & dns.flags.QR or len(query.question) != 1:
        return None
    if query.question[0].rdclass != dns.rdataclass.IN:
        return None
    return query


def _record_sets(records: Iterable[AnswerRecord]) -> list[dns.rrset.RRset]:
    """Records of one name and type together, in the order in which a chain of names is followed."""
    groups = groupby(records, key=lambda record: (record.name, record.type, record.ttl))
    return [
        _record_set(name, type_, ttl, [record.value for record in group])
        for (name, type_, ttl), group in groups
    ]


def _record_set(name: str, type_: str, ttl: int, values: list[str]) -> dns.rrset.RRset:
    """Names are whole with and without the final dot, those in values too."""
    owner = dns.name.from_text(name)
    return dns.rrset.from_text_list(owner, ttl, "IN", type_, values, origin=dns.name.root, relativize=False)


def _udp_size(query: dns.message.Message) -> int:
    offered = query.payload if query.edns >= 0 else PLAIN_UDP_SIZE_BYTES
    return min(max(offered, PLAIN_UDP_SIZE_BYTES), LARGEST_UDP_SIZE_BYTES)
