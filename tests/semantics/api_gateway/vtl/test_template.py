import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError
from landbridge.semantics.api_gateway.vtl.template import Template
from landbridge.semantics.api_gateway.vtl.values import written


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
        # a method that a text does not have for so many arguments is no method: null
        ("$word.substring()", "$word.substring()"),
        ("#set($word.x = 1)$word", "a/b.c"),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # references
        ("$word.", "a/b.c."),
        ("$word.5 $word-1|${word}-1", "a/b.c.5 $word-1|a/b.c-1"),
        ("$5 $ $! ${ $[0]", "$5 $ $! ${ $[0]"),
        ("$!{missing}|$!word|$!{word}", "|a/b.c|a/b.c"),
        ("$map.key.length()$list[0].length()", "11"),
        ("$map.missing.deep.deeper", "$map.missing.deep.deeper"),
        ("$list.get(0)$list.get($number.intValue())", None),
        ("$nested.rows[1].cells[0]", "c"),
        ("$nested['rows'][0]['cells'][1]", "b"),
        ("$word.isEmpty() $list.empty", "false false"),
        ("$word .length()", "a/b.c .length()"),
        # escapes
        ("\\$word \\\\$word \\\\\\$word", "$word \\a/b.c \\$word"),
        ("\\$missing \\x", "\\$missing \\x"),
        ("\\#if \\#end \\#other", "#if #end \\#other"),
        # white space
        ("a\n#if($word)\nb\n#end\nc", "a\nb\nc"),
        ("a\n  #if($word)  \nb\n  #else\nno\n  #end  \nc", "a\n  b\n  c"),
        ("#set($x = 1)\n  #set($y = 2)\n$x$y", "12"),
        ("a  #set($x = 1) b", "a   b"),
        ("#foreach($i in $list)\n$i\n#end\n", "x\ny\n"),
        ("a ## comment\r\nb", "a b"),
        ("a#*\n c *#b", "ab"),
        ("#[[ $word #if ]]#", " $word #if "),
        # directives
        ("#if($missing)1#elseif($word)2#else 3#end", "2"),
        ("#{if}($word)1#{else}2#{end}x", "1x"),
        ("#if(true)#if(false)1#else2#end#end", ""),
        ("#if(true)#if(false)1#{else}2#end#end", "2"),
        ("#ifx #endx #colour #fff #1", "#ifx #endx #colour #fff #1"),
        ("a#stop b", "a"),
        ("#foreach($i in [1..5])#if($i == 3)#break#end$i#end!", "12!"),
        (
            "#foreach($i in $list)#foreach($j in $list)$foreach.parent.index$foreach.index #end#end",
            "00 01 10 11 ",
        ),
        ("#set($i = 'old')#foreach($i in $list)$i#end$i", "xyold"),
        ("#foreach($i in $list)$velocityCount#end$!velocityCount", "12"),
        ("#foreach($c in $word)$c#end", ""),
        ("#foreach($i in [3..1])$i#end#foreach($i in [])x#end", "321"),
        ("#foreach($i in ['a', \"b$number\", 3])$i#end", "ab33"),
        ("#foreach($e in $nested.rows[0].entrySet())$e.key=$e.value#end", "cells=[a, b]"),
        ("#foreach($k in $map.keySet())$k=$map.get($k)#if($foreach.hasNext),#end#end", "key=v"),
        # expressions
        ("#set($x = 1 + 2 * 3)$x", "7"),
        ("#set($x = (1 + 2) * 3)$x", "9"),
        ("#set($x = 7 / 2)$x#set($x = -7 / 2)$x#set($x = 7 % 4)$x", "3-33"),
        ("#set($x = 7.0 / 2)$x", "3.5"),
        ("#set($x = 1 / 0)$!x", ""),
        ("#set($x = 10 - 3 - 2)$x", "5"),
        ("#set($x = 'a' + 1 + 2)$x#set($x = 1 + 2 + 'a')$x", "a123a"),
        ("#set($x = 1 == 1.0)$x#set($x = '1' == 1)$x#set($x = $missing == $gone)$x", "truetruetrue"),
        ("#set($x = !true || 1 lt 2 and 2 ge 2)$x", "true"),
        ("#set($x = not $missing)$x", "true"),
        ("#if('a' < 'b')text#{else}only numbers#end", "only numbers"),
        ("#if(0)0 is true#end#if([])so is a list#end", "0 is trueso is a list"),
        ("#set($m = {'a': 1, \"b$number\": [1, 2]})$m $m.a $m.b3[1]", "{a=1, b3=[1, 2]} 1 2"),
        ("#set($e = {})#set($l = [])$e $l $e.isEmpty()", "{} [] true"),
        ("#set($m = {})#set($m.a = {})#set($m.a.b = 1)#set($m['c'] = 2)$m", "{a={b=1}, c=2}"),
        ("#set($list[0] = 'z')$list", "[z, y]"),
        ('#set($x = "$word $!missing #if(true)yes#end")$x', "a/b.c  yes"),
        ("#set($x = '$word')$x", "$word"),
        ("#set($x = 'it''s')$x", "it's"),
        ('#set($x = "tab\\tstays")$x', "tab\\tstays"),
        ("#set($x = 1.5E3)$x#set($x = 12345678.9)|$x", "1500.0|1.23456789E7"),
        ("#set($x = 0.0001)$x#set($x = 100.0)|$x", "1.0E-4|100.0"),
        # methods
        ("$word.replaceAll('[a-c]', '<$0>')", "<a>/<b>.<c>"),
        ("$word.replaceAll('/', '\\$')", "a$b.c"),
        ("$word.replaceFirst('(a)/(b)', '$2/$1')", "b/a.c"),
        ("#set($q = 'it\\''s')$q.replaceAll(\"\\\\'\", \"'\")", "it's"),
        ("$word.indexOf('.', 4) $word.hashCode() $word.compareTo('b')", "-1 91077417 -1"),
        ("$word.equalsIgnoreCase('A/B.C') $word.concat('d').substring(4, 6)", "true cd"),
        ("#set($l = [])#set($ok = $l.add('a'))#set($ok = $l.addAll(['b', 'c']))$l $l.size()", "[a, b, c] 3"),
        ("#set($old = $list.remove(0))$old $list $list.contains('x')", "x [y] false"),
        (
            "#set($x = $map.putAll({'a': 1}))$map $map.containsValue(1) $map.getOrDefault('z', 'd')",
            "{key=v, a=1} true d",
        ),
        ("#set($old = $map.remove('key'))$old $map $map.values()", "v {} []"),
        ("$list.subList(0, 1) $list.lastIndexOf('y') $number.toString().length()", "[x] 1 1"),
        ("$number.equals(3) $number.compareTo(4) $number.doubleValue()", "true -1 3.0"),
        ("$word.class $word.getClass() $list.__class__", "$word.class $word.getClass() [x, y].__class__"),
    ],
)
def test_velocitys_own_rules(text: str, expected: str | None) -> None:
    variables = {
        "word": "a/b.c",
        "list": ["x", "y"],
        "map": {"key": "v"},
        "number": 3,
        "nested": {"rows": [{"cells": ["a", "b"]}, {"cells": ["c"]}]},
    }
    if expected is None:
        with pytest.raises(MappingTemplateError):
            rendered(text, **variables)
    else:
        assert rendered(text, **variables) == expected


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a\nb #if($x", "\\) is expected", 2, 9),
        ("#if($x)\n#if($y)#end", "#if has no #end", 1, 1),
        ("x\n  #foreach($i in $l)x", "#foreach has no #end", 2, 3),
        ("a #end", "no #if or #foreach that this belongs to", 1, 3),
        ("#set($x = $y -1)", "\\) is expected", 1, 14),
        ("#set($x = )", "a value is expected", 1, 11),
        ("${word", "} is expected", 1, 7),
        ("line\n$word.charAt(9)", "charAt failed: Index: 9, Size: 5", 2, 1),
        ('#set($x = "ab\n  $word.charAt(9)")', "charAt failed", 2, 3),
        ("#* never ends", "does not end", 1, 1),
        ("\n#parse('x')", "#parse is not available", 2, 1),
        ("#foreach($a.b in $l)#end", "plain name", 1, 1),
        ("$word.matches('(')", "matches failed", 1, 1),
    ],
)
def test_an_error_names_its_line_and_column(text: str, message: str, line: int, column: int) -> None:
    with pytest.raises(MappingTemplateError, match=message) as caught:
        rendered(text, word="a/b.c")
    assert (caught.value.line, caught.value.column) == (line, column)
    assert f"at line {line}, column {column}" in str(caught.value)


def test_a_template_has_at_most_300_kilobytes() -> None:
    with pytest.raises(MappingTemplateError, match="longer than 307200 bytes"):
        Template("x" * 307201)


@given(st.text(alphabet="$#{}()[]!\\.'\" ab1-=\n", max_size=60))
def test_any_text_is_a_template_or_an_error_with_a_place(text: str) -> None:
    error = _error_of(text)
    assert error is None or (error.line >= 1 and error.column >= 1)


def _error_of(text: str) -> MappingTemplateError | None:
    try:
        rendered(text, a={"b": 1}, b=[1])
    except MappingTemplateError as error:
        return error
    return None
