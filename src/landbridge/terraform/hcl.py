"""Values and blocks in Terraform's language, formatted as ``terraform fmt`` would."""

import re
from collections.abc import Iterable, Mapping

INDENT = "  "
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def text(value: str) -> str:
    """A string in quotes; nothing in it is an interpolation."""
    escaped = "".join(_escape(character) for character in value)
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'


def texts(values: Iterable[str]) -> str:
    """A list of strings."""
    return f"[{', '.join(text(value) for value in values)}]"


def flag(value: bool) -> str:
    """``true`` or ``false``."""
    return "true" if value else "false"


def mapping(values: Mapping[str, str]) -> str:
    """An object or map of expressions."""
    body = attributes({key if PLAIN_KEY.fullmatch(key) else text(key): values[key] for key in values})
    return f"{{\n{_indented(body)}}}" if values else "{}"


def block(*labels: str, body: str) -> str:
    """A block: its type, its labels, its body."""
    kind, *names = labels
    return f"{' '.join([kind, *map(text, names)])} {{\n{_indented(body)}}}\n"


def paragraphs(groups: Iterable[Mapping[str, str]]) -> str:
    """Groups of arguments with an empty line between them."""
    return "\n".join(attributes(group) for group in groups)


def attributes(values: Mapping[str, str]) -> str:
    """A line for each argument; signs stand below each other as far as the values are of one line."""
    lines, run = [], dict[str, str]()
    for key, value in values.items():
        if "\n" in value:
            lines += [*_aligned(run), f"{key} = {value}\n"]
            run = {}
        else:
            run[key] = value
    return "".join([*lines, *_aligned(run)])


def _aligned(run: Mapping[str, str]) -> list[str]:
    width = max(map(len, run), default=0)
    return [f"{key:{width}} = {value}\n" for key, value in run.items()]


def _indented(body: str) -> str:
    return "".join(INDENT + line if line.strip() else line for line in body.splitlines(keepends=True))


def _escape(character: str) -> str:
    if character in ESCAPES:
        return ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"
