"""All texts that a finite set of wildcard patterns can tell apart, each kind with a shortest example.

The patterns run side by side as one automaton, a bit for each place in each pattern. What a text has matched
so far is one number, so that walking over all numbers that can be reached meets every combination of patterns
that any text can match, the shortest text first. Characters that no pattern names are alike, and one of them
stands for all.
"""

import re
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from string import ascii_letters

from landbridge.errors import UnsupportedError
from landbridge.semantics.iam.patterns import Wildcard, read_pieces

MOST_STATES = 20_000
"""Of the automaton; beyond it nobody waits for the answer."""


class TooManyCellsError(UnsupportedError):
    """What was asked falls into more cells than anybody would wait for: the answer is unknown."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A run of literal texts and wildcards that a whole text has to fit."""

    pieces: tuple[str | Wildcard, ...]
    ignore_case: bool = False
    arn: bool = False
    """Whether in its first five parts a wildcard does not reach past a colon.

    AWS: "IAM JSON policy elements: Condition operators"
    """


@dataclass(frozen=True, slots=True)
class TextCell:
    """All texts that match exactly these patterns."""

    matched: frozenset[int]
    """Indices of patterns."""
    witness: str
    """One of these texts: the shortest, or a preferred one."""


def literal(text: str, *, ignore_case: bool = False) -> Pattern:
    """A pattern of one text."""
    return Pattern((text,) if text else (), ignore_case)


def wildcards(text: str, *, ignore_case: bool = False, arn: bool = False) -> Pattern:
    """A pattern as AWS writes them: ``*`` is any run of characters, ``?`` is one."""
    pieces = read_pieces(text, wildcards=True, variables=False)
    plain = tuple(each for each in pieces if isinstance(each, str | Wildcard))
    return Pattern(plain, ignore_case, arn and text != "*")


def partition(
    patterns: Sequence[Pattern], universe: Pattern | None = None, prefer: Iterable[str] = ()
) -> tuple[TextCell, ...]:
    """The cells of all texts that fit `universe`: any text there is in exactly one, and none is empty.

    A text of `prefer` becomes the witness of its cell, the first one first. Raises TooManyCellsError.
    """
    return _partition(tuple(patterns), universe or _EVERYTHING, tuple(prefer))


@lru_cache(maxsize=2048)
def _partition(
    patterns: tuple[Pattern, ...], universe: Pattern, prefer: tuple[str, ...]
) -> tuple[TextCell, ...]:
    """Remembered: the policies of an account ask for the same few things again and again."""
    automaton = _Automaton((*patterns, universe))
    witnesses = automaton.walk(len(patterns))
    preferred: dict[int, str] = {}
    for text in prefer:
        preferred.setdefault(automaton.read(text), text)
    return tuple(
        TextCell(automaton.matched(accepted, len(patterns)), preferred.get(accepted, witness))
        for accepted, witness in witnesses.items()
    )


_EVERYTHING = Pattern((Wildcard.ANY,))


class _Automaton:
    """The patterns side by side: one bit for each place in each pattern, the end included.

    A place is before a character that the pattern wants next; a ``*`` there lets it stay on any other.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._alphabet = _alphabet(patterns)
        self._advance = dict.fromkeys(self._alphabet, 0)
        self._stay = dict.fromkeys(self._alphabet, 0)
        self._start = 0
        self._ends: list[int] = []
        self._settled: dict[int, int] = {}
        """Places that any text may stay at, with the earlier places of the pattern: those add nothing."""
        first = 0
        for pattern in patterns:
            first = self._add(pattern, first)
        self._end_mask = sum(self._ends)
        self._settled_mask = sum(self._settled)

    def walk(self, universe: int) -> dict[int, str]:
        """The shortest text by the ends that it reaches, over all texts that end in that of `universe`."""
        shortest: dict[int, str] = {}
        wanted = self._ends[universe]
        alive = self._alive(universe)
        seen = {self._start}
        queue = deque([(self._start, "")])
        while queue:
            state, text = queue.popleft()
            if state & wanted:
                shortest.setdefault(state & self._end_mask, text)
            for character in self._alphabet:
                following = self._step(state, character)
                if following & alive and following not in seen:
                    seen.add(following)
                    queue.append((following, text + character))
            if len(seen) > MOST_STATES:
                raise TooManyCellsError(
                    f"{len(self._ends) - 1} patterns that overlap in too many ways",
                    hint="use fewer wildcards in one pattern",
                )
        return shortest

    def read(self, text: str) -> int:
        """The ends that the text reaches."""
        state = self._start
        for character in text:
            state = self._step(state, character if character in self._advance else self._alphabet[0])
        return state & self._end_mask

    def matched(self, accepted: int, count: int) -> frozenset[int]:
        """The first `count` patterns whose ends are among those reached."""
        return frozenset(index for index in range(count) if accepted & self._ends[index])

    def _step(self, state: int, character: str) -> int:
        following = ((state & self._advance[character]) << 1) | (state & self._stay[character])
        settled = following & self._settled_mask
        while settled:
            place = 1 << (settled.bit_length() - 1)
            following &= ~self._settled[place]
            settled &= following & (place - 1)
        return following

    def _alive(self, universe: int) -> int:
        """The places of the universe's pattern: without any of them no text fits any more."""
        before = self._ends[universe - 1] if universe else 0
        return (self._ends[universe] << 1) - (before << 1 or 1)

    def _add(self, pattern: Pattern, first: int) -> int:
        """The places of one more pattern, from bit `first` on; the first free bit after them."""
        place = first
        self._start |= 1 << first
        colons = 0
        for piece in pattern.pieces:
            bounded = pattern.arn and colons < _BOUNDED_PARTS
            if piece is Wildcard.ANY:
                self._loop(place, first, bounded)
            elif piece is Wildcard.ONE:
                self._consume(place, self._but_colon(bounded))
                place += 1
            else:
                colons += piece.count(":")
                for character in piece:
                    self._consume(place, self._spellings(character, pattern.ignore_case))
                    place += 1
        self._ends.append(1 << place)
        return place + 1

    def _loop(self, place: int, first: int, bounded: bool) -> None:
        for character in self._but_colon(bounded):
            self._stay[character] |= 1 << place
        if not bounded:
            self._settled[1 << place] = (1 << place) - (1 << first)

    def _consume(self, place: int, characters: Iterable[str]) -> None:
        for character in characters:
            self._advance[character] |= 1 << place

    def _but_colon(self, bounded: bool) -> Iterable[str]:
        return (each for each in self._alphabet if not (bounded and each == ":"))

    def _spellings(self, character: str, ignore_case: bool) -> Iterable[str]:
        return _same_letters(character) if ignore_case else character


_BOUNDED_PARTS = 5
_LIKELY = "xyzwvutsrqponmlkjihgfedcba0123456789-_"


def _alphabet(patterns: Iterable[Pattern]) -> tuple[str, ...]:
    """A character that no pattern names, then all that they do, in every case where case does not count."""
    named: set[str] = set()
    for pattern in patterns:
        named.update([":"] if pattern.arn else [])
        for piece in pattern.pieces:
            if isinstance(piece, str):
                named.update(piece)
                named.update(*map(_same_letters, piece) if pattern.ignore_case else ())
    strangers = chain(_LIKELY, map(chr, range(0x100, 0x3000)))
    return (next(each for each in strangers if each not in named), *sorted(named))


@lru_cache(maxsize=512)
def _same_letters(character: str) -> frozenset[str]:
    """Every character that is this one but for its case; to regular expressions the Kelvin sign is a k."""
    candidates = _IN_TWO_CASES if character.isascii() else _every_character()
    return frozenset(re.findall(re.escape(character), candidates, re.IGNORECASE)) | {character}


_IN_TWO_CASES = ascii_letters + "\u0130\u0131\u017f\u212a"
"""ASCII letters, and those beyond that are one of them but for the case."""


def _every_character() -> str:
    surrogates = range(0xD800, 0xE000)
    return "".join(chr(code) for code in range(sys.maxunicode + 1) if code not in surrogates)
