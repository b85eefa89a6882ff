import hcl2
import pytest

from landbridge.terraform import hcl


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("orders", '"orders"'),
        ('say "hi"', r'"say \"hi\""'),
        ("a\\b", r'"a\\b"'),
        ("two\nlines\tand a tab", r'"two\nlines\tand a tab"'),
        ("${not.a.reference}", '"$${not.a.reference}"'),
        ("%{ if }", '"%%{ if }"'),
        ("Grüße, 世界", '"Grüße, 世界"'),
        ("\x07", r'"\U00000007"'),
    ],
)
def test_a_string_says_what_it_said(value: str, written: str) -> None:
    assert hcl.text(value) == written


def test_the_signs_of_neighbours_stand_below_each_other_up_to_a_value_of_several_lines() -> None:
    long = hcl.mapping({"one": "1"})
    assert hcl.attributes({"a": "1", "bbb": "2", "c": long, "dd": "3", "e": "4"}) == (
        "a   = 1\nbbb = 2\nc = {\n  one = 1\n}\ndd = 3\ne  = 4\n"
    )


def test_a_key_that_is_no_name_is_quoted() -> None:
    assert hcl.mapping({"eu-central-1a": "1", "2nd": "2"}) == '{\n  eu-central-1a = 1\n  "2nd"         = 2\n}'


def test_a_mapping_of_nothing_takes_one_line() -> None:
    assert hcl.mapping({}) == "{}"


def test_a_block_can_be_read_again() -> None:
    text = hcl.block("module", "app", body=hcl.paragraphs([{"a": hcl.texts(["x", "y"])}, {"b": "true"}]))
    (module,) = hcl2.loads(text)["module"]
    assert module['"app"']["a"] == ['"x"', '"y"']
    assert module['"app"']["b"] is True
    assert text == 'module "app" {\n  a = ["x", "y"]\n\n  b = true\n}\n'
