"""The text of a template: what is written as it is, references, comments and directives.

White space is kept as Velocity keeps it: ``#set`` takes the blanks before it, and every directive the rest of
its line where nothing else stands there.
"""

import re
from dataclasses import dataclass

from landbridge.semantics.api_gateway.vtl.directives import Break, Foreach, If, Set, Stop
from landbridge.semantics.api_gateway.vtl.expressions import ExpressionReader
from landbridge.semantics.api_gateway.vtl.references import REFERENCE, Reference, read_reference, skip_spaces
from landbridge.semantics.api_gateway.vtl.run import Block, Expression, Run
from landbridge.semantics.api_gateway.vtl.scanner import Scanner

_REST_OF_LINE = r"(?:[ \t]*(?:\r\n|\n|\r))?"


def _directive(name: str, after: str = "") -> re.Pattern[str]:
    return re.compile(rf"#(?:{name}(?![A-Za-z0-9_@])|\{{{name}\}}){after}")


_SET = re.compile(r"[ \t]*#(?:set|\{set\}) *\(")
_IF, _ELSEIF, _FOREACH = _directive("if"), _directive("elseif"), _directive("foreach")
_ELSE, _END = _directive("else", _REST_OF_LINE), _directive("end", _REST_OF_LINE)
_STOP, _BREAK = _directive("stop"), _directive("break")
_REFUSED = re.compile(r"#\{?(macro|parse|include|evaluate|define)(?![A-Za-z0-9_@])")
_KNOWN = re.compile(
    r"#(?:\{(?:set|if|elseif|else|end|foreach|stop|break)\}"
    r"|(?:set|if|elseif|else|end|foreach|stop|break)(?![A-Za-z0-9_@]))"
)
_OPEN = re.compile(r"[ \t\r\n]*\(")
_CLOSE = re.compile(rf"\){_REST_OF_LINE}")
_EQUALS, _IN = re.compile(r"=(?!=)"), re.compile(r"in\b")
_TEXT = re.compile(r"[^$#\\]+")
_BACKSLASHES = re.compile(r"\\+")
_LINE_COMMENT = re.compile(r"##[^\r\n]*(?:\r\n|\n|\r)?")
_COMMENT = re.compile(r"#\*.*?\*#", re.DOTALL)
_UNPARSED = re.compile(r"#\[\[(.*?)\]\]#", re.DOTALL)
_UNENDED = re.compile(r"#\*|#\[\[")


@dataclass(frozen=True, slots=True)
class Text:
    """What is written as it is."""

    text: str

    def render(self, run: Run) -> None:
        """Writes it."""
        run.output.append(self.text)


def read_blocks(scanner: Scanner) -> tuple[Block, ...]:
    """All that the text holds; MappingTemplateError where it is no template."""
    blocks = _read_until_directive(scanner)
    if not scanner.at_end:
        raise scanner.error("there is no #if or #foreach that this belongs to")
    return blocks


_expressions = ExpressionReader(read_blocks)


def _read_until_directive(scanner: Scanner) -> tuple[Block, ...]:
    """Up to the end, or to a directive that ends a block."""
    blocks: list[Block] = []
    while not scanner.at_end and not (scanner.sees(_END) or scanner.sees(_ELSE) or scanner.sees(_ELSEIF)):
        block = _read_one(scanner)
        if isinstance(block, Text) and blocks and isinstance(blocks[-1], Text):
            blocks[-1] = Text(blocks[-1].text + block.text)
        elif block is not None:
            blocks.append(block)
    return tuple(blocks)


def _read_one(scanner: Scanner) -> Block | None:
    """The next block; None for a comment."""
    if scanner.accept(_SET):
        return _read_set(scanner)
    if text := scanner.accept(_TEXT):
        return Text(text[0])
    if backslashes := scanner.accept(_BACKSLASHES):
        return _after_backslashes(scanner, len(backslashes[0]))
    if scanner.sees(REFERENCE):
        return read_reference(scanner, _expressions.argument)
    if scanner.text[scanner.position] == "#":
        return _read_hash(scanner)
    return _one_character(scanner)


def _one_character(scanner: Scanner) -> Text:
    scanner.position += 1
    return Text(scanner.text[scanner.position - 1])


def _after_backslashes(scanner: Scanner, count: int) -> Block:
    """Backslashes mean something only before a reference or a directive: there two write one."""
    if scanner.sees(REFERENCE):
        return read_reference(scanner, _expressions.argument, count)
    known = _KNOWN.match(scanner.text, scanner.position)
    if known is None:
        return Text("\\" * count)
    if count % 2 == 0:
        return Text("\\" * (count // 2))
    scanner.position = known.end()
    return Text("\\" * (count // 2) + known[0])


def _read_hash(scanner: Scanner) -> Block | None:
    if scanner.accept(_LINE_COMMENT) or scanner.accept(_COMMENT):
        return None
    if unparsed := scanner.accept(_UNPARSED):
        return Text(unparsed[1])
    if scanner.sees(_UNENDED):
        raise scanner.error("what begins here does not end")
    refused = _REFUSED.match(scanner.text, scanner.position)
    if refused is not None:
        raise scanner.error(f"the directive #{refused[1]} is not available in mapping templates")
    return _read_directive(scanner)


def _read_directive(scanner: Scanner) -> Block:
    start = scanner.position
    if scanner.accept(_IF):
        return _read_if(scanner, start)
    if scanner.accept(_FOREACH):
        return _read_foreach(scanner, start)
    if scanner.accept(_STOP):
        return Stop()
    if scanner.accept(_BREAK):
        return Break()
    return _one_character(scanner)


def _read_set(scanner: Scanner) -> Set:
    skip_spaces(scanner)
    target = read_reference(scanner, _expressions.argument)
    skip_spaces(scanner)
    scanner.expect(_EQUALS, "=")
    value = _expressions.expression(scanner)
    scanner.expect(_CLOSE, ")")
    return Set(target, value)


def _read_if(scanner: Scanner, start: int) -> If:
    branches = [_read_branch(scanner)]
    while scanner.accept(_ELSEIF):
        branches.append(_read_branch(scanner))
    otherwise: tuple[Block, ...] = ()
    if scanner.accept(_ELSE):
        otherwise = _read_until_directive(scanner)
    _expect_end(scanner, "#if", start)
    return If(tuple(branches), otherwise)


def _read_branch(scanner: Scanner) -> tuple[Expression, tuple[Block, ...]]:
    scanner.expect(_OPEN, "(")
    condition = _expressions.expression(scanner)
    scanner.expect(_CLOSE, ")")
    return condition, _read_until_directive(scanner)


def _read_foreach(scanner: Scanner, start: int) -> Foreach:
    scanner.expect(_OPEN, "(")
    skip_spaces(scanner)
    each: Reference = read_reference(scanner, _expressions.argument)
    if each.steps:
        raise scanner.error("#foreach takes a plain name", start)
    skip_spaces(scanner)
    scanner.expect(_IN, "in")
    items = _expressions.argument(scanner)
    scanner.expect(_CLOSE, ")")
    body = _read_until_directive(scanner)
    _expect_end(scanner, "#foreach", start)
    return Foreach(each.name, items, body)


def _expect_end(scanner: Scanner, directive: str, start: int) -> None:
    if not scanner.accept(_END):
        raise scanner.error(f"{directive} has no #end", start)
