"""The two IAM roles: what the function may do, and what API Gateway may do in the frontend's bucket."""

from landbridge.blueprint.calls import ApiCall, Json, Plan, Ref, Text, Value
from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.naming import arn, bucket_name, log_group_name, tag_list
from landbridge.blueprint.planning.tables import table_arn

FUNCTION_ROLE_ARN = Ref("function-role", "Role.Arn")
GATEWAY_ROLE_ARN = Ref("gateway-role", "Role.Arn")
TABLE_ACTIONS = (
    *("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"),
    *("dynamodb:DescribeTable", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
    *("dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"),
)


def plan(declaration: Declaration) -> Plan:
    """The function's role and, where there is an API, its role, with an inline policy each.

    AWS: "Defining Lambda function permissions with an execution role",
    "Tutorial: Create a REST API as an Amazon S3 proxy"
    """
    function = _role(declaration, "function", "lambda.amazonaws.com", _function_statements(declaration))
    if not declaration.design.has_api:
        return function
    gateway = _role(declaration, "gateway", "apigateway.amazonaws.com", _gateway_statements(declaration))
    return (*function, *gateway)


def bucket_arn(declaration: Declaration) -> Text:
    """The ARN of the frontend's bucket."""
    return Text(("arn:aws:s3:::", *bucket_name(declaration).parts))


def object_arns(declaration: Declaration) -> Text:
    """The ARN that stands for all objects of the frontend's bucket."""
    return Text((*bucket_arn(declaration).parts, "/*"))


def _role(declaration: Declaration, role: str, service: str, statements: Value) -> Plan:
    name = f"{declaration.name}-{role}"
    trust: Value = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
    }
    return (
        ApiCall(
            f"{role}-role",
            "iam",
            "create_role",
            {
                "RoleName": name,
                "AssumeRolePolicyDocument": Json(trust),
                "Tags": tag_list(declaration, name),
            },
        ),
        ApiCall(
            f"{role}-role-policy",
            "iam",
            "put_role_policy",
            {
                "RoleName": name,
                "PolicyName": role,
                "PolicyDocument": Json({"Version": "2012-10-17", "Statement": statements}),
            },
        ),
    )


def _function_statements(declaration: Declaration) -> Value:
    log_group = arn(declaration, "logs", f"log-group:{log_group_name(declaration)}:*")
    logs: Value = {
        "Sid": "WriteOwnLog",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": log_group,
    }
    if not declaration.tables:
        return [logs]
    tables: Value = {
        "Sid": "UseOwnTables",
        "Effect": "Allow",
        "Action": TABLE_ACTIONS,
        "Resource": [table_arn(table) for table in declaration.tables],
    }
    return [logs, tables]


def _gateway_statements(declaration: Declaration) -> Value:
    """Read objects; list them too, or S3 answers 403 where an object is missing.

    AWS: "GetObject" (Amazon S3 API reference)
    """
    return [
        {
            "Sid": "ReadFrontend",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": object_arns(declaration),
        },
        {
            "Sid": "TellMissingFromForbidden",
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": bucket_arn(declaration),
        },
    ]
