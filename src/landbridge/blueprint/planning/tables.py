"""The DynamoDB tables the backend may use."""

from landbridge.blueprint.calls import ApiCall, Plan, Ref, Value
from landbridge.blueprint.declaration import Declaration, TableKeys
from landbridge.blueprint.naming import table_name, tag_list


def table_arn(table: TableKeys) -> Ref:
    """The ARN of a table, once it exists."""
    return Ref(f"table-{table.name}", "TableDescription.TableArn")


def plan(declaration: Declaration) -> Plan:
    """Each table, billed per request, its keys strings.

    AWS: "CreateTable"
    """
    return tuple(_create_table(declaration, table) for table in declaration.tables)


def _create_table(declaration: Declaration, table: TableKeys) -> ApiCall:
    keys = [(table.key, "HASH"), *([(table.sort_key, "RANGE")] if table.sort_key else [])]
    name = table_name(declaration, table)
    attributes: Value = [{"AttributeName": key, "AttributeType": "S"} for key, _ in keys]
    schema: Value = [{"AttributeName": key, "KeyType": key_type} for key, key_type in keys]
    return ApiCall(
        f"table-{table.name}",
        "dynamodb",
        "create_table",
        {
            "TableName": name,
            "AttributeDefinitions": attributes,
            "KeySchema": schema,
            "BillingMode": "PAY_PER_REQUEST",
            "Tags": tag_list(declaration, name),
        },
    )
