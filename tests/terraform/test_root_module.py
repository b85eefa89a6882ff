import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import hcl2
import pytest
from tests.blueprint.declarations import COMPLETE

from landbridge.blueprint.declaration import Declaration, parse_declaration
from landbridge.blueprint.packaging import CONTENT_TYPES
from landbridge.blueprint.planning.tables import plan as plan_tables
from landbridge.errors import UnsupportedError
from landbridge.terraform.root_module import MODULE, MODULE_FOLDER, module_files, root_module

NOT_CODE = re.compile(r"#.*|(?:description|error_message) +=.*|(?s:<<-EOT.*?EOT)")
FIXED = re.compile(r"\b(?:vpc|subnet|sg|rtb|vpce)-[0-9a-f]{8,}|\b\d{12}\b|\b[a-z]{2}-[a-z]+-\d\b")
MODULE_SOURCE = Path(__file__).parent.parent.parent / "terraform" / "modules" / MODULE


def declared(old: str = "", new: str = "") -> Declaration:
    assert old in COMPLETE
    return parse_declaration(COMPLETE.replace(old, new) if old else COMPLETE, "landbridge.toml")


def parsed(text: str) -> dict[str, Any]:
    values: dict[str, Any] = hcl2.loads(text)
    return values


def arguments(declaration: Declaration) -> dict[str, Any]:
    """Of the call of the module."""
    (module,) = parsed(root_module(declaration)["main.tf"])["module"]
    found: dict[str, Any] = module['"app"']
    return found


def labels(text: str, kind: str) -> set[str]:
    return {label.strip('"') for block in parsed(text).get(kind, ()) for label in block}


def module_blocks(kind: str) -> list[dict[str, Any]]:
    return [
        block
        for path in sorted(MODULE_SOURCE.glob("*.tf"))
        for block in parsed(path.read_text()).get(kind, ())
    ]


def test_what_is_declared_is_what_the_module_is_called_with() -> None:
    called = arguments(declared())
    assert called["name"] == '"orders"'
    assert called["domain_name"] == '"orders.corp.example"'
    assert called["corporate_cidr_blocks"] == ['"192.168.0.0/16"', '"172.20.0.0/16"']
    assert called["function"] == {
        "package": '"${path.module}/backend.zip"',
        "handler": '"app.handler"',
        "runtime": '"python3.12"',
        "route": '"/api"',
        "memory_size": 256,
        "timeout": 10,
        "environment": {"GREETING": '"Hello"'},
    }
    assert called["frontend"] == {
        "folder": '"${path.module}/frontend"',
        "index": '"index.html"',
        "fallback": True,
    }
    assert called["tables"] == {
        "orders": {"key": '"id"'},
        "order-lines": {"key": '"order"', "sort_key": '"line"'},
    }


def test_the_network_is_the_declared_one_unless_there_is_one() -> None:
    network = arguments(declared())["network"]
    assert network["existing"] == "${var.existing_network}"
    for part in ("var.existing_network != null ? null", "10.20.0.0/16", "eu-central-1b", "10.20.2.0/24"):
        assert part in network["create"]


def test_the_provider_works_in_the_declared_region() -> None:
    texts = root_module(replace(declared(), region="eu-west-1"))
    assert parsed(texts["main.tf"])["provider"][0]['"aws"']["region"] == '"eu-west-1"'


@pytest.mark.parametrize(
    ("link", "argument", "variable"),
    [("vpn", "vpn", "customer_gateway_ip_address"), ("direct-connect", "direct_connect", "direct_connect")],
)
def test_what_only_the_company_knows_of_its_link_is_a_variable(
    link: str, argument: str, variable: str
) -> None:
    declaration = declared('type = "vpn"', f'type = "{link}"')
    texts = root_module(declaration)
    assert f"var.{variable}" in arguments(declaration)["link"][argument]
    assert variable in labels(texts["variables.tf"], "variable")
    assert f"`{variable}`" in texts["README.md"]


@pytest.mark.parametrize("link", ["vpn", "direct-connect"])
def test_every_variable_named_is_declared_explained_and_no_other(link: str) -> None:
    texts = root_module(declared('type = "vpn"', f'type = "{link}"'))
    declared_variables = labels(texts["variables.tf"], "variable")
    assert set(re.findall(r"\bvar\.(\w+)", texts["main.tf"])) == declared_variables
    assert set(re.findall(r"^\| `(\w+)` \|", texts["README.md"], re.MULTILINE)) == declared_variables


def test_the_root_module_gives_only_what_the_module_takes_and_asks_only_for_what_it_tells() -> None:
    texts = root_module(declared())
    module = module_files()
    takes = labels(module[f"{MODULE_FOLDER}/variables.tf"].decode(), "variable")
    tells = labels(module[f"{MODULE_FOLDER}/outputs.tf"].decode(), "output")
    given = {name for name in arguments(declared()) if not name.startswith("__")} - {"source"}
    assert given <= takes
    assert set(re.findall(r"module\.app\.(\w+)", texts["outputs.tf"])) <= tells


def test_an_app_without_tables_and_variables_says_nothing_of_them() -> None:
    declaration = declared()
    bare = replace(declaration, tables=(), backend=replace(declaration.backend, environment=()))
    called = arguments(bare)
    assert "tables" not in called
    assert "environment" not in called["function"]


def test_nothing_in_a_declared_value_is_evaluated() -> None:
    declaration = declared('GREETING = "Hello"', 'GREETING = "${file(\\"/etc/passwd\\")}"')
    assert '"$${file(\\"/etc/passwd\\")}"' in root_module(declaration)["main.tf"]


def test_a_route_longer_than_the_module_has_resources_for_is_refused() -> None:
    assert "route" in arguments(declared('route = "/api"', 'route = "/a/b/c"'))["function"]
    with pytest.raises(UnsupportedError, match="4 segments"):
        root_module(declared('route = "/api"', 'route = "/a/b/c/d"'))


def test_a_design_that_the_module_does_not_have_is_refused() -> None:
    with pytest.raises(UnsupportedError, match='design = "lambda" is not yet written as Terraform'):
        root_module(declared('design = "gateway"', 'design = "lambda"'))


def test_the_module_ships_with_the_package_without_its_examples() -> None:
    shipped = module_files()
    assert {f"{MODULE_FOLDER}/{name}.tf" for name in ("main", "variables", "outputs", "versions")} <= set(
        shipped
    )
    assert f"{MODULE_FOLDER}/README.md" in shipped
    assert [path for path in shipped if "examples" in path] == []
    source = MODULE_SOURCE / "api.tf"
    assert shipped[f"{MODULE_FOLDER}/api.tf"] == source.read_bytes()


def test_every_input_and_output_of_the_module_is_described_there_and_in_its_readme() -> None:
    readme = (MODULE_SOURCE / "README.md").read_text()
    named = set(re.findall(r"^\| `(\w+)` \|", readme, re.MULTILINE))
    blocks = [*module_blocks("variable"), *module_blocks("output")]
    assert {label.strip('"') for block in blocks for label in block} == named
    assert all(body.get("description") for block in blocks for body in block.values())


def test_the_module_configures_no_provider_and_names_no_region_account_or_id() -> None:
    assert module_blocks("provider") == []
    for path in MODULE_SOURCE.glob("*.tf"):
        code = NOT_CODE.sub("", path.read_text())
        assert len(code) > 50
        assert FIXED.findall(code) == []


def test_the_module_and_the_blueprint_know_the_same_media_types() -> None:
    found = [block["content_types"] for block in module_blocks("locals") if "content_types" in block]
    (types,) = found
    assert {
        name: value.strip('"') for name, value in types.items() if name != "__is_block__"
    } == CONTENT_TYPES


def test_the_module_names_tables_as_the_blueprint_does() -> None:
    names = [call.parameters["TableName"] for call in plan_tables(declared())]
    assert names == ["orders-orders", "orders-order-lines"]
    (table,) = [block for block in module_blocks("resource") if '"aws_dynamodb_table"' in block]
    assert table['"aws_dynamodb_table"']['"this"']["name"] == '"${var.name}-${each.key}"'
