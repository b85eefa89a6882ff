"""Lambda functions with their resource-based policies and reserved concurrency."""

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.functions import Function, Functions
from landbridge.model.identifiers import Arn
from landbridge.trace.decision import ResourceRef

ARN_PARTS = 7
"""``arn:partition:lambda:region:account:function:name``; a qualifier would be the eighth."""


def read_functions(reader: Reader, previous: Functions) -> Functions:
    """Every function of the region, its unpublished version."""
    answers = reader.items("lambda", "list_functions", "Functions", order_by="FunctionArn")
    return Functions(tuple(_function(reader, answer) for answer in answers))


def _function(reader: Reader, answer: Answer) -> Function:
    name = answer["FunctionName"]
    arn = ":".join(answer["FunctionArn"].split(":")[:ARN_PARTS])
    about = ResourceRef("AWS::Lambda::Function", name, arn)
    _notice_features(reader, about, answer)
    return Function(
        arn=Arn(arn),
        name=name,
        runtime=answer.get("Runtime", ""),
        handler=answer.get("Handler", ""),
        role_arn=Arn(answer.get("Role", "")),
        memory_mb=answer.get("MemorySize", 128),
        timeout_s=answer.get("Timeout", 3),
        environment=tuple(sorted(answer.get("Environment", {}).get("Variables", {}).items())),
        code_sha256=answer.get("CodeSha256", ""),
        policy=reader.policy("lambda", "get_policy", "Policy", about, FunctionName=name),
        reserved_concurrency=_reserved_concurrency(reader, about),
        package_type=answer.get("PackageType", "Zip"),
    )


def _reserved_concurrency(reader: Reader, function: ResourceRef) -> int | None:
    answer = reader.answer("lambda", "get_function_concurrency", function, FunctionName=function.id)
    return None if isinstance(answer, Missing) else answer.get("ReservedConcurrentExecutions")


def _notice_features(reader: Reader, function: ResourceRef, answer: Answer) -> None:
    url = reader.answer("lambda", "get_function_url_config", function, FunctionName=function.id)
    features = {
        "container images": answer.get("PackageType") == "Image",
        "layers": bool(answer.get("Layers")),
        "VPC configuration": bool(answer.get("VpcConfig", {}).get("VpcId")),
        "environment variables that could not be decrypted": "Error" in answer.get("Environment", {}),
        "function URLs": isinstance(url, dict),
    }
    for feature, in_use in features.items():
        if in_use:
            reader.notice(function, feature)
