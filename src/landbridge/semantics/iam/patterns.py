"""Text patterns of the policy language, compiled once: wildcards, ARNs and policy variables."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from landbridge.errors import UnsupportedError
from landbridge.semantics.iam.request import Context

Matcher = Callable[[str, Context], bool]
"""Whether the text fits; the request context gives policy variables their values."""


class Wildcard(Enum):
    """What stands for other characters in a pattern."""

    ANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable, ``${aws:username}``, and the text that stands for it where the key is absent."""

    key: str
    default: str | None

    def resolve(self, context: Context) -> str | None:
        """Its one value; a key with several values is not a variable."""
        values = context.get(self.key, ())
        return values[0] if len(values) == 1 else self.default


Piece = str | Wildcard | Variable
"""A pattern is a run of literal texts, wildcards and variables."""


def compile_wildcards(values: Iterable[str], *, variables: bool = True) -> Matcher:
    """Whether a text fits any pattern: ``*`` is any run of characters, also ``/`` and ``:``; ``?`` is one.

    AWS: "IAM JSON policy elements: Resource"
    """
    return _any_of([_compile(read_pieces(value, wildcards=True, variables=variables)) for value in values])


def compile_equals(values: Iterable[str], *, variables: bool = True, ignore_case: bool = False) -> Matcher:
    """Whether a text equals any value; ``*`` and ``?`` mean themselves.

    AWS: "IAM JSON policy elements: Condition operators"
    """
    readings = [read_pieces(value, wildcards=False, variables=variables) for value in values]
    return _any_of([_compile(pieces, ignore_case=ignore_case) for pieces in readings])


def compile_arns(values: Iterable[str], *, variables: bool = True) -> Matcher:
    """Whether an ARN fits any pattern; in its first five parts a wildcard does not reach past a colon.

    AWS: "IAM JSON policy elements: Condition operators"
    """
    return _any_of([_compile_arn(value, variables) for value in values])


def variables_without_default(values: Iterable[str]) -> frozenset[str]:
    """The condition keys, in lower case, that the values need as policy variables.

    AWS: "IAM policy elements: Variables and tags"
    """
    pieces = [piece for value in values for piece in read_pieces(value, wildcards=False, variables=True)]
    return frozenset(piece.key for piece in pieces if isinstance(piece, Variable) and piece.default is None)


def read_pieces(value: str, *, wildcards: bool, variables: bool) -> tuple[Piece, ...]:
    """The pieces of a value, neighbouring literals joined; raises UnsupportedError for an unknown variable.

    AWS: "IAM policy elements: Variables and tags"
    """
    pieces: list[Piece] = []
    for found in (_PIECE if variables else _PIECE_2008).finditer(value):
        piece = _read_piece(found, wildcards)
        if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return tuple(pieces)


_PIECE = re.compile(r"\$\{(?P<variable>[^}]*)\}|(?P<wildcard>[*?])|(?P<literal>[^$*?]+|\$)", re.DOTALL)
_PIECE_2008 = re.compile(r"(?P<variable>(?!))|(?P<wildcard>[*?])|(?P<literal>[^*?]+)", re.DOTALL)
"""The version of 2008 knows no variables: there ``${aws:username}`` is plain text."""
_VARIABLE = re.compile(r"\s*(?P<key>[^,']*[^,'\s])\s*(?:,\s*'(?P<default>[^']*)'\s*)?")


def _read_piece(found: re.Match[str], wildcards: bool) -> Piece:
    variable = found["variable"]
    if variable is not None:
        return variable if variable in ("*", "?", "$") else _read_variable(variable)
    if found["wildcard"] is not None and wildcards:
        return Wildcard(found["wildcard"])
    return found[0]


def _read_variable(text: str) -> Variable:
    found = _VARIABLE.fullmatch(text)
    if found is None:
        raise UnsupportedError(f"the policy variable ${{{text}}}")
    return Variable(found["key"].strip().lower(), found["default"])


def _compile_arn(value: str, variables: bool) -> Matcher:
    pieces = read_pieces(value, wildcards=True, variables=variables)
    if pieces == (Wildcard.ANY,):
        return _anything
    if sum(piece.count(":") for piece in pieces if isinstance(piece, str)) < 5:
        raise UnsupportedError(f'the ARN pattern "{value}", which has fewer than six parts,')
    return _compile(pieces, arn=True)


def _compile(pieces: tuple[Piece, ...], *, ignore_case: bool = False, arn: bool = False) -> Matcher:
    """The cheapest matcher for the pieces; most policies need no regular expression."""
    if not any(isinstance(piece, Variable) for piece in pieces) and not ignore_case:
        literal = pieces[0] if pieces and isinstance(pieces[0], str) else ""
        if pieces in ((), (literal,)):
            return _EqualTo(literal)
        if pieces == (Wildcard.ANY,):
            return _anything
        if pieces == (literal, Wildcard.ANY) and not (arn and literal.count(":") < 5):
            return lambda text, context: text.startswith(literal)
    return _compile_expression(pieces, ignore_case, arn)


def _compile_expression(pieces: tuple[Piece, ...], ignore_case: bool, arn: bool) -> Matcher:
    flags = re.IGNORECASE if ignore_case else re.DOTALL
    variables = [piece for piece in pieces if isinstance(piece, Variable)]
    # The values of variables stand before the text, each closed by a NUL, and the pattern refers back to
    # them: so the expression is compiled once, and no character of a value can act as a wildcard.
    expression = re.compile(r"([^\0]*)\0" * len(variables) + _expression(pieces, arn), flags)
    if not variables:
        return lambda text, context: expression.fullmatch(text) is not None

    def matches(text: str, context: Context) -> bool:
        values = [variable.resolve(context) for variable in variables]
        known = [value for value in values if value is not None and "\0" not in value]
        subject = "\0".join([*known, text])
        return len(known) == len(values) and expression.fullmatch(subject) is not None

    return matches


def _expression(pieces: tuple[Piece, ...], arn: bool) -> str:
    """A regular expression that never backtracks from one ``*`` into an earlier one."""
    runs = [""]
    reaches: list[str] = []
    colons = variables = 0
    for piece in pieces:
        character = "[^:]" if arn and colons < 5 else "."
        match piece:
            case Wildcard.ANY:
                reaches.append(character)
                runs.append("")
            case Wildcard.ONE:
                runs[-1] += character
            case Variable():
                variables += 1
                runs[-1] += rf"(?:\{variables})"
            case str():
                colons += piece.count(":")
                runs[-1] += re.escape(piece)
    inner = zip(reaches[:-1], runs[1:-1], strict=True)
    skips = "".join(f"(?>{reach}*?{run})" for reach, run in inner)
    return runs[0] + skips + (f"{reaches[-1]}*{runs[-1]}" if reaches else "")


@dataclass(frozen=True, slots=True)
class _EqualTo:
    """A matcher of one literal text; several of them become one set."""

    literal: str

    def __call__(self, text: str, context: Context) -> bool:
        return text == self.literal


def _any_of(matchers: list[Matcher]) -> Matcher:
    literals = frozenset(matcher.literal for matcher in matchers if isinstance(matcher, _EqualTo))
    others = tuple(matcher for matcher in matchers if not isinstance(matcher, _EqualTo))
    if not others:
        return lambda text, context: text in literals
    if len(others) == 1 and not literals:
        return others[0]
    return lambda text, context: text in literals or any(match(text, context) for match in others)


def _anything(text: str, context: Context) -> bool:
    return True
