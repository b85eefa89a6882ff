"""The backend's function, its log group, and who may invoke it."""

from landbridge.blueprint.calls import ApiCall, Plan, Ref, Value
from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.naming import function_name, log_group_name, table_name, tag_map
from landbridge.blueprint.planning.identity import FUNCTION_ROLE_ARN

FUNCTION_ARN = Ref("function", "FunctionArn")


def plan(declaration: Declaration, code_zip: bytes) -> Plan:
    """Log group and function.

    AWS: "CreateFunction"
    """
    backend = declaration.backend
    log_group = log_group_name(declaration)
    name = function_name(declaration)
    return (
        ApiCall(
            "log-group",
            "logs",
            "create_log_group",
            {"logGroupName": log_group, "tags": tag_map(declaration, log_group)},
        ),
        ApiCall(
            "log-retention",
            "logs",
            "put_retention_policy",
            {"logGroupName": log_group, "retentionInDays": 30},
        ),
        ApiCall(
            "function",
            "lambda",
            "create_function",
            {
                "FunctionName": name,
                "Runtime": backend.runtime,
                "Role": FUNCTION_ROLE_ARN,
                "Handler": backend.handler,
                "Code": {"ZipFile": code_zip},
                "MemorySize": backend.memory_mb,
                "Timeout": backend.timeout_s,
                "Environment": {"Variables": _variables(declaration)},
                "LoggingConfig": {"LogFormat": "Text", "LogGroup": log_group},
                "Tags": tag_map(declaration, name),
            },
        ),
    )


def _variables(declaration: Declaration) -> Value:
    tables = {table.environment_variable: table_name(declaration, table) for table in declaration.tables}
    return {**dict(declaration.backend.environment), **tables}
