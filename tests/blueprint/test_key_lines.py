import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.blueprint.key_lines import KeyPath, line_of_each_key, nearest_line

TRICKY = '''\
top = 1
"quoted key" = "a # no comment" # a comment with [brackets] and "quotes"

[table] # header
text = """
looks = "like a key"
[not.a.table]
ends in a quote \\""""" # two quotes belong to the text
literal = \'\'\'C:\\\'\'\'
a.b.c = 2
array = [ # comment ]
  "one", { inner = "two", deep.er = [3] },

  [4, "]"],
]
escaped = "a \\" quote ] }"
when = 1979-05-27 07:32:00
[table.below]
key = 'single'
[[many]]
name = 1
[[many]]
name = 2
[many.part]
size = 3
[[many.leaf]]
x = 4
[[many.leaf]]
x = 5
last = true'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 1),
        (("quoted key",), 2),
        (("table",), 4),
        (("table", "text"), 5),
        (("table", "literal"), 9),
        (("table", "a"), 10),
        (("table", "a", "b", "c"), 10),
        (("table", "array"), 11),
        (("table", "array", 0), 12),
        (("table", "array", 1, "inner"), 12),
        (("table", "array", 1, "deep", "er", 0), 12),
        (("table", "array", 2), 14),
        (("table", "escaped"), 16),
        (("table", "when"), 17),
        (("table", "below"), 18),
        (("table", "below", "key"), 19),
        (("many",), 20),
        (("many", 0), 20),
        (("many", 0, "name"), 21),
        (("many", 1, "name"), 23),
        (("many", 1, "part", "size"), 25),
        (("many", 1, "leaf", 1, "x"), 29),
        (("many", 1, "leaf", 1, "last"), 30),
    ],
)
def test_every_key_is_found_on_its_line(path: KeyPath, line: int) -> None:
    tomllib.loads(TRICKY)
    assert line_of_each_key(TRICKY)[path] == line


def test_a_key_that_is_not_there_is_reported_where_its_table_begins() -> None:
    lines = line_of_each_key(TRICKY)
    assert nearest_line(lines, ("many", 1, "part", "missing")) == 24
    assert nearest_line(lines, ("missing", "altogether")) == 1


VALUES = st.sampled_from(
    [
        "1",
        '"text"',
        "'it''s'".replace("''", ""),
        "[1,\n 2, # two\n]",
        '"""\nx = 1\n[y]\n"""',
        "'''\n\"\n'''",
        "{ a = 1, b = { c = [] } }",
        "[{ k = 'v' }, { k = '#' }]",
        '"\\"["',
        "2026-01-01",
        "-1.5e3",
    ]
)
LINES_BETWEEN = st.sampled_from(["", "\n", "# [comment] = 'no'\n", "  \n\n"])


@given(st.lists(st.tuples(VALUES, LINES_BETWEEN, st.booleans()), min_size=1, max_size=12))
def test_whatever_stands_between_them_keys_keep_their_lines(
    entries: list[tuple[str, str, bool]],
) -> None:
    text = ""
    table: KeyPath = ()
    expected: dict[KeyPath, int] = {}
    for number, (value, between, new_table) in enumerate(entries):
        text += between
        if new_table:
            expected[(f"t{number}",)] = text.count("\n") + 1
            text += f"[t{number}]\n"
            table = (f"t{number}",)
        expected[(*table, f"k{number}")] = text.count("\n") + 1
        text += f"k{number} = {value}\n"
    tomllib.loads(text)
    lines = line_of_each_key(text)
    assert {path: lines[path] for path in expected} == expected
