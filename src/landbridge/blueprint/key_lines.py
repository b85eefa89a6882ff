"""Where in a TOML text each key stands, which ``tomllib`` does not tell.

The text has been read by ``tomllib`` before, so it is known to be valid: this walk only keeps count of lines
and of the nesting of keys, and skips over everything else.
"""

from collections.abc import Mapping

Step = str | int
"""A key, or an index into an array of tables."""
KeyPath = tuple[Step, ...]
KeyLines = Mapping[KeyPath, int]

BLANK = " \t\r\n"
BARE_KEY_ENDS = " \t\r\n.=]\"'#"
SCALAR_ENDS = ",]}\r\n#"
QUOTES = ('"""', "'''", '"', "'")


def line_of_each_key(text: str) -> KeyLines:
    """The line, from 1, of every table header and key, by its path: ``("network", "zone", 1, "subnet")``."""
    return _Walk(text).document()


def nearest_line(lines: KeyLines, path: KeyPath) -> int:
    """The line of that key, or of the closest table around it; 1 when none is known."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Walk:
    """One pass over a valid TOML text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.lines: dict[KeyPath, int] = {}
        self.tables_seen: dict[KeyPath, int] = {}
        """How many ``[[…]]`` headers each array of tables has had so far."""

    def document(self) -> KeyLines:
        """All lines."""
        table: KeyPath = ()
        self.skip_blank()
        while self.position < len(self.text):
            if self.at("["):
                table = self.header()
            else:
                self.pair(table)
            self.skip_blank()
        return self.lines

    def header(self) -> KeyPath:
        """The path of a ``[table]``, or of the next element of ``[[tables]]``."""
        line = self.line()
        brackets = 2 if self.at("[[") else 1
        self.position += brackets
        path = self.current(self.key())
        if brackets == 2:
            count = self.tables_seen.get(path, 0)
            self.tables_seen[path] = count + 1
            self.lines.setdefault(path, line)
            path = (*path, count)
        self.skip_to("]")
        self.position += brackets
        self.note(path, line)
        return path

    def current(self, key: KeyPath) -> KeyPath:
        """A header's path where each array of tables on the way stands for its latest element."""
        path: KeyPath = ()
        for part in key[:-1]:
            path = (*path, part)
            if path in self.tables_seen:
                path = (*path, self.tables_seen[path] - 1)
        return (*path, key[-1])

    def pair(self, table: KeyPath) -> None:
        """One ``key = value``."""
        line = self.line()
        path = (*table, *self.key())
        self.note(path, line)
        self.skip_to("=")
        self.position += 1
        self.value(path)

    def note(self, path: KeyPath, line: int) -> None:
        """Remember the line of a path, and of those dotted keys above it that have none."""
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def key(self) -> KeyPath:
        """A key, dotted or not."""
        parts = [self.key_part()]
        while self.at("."):
            self.position += 1
            parts.append(self.key_part())
        return tuple(parts)

    def key_part(self) -> str:
        """A bare or quoted key, and the spaces around it skipped."""
        self.skip_spaces()
        start = self.position
        if self.text[start] in "\"'":
            self.string()
            part = self.text[start + 1 : self.position - 1]
        else:
            while self.text[self.position] not in BARE_KEY_ENDS:
                self.position += 1
            part = self.text[start : self.position]
        self.skip_spaces()
        return part

    def value(self, path: KeyPath) -> None:
        """Skip a value, noting the keys of inline tables and the elements of arrays in it."""
        self.skip_blank()
        if self.text[self.position] in "\"'":
            self.string()
        elif self.at("["):
            self.array(path)
        elif self.at("{"):
            self.inline_table(path)
        else:
            while self.position < len(self.text) and self.text[self.position] not in SCALAR_ENDS:
                self.position += 1

    def array(self, path: KeyPath) -> None:
        """Skip an array, noting where each element begins."""
        self.position += 1
        self.skip_separators()
        index = 0
        while not self.at("]"):
            self.note((*path, index), self.line())
            self.value((*path, index))
            self.skip_separators()
            index += 1
        self.position += 1

    def inline_table(self, path: KeyPath) -> None:
        """Skip an inline table, noting its keys."""
        self.position += 1
        self.skip_separators()
        while not self.at("}"):
            self.pair(path)
            self.skip_separators()
        self.position += 1

    def string(self) -> None:
        """Skip a string of any of the four kinds."""
        quote = next(quote for quote in QUOTES if self.at(quote))
        self.position += len(quote)
        while not self.at(quote):
            self.position += 2 if quote[0] == '"' and self.at("\\") else 1
        self.position += len(quote)
        # A multi-line string may end in one or two quotes of its own before the three that close it.
        while len(quote) == 3 and self.at(quote[0]):
            self.position += 1

    def at(self, token: str) -> bool:
        """Whether the text goes on with this."""
        return self.text.startswith(token, self.position)

    def line(self) -> int:
        """The line the walk is on."""
        return self.text.count("\n", 0, self.position) + 1

    def skip_to(self, token: str) -> None:
        self.position = self.text.index(token, self.position)

    def skip_spaces(self) -> None:
        while self.position < len(self.text) and self.text[self.position] in " \t":
            self.position += 1

    def skip_separators(self) -> None:
        self.skip_blank()
        if self.at(","):
            self.position += 1
        self.skip_blank()

    def skip_blank(self) -> None:
        """Skip spaces, line ends and comments."""
        while self.position < len(self.text):
            if self.at("#"):
                end = self.text.find("\n", self.position)
                self.position = len(self.text) if end < 0 else end
            elif self.text[self.position] in BLANK:
                self.position += 1
            else:
                return
