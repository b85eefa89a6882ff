"""How safe a request is to pass on: two readers may disagree about where an odd one ends.

A request whose end is in doubt is never read at all, whatever the mode (``wire/http1.py``): ``monitor`` is
stricter here than on AWS.

AWS: "Edit attributes for your Application Load Balancer"
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import lru_cache

from landbridge.model.exchange import HttpRequest, Irregularity, MalformedReason, names_of
from landbridge.semantics.load_balancing.attributes import DesyncMode


class Classification(StrEnum):
    """How safe a request is."""

    COMPLIANT = "Compliant"
    ACCEPTABLE = "Acceptable"
    AMBIGUOUS = "Ambiguous"
    SEVERE = "Severe"


class ClassificationReason(StrEnum):
    """Why a request is not compliant, in the words of the access log.

    AWS: "Access logs for your Application Load Balancer"
    """

    AMBIGUOUS_URI = "AmbiguousUri"
    BAD_CONTENT_LENGTH = "BadContentLength"
    BAD_HEADER = "BadHeader"
    BAD_METHOD = "BadMethod"
    BAD_TRANSFER_ENCODING = "BadTransferEncoding"
    BAD_URI = "BadUri"
    BAD_VERSION = "BadVersion"
    BOTH_TE_CL_PRESENT = "BothTeClPresent"
    DUPLICATE_CONTENT_LENGTH = "DuplicateContentLength"
    EMPTY_HEADER = "EmptyHeader"
    GET_HEAD_ZERO_CONTENT_LENGTH = "GetHeadZeroContentLength"
    MULTIPLE_CONTENT_LENGTH = "MultipleContentLength"
    MULTIPLE_TRANSFER_ENCODING_CHUNKED = "MultipleTransferEncodingChunked"
    NON_COMPLIANT_HEADER = "NonCompliantHeader"
    NON_COMPLIANT_VERSION = "NonCompliantVersion"
    SPACE_IN_URI = "SpaceInUri"
    SUSPICIOUS_HEADER = "SuspiciousHeader"
    UNDEFINED_CONTENT_LENGTH_SEMANTICS = "UndefinedContentLengthSemantics"
    UNDEFINED_TRANSFER_ENCODING_SEMANTICS = "UndefinedTransferEncodingSemantics"


@dataclass(frozen=True, slots=True)
class Classified:
    """The classification of a request and the first reason for it."""

    classification: Classification = Classification.COMPLIANT
    reason: ClassificationReason | None = None


class Treatment(Enum):
    """What becomes of a request."""

    ROUTE = "route it"
    ROUTE_AND_CLOSE = "route it, then close the connections to the client and the target"
    BLOCK = "answer 400 and close the connection"


def classify(request: HttpRequest) -> Classified:
    """How safe a request is; HTTP/2 frames leave no doubt about a message's end.

    AWS: "Edit attributes for your Application Load Balancer"
    """
    if not (request.irregularities or _looks_at_length(names_of(request.headers))):
        return COMPLIANT
    return COMPLIANT if request.version == "2" else _worst(request)


def classify_malformed(reason: MalformedReason) -> Classified:
    """How safe bytes are that could not be read; those too long or unknown to AWS's list are compliant.

    AWS: "Access logs for your Application Load Balancer"
    """
    severe = _SEVERE.get(reason)
    return Classified(Classification.SEVERE, severe) if severe else COMPLIANT


def treat(classified: Classified, mode: DesyncMode) -> Treatment:
    """What the mode does with a request of this classification.

    AWS: "Edit attributes for your Application Load Balancer"
    """
    return _TREATMENTS[mode].get(classified.classification, Treatment.ROUTE)


COMPLIANT = Classified()
_TREATMENTS = {
    DesyncMode.MONITOR: {},
    DesyncMode.DEFENSIVE: {
        Classification.AMBIGUOUS: Treatment.ROUTE_AND_CLOSE,
        Classification.SEVERE: Treatment.BLOCK,
    },
    DesyncMode.STRICTEST: {
        Classification.ACCEPTABLE: Treatment.BLOCK,
        Classification.AMBIGUOUS: Treatment.BLOCK,
        Classification.SEVERE: Treatment.BLOCK,
    },
}
_SEVERE = {
    MalformedReason.BAD_CONTENT_LENGTH: ClassificationReason.BAD_CONTENT_LENGTH,
    MalformedReason.BAD_HEADER: ClassificationReason.BAD_HEADER,
    MalformedReason.BAD_METHOD: ClassificationReason.BAD_METHOD,
    MalformedReason.BAD_TARGET: ClassificationReason.BAD_URI,
    MalformedReason.BAD_TRANSFER_ENCODING: ClassificationReason.BAD_TRANSFER_ENCODING,
    MalformedReason.BAD_VERSION: ClassificationReason.BAD_VERSION,
    MalformedReason.CONFLICTING_LENGTH: ClassificationReason.MULTIPLE_CONTENT_LENGTH,
    MalformedReason.REPEATED_CHUNKED: ClassificationReason.MULTIPLE_TRANSFER_ENCODING_CHUNKED,
}
_IRREGULAR = {
    Irregularity.BOTH_LENGTHS: (Classification.AMBIGUOUS, ClassificationReason.BOTH_TE_CL_PRESENT),
    Irregularity.CONTROL_IN_HEADER: (Classification.ACCEPTABLE, ClassificationReason.NON_COMPLIANT_HEADER),
    Irregularity.CONTROL_IN_TARGET: (Classification.AMBIGUOUS, ClassificationReason.AMBIGUOUS_URI),
    Irregularity.EMPTY_HEADER_NAME: (Classification.AMBIGUOUS, ClassificationReason.EMPTY_HEADER),
    Irregularity.MINOR_VERSION: (Classification.ACCEPTABLE, ClassificationReason.NON_COMPLIANT_VERSION),
    Irregularity.REPEATED_LENGTH: (Classification.AMBIGUOUS, ClassificationReason.DUPLICATE_CONTENT_LENGTH),
    Irregularity.SPACE_IN_TARGET: (Classification.ACCEPTABLE, ClassificationReason.SPACE_IN_URI),
}
_LENGTH_LETTERS = frozenset(("contentlength", "transferencoding"))
_LENGTH_NAMES = frozenset(("content-length", "transfer-encoding"))


@lru_cache(maxsize=128)
def _looks_at_length(names: tuple[str, ...]) -> bool:
    """Whether one of the headers tells the body's length, or may seem to."""
    return any(_letters(name) in _LENGTH_LETTERS for name in names)


def _letters(name: str) -> str:
    """What is left of a name after normalisations that servers are known for."""
    plain = name.replace("\u00c5\u00bf", "s").replace("\u00c4\u00b1", "i")  # the long s, the dotless i
    return "".join(filter(str.isalnum, plain.lower()))


def _worst(request: HttpRequest) -> Classified:
    found = [*_of_headers(request), *(_IRREGULAR[irregularity] for irregularity in request.irregularities)]
    for classification in (Classification.AMBIGUOUS, Classification.ACCEPTABLE):
        for graver, reason in found:
            if graver is classification:
                return Classified(graver, reason)
    return COMPLIANT


def _of_headers(request: HttpRequest) -> list[tuple[Classification, ClassificationReason]]:
    found = []
    names = {name.lower() for name, _ in request.headers}
    others = (name for name, _ in request.headers if name.lower() not in _LENGTH_NAMES)
    if any(_letters(name) in _LENGTH_LETTERS for name in others):
        found.append((Classification.AMBIGUOUS, ClassificationReason.SUSPICIOUS_HEADER))
    bodiless = request.method in ("GET", "HEAD")
    if "transfer-encoding" in names and (bodiless or request.version == "1.0"):
        reason = ClassificationReason.UNDEFINED_TRANSFER_ENCODING_SEMANTICS
        found.append((Classification.AMBIGUOUS, reason))
    if "content-length" in names and bodiless:
        found.append(_GET_WITH_BODY if request.body else _GET_WITH_ZERO_LENGTH)
    return found


_GET_WITH_BODY = (Classification.AMBIGUOUS, ClassificationReason.UNDEFINED_CONTENT_LENGTH_SEMANTICS)
_GET_WITH_ZERO_LENGTH = (Classification.ACCEPTABLE, ClassificationReason.GET_HEAD_ZERO_CONTENT_LENGTH)
