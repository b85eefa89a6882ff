"""An IAM policy document as values; what it means is ``semantics.iam``'s business.

AWS: "IAM JSON policy element reference"
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Principals:
    """The Principal or NotPrincipal element: pairs such as ``("AWS", "*")``."""

    negated: bool
    values: tuple[tuple[str, str], ...]
    """Pairs of type and value; a bare ``"*"`` is ``("*", "*")``."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator and key of a Condition block: all values of one key, any of which may match."""

    operator: str
    """As written: ``StringEquals``, ``ForAnyValue:StringLikeIfExists``."""
    key: str
    """As written; condition keys are compared without regard to case."""
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; element names are AWS's."""

    effect: str
    """``Allow`` or ``Deny``."""
    sid: str = ""
    principals: Principals | None = None
    actions: tuple[str, ...] = ()
    actions_negated: bool = False
    """True when the element was NotAction."""
    resources: tuple[str, ...] = ()
    resources_negated: bool = False
    conditions: tuple[Condition, ...] = ()
    position: int = 0
    """Its index in the document, from 0: how a statement without a Sid is cited."""
    unsupported: tuple[str, ...] = ()
    """Elements and operators that are not understood: the statement's effect is then unknown."""

    @property
    def name(self) -> str:
        """How to cite it: its Sid, or its place."""
        return self.sid or f"statement {self.position + 1}"


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A whole document with its text as AWS returns it; equal to another one that says the same."""

    statements: tuple[Statement, ...]
    text: str = field(default="", compare=False)
    version: str = "2012-10-17"
    """The language's version; policy variables exist from 2012-10-17 on, ``2008-10-17`` has none."""
