from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.blueprint.declarations import COMPLETE, changed, declaration

from landbridge.blueprint.declaration import LinkType, TableKeys, Zone, parse_declaration
from landbridge.errors import DeclarationError, UnsupportedError


def test_a_complete_declaration_says_what_it_says() -> None:
    app = declaration()
    assert (app.name, app.domain, app.region) == ("orders", "orders.corp.example", "eu-central-1")
    assert app.vpc == IPv4Network("10.20.0.0/16")
    assert app.zones == (
        Zone("eu-central-1a", IPv4Network("10.20.1.0/24")),
        Zone("eu-central-1b", IPv4Network("10.20.2.0/24")),
    )
    assert app.link.type is LinkType.VPN
    assert app.link.corporate == (IPv4Network("192.168.0.0/16"), IPv4Network("172.20.0.0/16"))
    assert (app.backend.memory_mb, app.backend.timeout_s) == (256, 10)
    assert app.backend.environment == (("GREETING", "Hello"),)
    assert app.frontend.fallback
    assert app.tables == (TableKeys("orders", "id", None), TableKeys("order-lines", "order", "line"))
    assert [table.environment_variable for table in app.tables] == ["ORDERS_TABLE", "ORDER_LINES_TABLE"]
    assert app.connect_timeout_s == 1.5


def test_what_is_left_out_is_as_aws_has_it() -> None:
    app = declaration(
        ('region = "eu-central-1"\n', ""),
        ('route = "/api"\nmemory = 256\ntimeout = 10\n', ""),
        ('[backend.environment]\nGREETING = "Hello"\n', ""),
        ('index = "index.html"\nfallback = true\n', ""),
        ('[table.orders]\nkey = "id"\n[table.order-lines]\nkey = "order"\nsort_key = "line"\n', ""),
        ("[local]\nconnect_timeout = 1.5\n", ""),
        ('design = "gateway"\n', ""),
    )
    assert app.region == "eu-central-1"
    assert (app.backend.memory_mb, app.backend.timeout_s, app.backend.route) == (128, 3, "/api")
    assert app.backend.environment == ()
    assert (app.frontend.index, app.frontend.fallback) == ("index.html", False)
    assert app.tables == ()
    assert app.connect_timeout_s == 2.0


def test_a_runtime_of_ones_own_needs_no_handler() -> None:
    app = declaration(("python3.12", "provided.al2023"), ('handler = "app.handler"\n', ""))
    assert app.backend.handler == "bootstrap"


def test_lambda_takes_empty_environment_values() -> None:
    assert declaration(('"Hello"', '""')).backend.environment == (("GREETING", ""),)


MISTAKES = [
    # what is replaced, by what, the line it is reported on, a part of the message, a part of the hint
    ('name = "orders"', "name = orders", 3, "not valid TOML: invalid value", "double quotes"),
    ("connect_timeout = 1.5", "connect_timeout = [", 46, "not valid TOML", "double quotes"),
    ("[app]", "[apps]", 2, "apps is not known", "did you mean app?"),
    ("domain =", "domian =", 4, "app.domian is not known", "did you mean domain?"),
    ("[local]", "[zzz]", 45, "zzz is not known", "known here: app, network"),
    ("[backend]", "[backend]\nmemroy = 1", 25, "backend.memroy is not known", "did you mean memory?"),
    ('subnet = "10.20.2.0/24"', 'subnets = "10.20.2.0/24"', 15, "network.zone.subnets", "mean subnet?"),
    ("sort_key", "sortkey", 43, "table.order-lines.sortkey is not known", "did you mean sort_key?"),
    ('domain = "orders.corp.example"\n', "", 2, "app.domain is missing", "add domain to [app]"),
    ('name = "eu-central-1b"\n', "", 13, "network.zone.name is missing", "add name to [[network.zone]]"),
    ('name = "orders"', 'name = ""', 3, "app.name is empty", "give it a value"),
    ('name = "orders"', "name = 7", 3, "app.name is a whole number, not a string", "in quotes"),
    ('name = "orders"', 'name = "Orders"', 3, "cannot be part of AWS names", "lower-case"),
    ('name = "orders"', 'name = "orders-"', 3, "cannot be part of AWS names", "end with a hyphen"),
    ('name = "orders"', 'name = "internal-orders"', 3, "prefix AWS reserves", "another name"),
    ('name = "orders"', f'name = "{"o" * 24}"', 3, "24 characters, more than 23", "32 characters"),
    ("orders.corp.example", "orders", 4, '"orders" is not a DNS name', "labels"),
    ("orders.corp.example", "or_ders.example", 4, "is not a DNS name", "labels"),
    ("orders.corp.example", "*.corp.example", 4, "is not a DNS name", "labels"),
    ("orders.corp.example", "10.20.0.1", 4, "is not a DNS name", "labels"),
    ("orders.corp.example", f"{'o' * 64}.example", 4, "is not a DNS name", "labels"),
    ("orders.corp.example", "Orders.corp.example", 4, "not in lower case", '"orders.corp.example"'),
    ('"gateway"', '"gatway"', 5, 'there is no design "gatway"', "gateway"),
    ('"eu-central-1"', '"frankfurt"', 6, "is not a Region", "eu-central-1"),
    ("[network]", "[networks]", 8, "networks is not known", "did you mean network?"),
    ('"10.20.0.0/16"', '"10.20.0.0"', 9, "not the first address", 'did you mean "10.20.0.0/32"'),
    ('"10.20.0.0/16"', '"10.20.1.0/16"', 9, "not the first address", 'did you mean "10.20.0.0/16"'),
    ('"10.20.0.0/16"', '"10.20.0/16"', 9, "is not an IPv4 block", "10.20.0.0/16"),
    ('"10.20.0.0/16"', '"2001:db8::/64"', 9, "is not an IPv4 block", "10.20.0.0/16"),
    ('"10.20.0.0/16"', '"10.0.0.0/8"', 9, "is a /8", "from /16 to /28"),
    ('"10.20.0.0/16"', '"169.254.0.0/16"', 9, "is not routable", "private block"),
    ('"eu-central-1a"', '"eu-west-1a"', 11, "not an Availability Zone of eu-central-1", "eu-central-1a,"),
    ('"eu-central-1b"', '"eu-central-1a"', 14, "names eu-central-1a twice", "zone of its own"),
    ('"10.20.2.0/24"', '"10.21.2.0/24"', 15, "lies outside the VPC", "a part of 10.20.0.0/16"),
    ('"10.20.2.0/24"', '"10.20.1.128/25"', 15, "overlaps 10.20.1.0/24", "the subnet in eu-central-1a"),
    ('"10.20.2.0/24"', '"10.20.2.0/28"', 15, "too small for a load balancer", "/27 or larger"),
    ('"vpn"', '"vpm"', 18, 'there is no link type "vpm"', '"vpn" or "direct-connect"'),
    ('"172.20.0.0/16"', '"10.20.8.0/24"', 21, "10.20.8.0/24 overlaps the VPC", "one side only"),
    ('"172.20.0.0/16"', '"0.0.0.0/0"', 21, "0.0.0.0/0 overlaps the VPC", "one side only"),
    ('"172.20.0.0/16"', '"192.168.7.0/24"', 21, "overlaps 192.168.0.0/16", "keep one"),
    ('"172.20.0.0/16"', "172", 19, "link.corporate is not an array of strings", "corporate = ["),
    ('"python3.12"', '"python3"', 25, 'there is no Lambda runtime "python3"', "python3.12"),
    ('"app.handler"', '"app"', 26, "is not a module and a function", "app.handler"),
    ('"backend"', '"../backend"', 27, "is not a folder below", "relative path"),
    ('"backend"', '"/backend"', 27, "is not a folder below", "relative path"),
    ('"/api"', '"api"', 28, "is not a path prefix", "/api"),
    ('"/api"', '"/"', 28, "is not a path prefix", "/api"),
    ('"/api"', '"/api/"', 28, "is not a path prefix", "none at the end"),
    ('"/api"', '"/{proxy+}"', 28, "is not a path prefix", "segments"),
    ('"/api"', '"/ping"', 28, "reserved by API Gateway", "/sping"),
    ("memory = 256", "memory = 127", 29, "backend.memory is 127, outside 128 to 10240", "in MB"),
    ("memory = 256", "memory = 10241", 29, "outside 128 to 10240", "in MB"),
    ("memory = 256", 'memory = "256"', 29, "is a string, not a whole number", "without quotes"),
    ("memory = 256", "memory = true", 29, "is true or false, not a whole number", "256"),
    ("timeout = 10", "timeout = 901", 30, "backend.timeout is 901, outside 1 to 900", "seconds"),
    ("GREETING", "AWS_REGION", 32, "the variable AWS_REGION is reserved", "Lambda sets it itself"),
    ("GREETING", "_HANDLER", 32, "reserved by Lambda", "choose another name"),
    ("GREETING", "GREET-ING", 32, "not a name Lambda takes", "a letter first"),
    ("GREETING", "ORDERS_TABLE", 32, "tells the function the name of a table", "rename"),
    ('"Hello"', "7", 32, "environment.GREETING is a whole number, not a string", "in quotes"),
    ('"Hello"', f'"{"x" * 4096}"', 31, "the function's environment has", "Lambda takes 4096"),
    ('"index.html"', '"pages/index.html"', 36, "is not a file name", "at the top of the folder"),
    ("fallback = true", 'fallback = "true"', 37, "is a string, not true or false", "without quotes"),
    ('key = "id"\n', "", 39, "table.orders.key is missing", "add key to [table.orders]"),
    ("[table.order-lines]", '["table"."7 lines"]', 41, '"7 lines" cannot name a table', "a letter first"),
    ("[table.order-lines]", "[table.ORDERS]", 41, "both be named by ORDERS_TABLE", "rename one"),
    ('sort_key = "line"', 'sort_key = "order"', 43, 'sort_key is "order", as is the key', "another"),
    ("1.5", "0", 46, "connect_timeout is 0, outside 0 to 60", "2.0"),
    ("1.5", '"1.5"', 46, "is a string, not a number", "without quotes"),
]


@pytest.mark.parametrize(("old", "new", "line", "message", "hint"), MISTAKES)
def test_each_mistake_is_reported_on_its_line_with_a_hint(
    old: str, new: str, line: int, message: str, hint: str
) -> None:
    with pytest.raises(DeclarationError) as raised:
        parse_declaration(changed((old, new)), "landbridge.toml")
    assert message in raised.value.message
    assert hint in raised.value.hint
    assert (raised.value.file, raised.value.line) == ("landbridge.toml", line)
    assert not raised.value.message.endswith(".")


def test_a_missing_table_is_asked_for_by_its_name() -> None:
    with pytest.raises(DeclarationError, match=r"the table \[link\] is missing") as raised:
        parse_declaration(COMPLETE.partition("[link]")[0], "landbridge.toml")
    assert raised.value.hint == "add [link]"


@pytest.mark.parametrize(
    ("zones", "message"),
    [
        ("", "network.zone names no Availability Zones"),
        (
            '[[network.zone]]\nname = "eu-central-1a"\nsubnet = "10.20.1.0/24"\n',
            "network.zone names 1 Availability Zone",
        ),
    ],
)
def test_a_load_balancer_needs_two_availability_zones(zones: str, message: str) -> None:
    before, _, after = COMPLETE.partition("[[network.zone]]")
    text = before + zones + after[after.index("[link]") :]
    with pytest.raises(DeclarationError) as raised:
        parse_declaration(text, "landbridge.toml")
    assert raised.value.message == message
    assert "add another [[network.zone]]" in raised.value.hint


def test_a_table_where_an_array_of_tables_belongs_is_told_apart() -> None:
    text = changed(("[[network.zone]]", "[network.zone]")).replace(
        '[[network.zone]]\nname = "eu-central-1b"\nsubnet = "10.20.2.0/24"\n', ""
    )
    with pytest.raises(DeclarationError, match="zone is a table, not an array") as raised:
        parse_declaration(text, "landbridge.toml")
    assert raised.value.line == 10


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"python3.12"', '"java21"', "backend.runtime java21 is not run locally"),
        ('"eu-central-1"', '"cn-north-1"', "lies in another partition"),
    ],
)
def test_good_aws_that_is_not_modelled_is_called_unsupported(old: str, new: str, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message) as raised:
        parse_declaration(changed((old, new)), "landbridge.toml")
    assert raised.value.hint


ASSIGNMENTS = [line for line in COMPLETE.splitlines() if " = " in line and not line.endswith("[")]
ODD_VALUES = st.sampled_from(
    [
        *('""', '"x"', '"é"', "0", "-1", "1.5", "nan", "inf", "true", "1979-05-27"),
        *("[]", "[1]", '["x"]', "[[]]", "{}"),
    ]
) | st.from_regex(r"\A'[^'\x00-\x1f\x7f]{0,8}'\Z").filter(lambda text: text.isprintable())


@given(st.sampled_from(ASSIGNMENTS), ODD_VALUES)
def test_whatever_a_value_is_it_is_taken_or_reported_with_its_place(assignment: str, value: str) -> None:
    key = assignment.partition(" = ")[0]
    text = COMPLETE.replace(assignment, f"{key} = {value}", 1)
    place = line_of_mistake(text)
    assert place is None or 1 <= place <= text.count("\n")


def line_of_mistake(text: str) -> int | None:
    """The line that is reported; None when there is no mistake."""
    try:
        parse_declaration(text, "landbridge.toml")
    except DeclarationError as error:
        return error.line
    return None
