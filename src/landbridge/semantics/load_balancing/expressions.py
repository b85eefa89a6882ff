"""Regular expressions as rules know them: matched in linear time, without what AWS leaves out.

AWS: "Listener rules for your Application Load Balancer"
"""

import re
from collections.abc import Callable

import re2

MOST_CHARACTERS_OF_A_CONDITION = 128
MOST_CHARACTERS_OF_A_TRANSFORM = 1024


def compile_search(expressions: tuple[str, ...], ignore_case: bool) -> Callable[[str], bool]:
    """Whether one of the expressions matches somewhere in a text; anchors are the writer's to set."""
    options = _options(ignore_case)
    searches = [re2.compile(expression, options).search for expression in expressions]
    if len(searches) == 1:
        (search,) = searches
        return lambda text: search(text) is not None
    return lambda text: any(search(text) is not None for search in searches)


def compile_rewrite(expression: str, replacement: str, ignore_case: bool) -> Callable[[str], str | None]:
    """The text with its first match replaced; None where nothing matches.

    ``$1`` stands for the first group; a group that is missing or took no part is empty, as was seen on AWS.

    AWS: "Transforms for listener rules"
    """
    search = re2.compile(expression, _options(ignore_case)).search
    literal, *references = _REFERENCE.split(replacement)

    def rewrite(text: str) -> str | None:
        found = search(text)
        if found is None:
            return None
        groups = (found.group(), *found.groups())
        parts = [text[: found.start()], literal]
        for number, following in zip(references[::2], references[1::2], strict=True):
            place = int(number)
            parts += [(groups[place] or "") if place < len(groups) else "", following]
        return "".join((*parts, text[found.end() :]))

    return rewrite


def fault_of(expression: str) -> str:
    """Why AWS refuses the expression; empty where it does not.

    Look-around, back references, atomic groups, possessive quantifiers, recursion, subroutines and Unicode
    character classes are not supported.

    AWS: "Listener rules for your Application Load Balancer"
    """
    if not expression:
        return "it is empty"
    if any(escape[1] in "pP" for escape in _ESCAPE.findall(expression)):
        return "Unicode character classes are not supported"
    try:
        re2.compile(expression, _options(ignore_case=False))
    except re2.error as refused:
        (reason,) = refused.args
        return reason.decode() if isinstance(reason, bytes) else str(reason)
    return ""


_REFERENCE = re.compile(r"\$([0-9])")
_ESCAPE = re.compile(r"\\.", re.DOTALL)


def _options(ignore_case: bool) -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    return options
