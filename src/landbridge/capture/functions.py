"""Lambda functions with their versions, aliases and function URLs, and the policy of each."""

from collections.abc import Iterable
from dataclasses import replace

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.functions import (
    LATEST,
    Alias,
    Cors,
    Function,
    Functions,
    FunctionUrl,
    qualifier_of,
    unqualified,
)
from landbridge.model.identifiers import Arn
from landbridge.trace.decision import ResourceRef


def read_functions(reader: Reader, previous: Functions) -> Functions:
    """Every function of the region; one list has all their versions."""
    answers = reader.items(
        "lambda", "list_functions", "Functions", order_by="FunctionArn", FunctionVersion="ALL"
    )
    by_function: dict[Arn, list[Answer]] = {}
    for answer in answers:
        by_function.setdefault(unqualified(answer["FunctionArn"]), []).append(answer)
    functions = (_function(reader, arn, versions) for arn, versions in by_function.items())
    return Functions(tuple(function for function in functions if function is not None))


def _function(reader: Reader, arn: Arn, answers: list[Answer]) -> Function | None:
    latest = next((answer for answer in answers if answer.get("Version", LATEST) == LATEST), None)
    if latest is None:
        return None
    about = ResourceRef("AWS::Lambda::Function", latest["FunctionName"], arn)
    _notice_features(reader, about, latest)
    published = sorted((each for each in answers if each is not latest), key=_number)
    concurrency = _reserved_concurrency(reader, about)
    return replace(
        _version(reader, about, latest, concurrency),
        versions=tuple(_version(reader, about, each, concurrency) for each in published),
        aliases=_aliases(reader, about),
        urls=_urls(reader, about),
    )


def _number(version: Answer) -> int:
    return int(version["Version"])


def _version(
    reader: Reader, about: ResourceRef, answer: Answer, reserved_concurrency: int | None
) -> Function:
    version = answer.get("Version", LATEST)
    qualifier = "" if version == LATEST else version
    return Function(
        arn=Arn(f"{about.arn}:{qualifier}" if qualifier else about.arn),
        name=about.id,
        runtime=answer.get("Runtime", ""),
        handler=answer.get("Handler", ""),
        role_arn=Arn(answer.get("Role", "")),
        memory_mb=answer.get("MemorySize", 128),
        timeout_s=answer.get("Timeout", 3),
        environment=tuple(sorted(answer.get("Environment", {}).get("Variables", {}).items())),
        code_sha256=answer.get("CodeSha256", ""),
        policy=reader.policy("lambda", "get_policy", "Policy", about, **_named(about, qualifier)),
        reserved_concurrency=reserved_concurrency,
        package_type=answer.get("PackageType", "Zip"),
        version=version,
    )


def _named(about: ResourceRef, qualifier: str) -> dict[str, str]:
    named = {"FunctionName": about.id}
    return {**named, "Qualifier": qualifier} if qualifier else named


def _reserved_concurrency(reader: Reader, function: ResourceRef) -> int | None:
    answer = reader.answer("lambda", "get_function_concurrency", function, FunctionName=function.id)
    return None if isinstance(answer, Missing) else answer.get("ReservedConcurrentExecutions")


def _aliases(reader: Reader, about: ResourceRef) -> tuple[Alias, ...]:
    answers = reader.items("lambda", "list_aliases", "Aliases", about, order_by="Name", FunctionName=about.id)
    return tuple(_alias(reader, about, answer) for answer in answers)


def _alias(reader: Reader, about: ResourceRef, answer: Answer) -> Alias:
    weights = (answer.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return Alias(
        name=answer["Name"],
        function_version=answer["FunctionVersion"],
        additional_version_weights=tuple(sorted(weights.items())),
        policy=reader.policy("lambda", "get_policy", "Policy", about, **_named(about, answer["Name"])),
    )


def _urls(reader: Reader, about: ResourceRef) -> tuple[FunctionUrl, ...]:
    answers = reader.items(
        "lambda",
        "list_function_url_configs",
        "FunctionUrlConfigs",
        about,
        order_by="FunctionArn",
        FunctionName=about.id,
    )
    return tuple(_url(answer) for answer in answers)


def _url(answer: Answer) -> FunctionUrl:
    cors = answer.get("Cors")
    return FunctionUrl(
        host=answer["FunctionUrl"].removeprefix("https://").rstrip("/").lower(),
        auth_type=answer["AuthType"],
        qualifier=qualifier_of(answer["FunctionArn"]),
        cors=_cors(cors) if cors else None,
        invoke_mode=answer.get("InvokeMode", "BUFFERED"),
    )


def _cors(answer: Answer) -> Cors:
    def listed(name: str) -> tuple[str, ...]:
        values: Iterable[str] = answer.get(name) or ()
        return tuple(values)

    return Cors(
        allow_origins=listed("AllowOrigins"),
        allow_methods=listed("AllowMethods"),
        allow_headers=listed("AllowHeaders"),
        expose_headers=listed("ExposeHeaders"),
        allow_credentials=answer.get("AllowCredentials", False),
        max_age_s=answer.get("MaxAge", 0),
    )


def _notice_features(reader: Reader, function: ResourceRef, answer: Answer) -> None:
    features = {
        "container images": answer.get("PackageType") == "Image",
        "layers": bool(answer.get("Layers")),
        "VPC configuration": bool(answer.get("VpcConfig", {}).get("VpcId")),
        "environment variables that could not be decrypted": "Error" in answer.get("Environment", {}),
    }
    for feature, in_use in features.items():
        if in_use:
            reader.notice(function, feature)
