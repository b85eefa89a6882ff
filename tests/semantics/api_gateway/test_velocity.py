import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.semantics.api_gateway.velocity import MappingTemplateError, Template, written


def rendered(text: str, **variables: object) -> str:
    return Template(text).render(variables)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain $5 text #fff", "plain $5 text #fff"),
        ("$word ${word}s $!word", "a/b.c a/b.cs a/b.c"),
        ("$missing|$!missing|${missing}", "$missing||${missing}"),
        ("$word.length() $word.size()", "5 $word.size()"),
        ('$word.contains("/") $word.startsWith("b")', "true false"),
        ('$word.split("/").size() $word.split("[.]")[0]', "2 a/b"),
        ('$word.indexOf("b") $word.lastIndexOf(".") $word.substring(2) $word.substring(0, 1)', "2 3 b.c a"),
        ('$word.replaceAll("([a-z])/", "$1-") $word.replace(".", "")', "a-b.c a/bc"),
        ('$word.matches("a") $word.matches("a/.*")', "false true"),
        ("$word.toUpperCase() $word.trim().isEmpty()", "A/B.C false"),
        ('$word.endsWith(".c") $word.equals("x") $word.concat("!")', "true false a/b.c!"),
        ("$list.size() $list.get(1) $list[0] $list[9] $list", "2 y x $list[9] [x, y]"),
        ('$list.contains("y") $list.isEmpty() $list.indexOf("z")', "true false -1"),
        ("$map.key $map.get('key') $map['key'] $map.keySet() $map", "v v v [key] {key=v}"),
        ("$map.containsKey('no') $map.entrySet()", "false [{key=key, value=v}]"),
        ("#set($x = 7)#set($y = $x - 1)$y", "6"),
        ("#set($list = $list)#set($at = $list.size() - 1)$list[$at]", "y"),
        ('#set($x = "n" + 1)$x', "n1"),
        ('#set($x = "{""k"": ""$word""}")$x', '{"k": "a/b.c"}'),
        ('#set($map.new-name = "1")#set($map["other name"] = "2")$map', "{key=v, new-name=1, other name=2}"),
        ("#set($none = $missing.deep)$none", "$none"),
        ("#if($word)yes#end", "yes"),
        ('#if("")an empty text is true#end', "an empty text is true"),
        ("#if($missing)yes#{else}null is false#end", "null is false"),
        ("#if(!$missing && $word)yes#end", "yes"),
        ("#if($missing || false)no#elseif($word == 'a/b.c')yes#end", "yes"),
        ('#if($number == "3" && $number != 4 && $number > 2)yes#end', "yes"),
        ("#foreach($each in $list)$foreach.count$each#if($foreach.hasNext),#end#end", "1x,2y"),
        ("#foreach($each in $map)$each#end", "v"),
        ("#foreach($each in $list)#set($last = $each)#end$last", "y"),
        ("#foreach($each in $missing)x#end", ""),
        ("## a comment\n#* another *#$word", "a/b.c"),
        ("#set($old = $list.set(0, 'z'))$old $list", "x [z, y]"),
        ("#set($old = $map.put('key', 'w'))$old $map", "v {key=w}"),
        ('$word.split("[/.]", 2) $number.toString()', "[a, b.c] 3"),
        ('#set($odd = "a,b,,")$odd.split(",")', "[a, b]"),
        ('$word.split("/", 1) $word.split("/", 0)', "[a/b.c] [a, b.c]"),
        ("#set($sum = 2 + 3)$sum", "5"),
        ("$number.unknown() $number.length()", "$number.unknown() $number.length()"),
        ("#set($none = $missing)$missing.unknown()", "$missing.unknown()"),
        ("#set($yes = $word.contains('a'))$yes", "true"),
    ],
)
def test_velocity_as_mapping_templates_know_it(text: str, expected: str) -> None:
    variables = {"word": "a/b.c", "list": ["x", "y"], "map": {"key": "v"}, "number": 3}
    assert rendered(text, **variables) == expected


@pytest.mark.parametrize(
    "text",
    [
        "#if($x)",
        "#if(",
        "#set($x = )",
        "#macro(m)x#end",
        "#parse('file')",
        "#include('file')",
        "#evaluate('x')",
        "#set($last = $list[$list.size() - 1])",
        "$word.charAt(9)",
        "$word.substring()",
        "#set($word.x = 1)",
    ],
)
def test_a_template_that_aws_would_not_carry_out_fails(text: str) -> None:
    with pytest.raises(MappingTemplateError):
        rendered(text, word="a", list=["a"])


@pytest.mark.parametrize("name", ["__class__", "upper", "format", "__len__()", "encode()"])
def test_nothing_of_python_can_be_reached(name: str) -> None:
    assert rendered(f"$word.{name}", word="a") in (f"$word.{name}", f"a.{name}")


def test_a_loop_ends_after_a_thousand_turns() -> None:
    assert rendered("#foreach($i in [1..2000])x#end") == "x" * 1000


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="$#\\")))
def test_a_text_without_directives_stays_as_it_is(text: str) -> None:
    assert rendered(text) == text


@given(st.text(max_size=40))
def test_a_value_is_printed_not_evaluated(value: str) -> None:
    assert rendered("$word", word=value) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (None, "null"), ({"a": [1, False]}, "{a=[1, false]}"), (1.5, "1.5"), ("x", "x")],
)
def test_values_print_as_java_prints_them(value: object, text: str) -> None:
    assert written(value) == text
