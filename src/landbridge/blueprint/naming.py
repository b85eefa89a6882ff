"""What each resource of an app is called on AWS; all names derive from the app's."""

from landbridge.blueprint.calls import Ref, Text, Value
from landbridge.blueprint.declaration import Declaration, TableKeys

STAGE = "live"

ACCOUNT = Ref("account", "Account")
"""The account number; every plan that names a bucket or writes an ARN begins with the call ``account``."""


def bucket_name(declaration: Declaration) -> Text:
    """The frontend's bucket; bucket names are shared by all accounts, so the account number is part of it.

    AWS: "General purpose bucket naming rules"
    """
    return Text((f"{declaration.name}-frontend-", ACCOUNT))


def function_name(declaration: Declaration) -> str:
    """The backend's function."""
    return f"{declaration.name}-backend"


def log_group_name(declaration: Declaration) -> str:
    """Where Lambda writes the function's log by default."""
    return f"/aws/lambda/{function_name(declaration)}"


def table_name(declaration: Declaration, table: TableKeys) -> str:
    """A DynamoDB table."""
    return f"{declaration.name}-{table.name}"


def arn(declaration: Declaration, service: str, *resource: str | Ref) -> Text:
    """The ARN of a resource of this account and Region."""
    return Text((f"arn:aws:{service}:{declaration.region}:", ACCOUNT, ":", *resource))


def tag_list(declaration: Declaration, name: str) -> Value:
    """Tags as most services take them."""
    return [{"Key": "Name", "Value": name}, {"Key": "app", "Value": declaration.name}]


def tag_map(declaration: Declaration, name: str) -> Value:
    """Tags as API Gateway and Lambda take them."""
    return {"Name": name, "app": declaration.name}


def tag_specification(declaration: Declaration, resource_type: str, name: str) -> Value:
    """Tags as Amazon EC2 takes them at creation."""
    return [{"ResourceType": resource_type, "Tags": tag_list(declaration, name)}]
