"""AWS Lambda functions as deployed: their unpublished code, versions, aliases and function URLs.

AWS: "Configuring AWS Lambda functions"
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from landbridge.model.identifiers import Arn
from landbridge.model.policy import PolicyDocument

LATEST = "$LATEST"
"""The version that is not published."""
UNQUALIFIED_PARTS = 7
"""``arn:partition:lambda:region:account:function:name``; a qualifier would be the eighth."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for one version of a function, or for two that share its traffic.

    AWS: "Create an alias for a Lambda function"
    """

    name: str
    function_version: str
    additional_version_weights: tuple[tuple[str, float], ...] = ()
    """Other versions, with the part of the traffic that each gets: ``(("2", 0.1),)``."""
    policy: PolicyDocument | None = None
    """The alias's own resource-based policy."""


@dataclass(frozen=True, slots=True)
class Cors:
    """The cross-origin settings of a function URL.

    AWS: "Cors" (AWS Lambda API reference)
    """

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    allow_credentials: bool = False
    max_age_s: int = 0


@dataclass(frozen=True, slots=True)
class FunctionUrl:
    """An HTTPS endpoint of a function's own, of its unpublished version or of an alias.

    AWS: "Creating and managing Lambda function URLs"
    """

    host: str
    """``<url id>.lambda-url.<region>.on.aws``."""
    auth_type: str
    """``NONE`` or ``AWS_IAM``."""
    qualifier: str = ""
    """An alias; empty for the unpublished version."""
    cors: Cors | None = None
    invoke_mode: str = "BUFFERED"
    """Or ``RESPONSE_STREAM``."""


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function, its ``$LATEST`` version; or one of its versions, or what an alias names."""

    arn: Arn
    """With the version or alias, where it is one."""
    name: str
    runtime: str
    handler: str
    role_arn: Arn
    memory_mb: int
    timeout_s: int
    environment: tuple[tuple[str, str], ...]
    code_sha256: str
    policy: PolicyDocument | None = None
    """The resource-based policy of exactly this ARN: who may invoke it."""
    reserved_concurrency: int | None = None
    package_type: str = "Zip"
    version: str = LATEST
    """The version that runs; of an alias the one without a weight."""
    versions: tuple["Function", ...] = ()
    """The published ones, each a snapshot; only of the function itself."""
    aliases: tuple[Alias, ...] = ()
    urls: tuple[FunctionUrl, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    """Other versions that an alias sends a part of its traffic to."""

    @property
    def qualifier(self) -> str:
        """The version or alias in its ARN; empty for the function itself."""
        return qualifier_of(self.arn)

    @property
    def qualified_name(self) -> str:
        """``orders``, or ``orders:live`` for a version or alias; the AWS CLI takes either as a name."""
        return f"{self.name}:{self.qualifier}" if self.qualifier else self.name


@dataclass(frozen=True)
class Functions:
    """All functions."""

    functions: tuple[Function, ...] = ()

    @cached_property
    def by_arn(self) -> dict[Arn, Function]:
        """Functions by unqualified ARN."""
        return {function.arn: function for function in self.functions}

    @cached_property
    def by_invoked_arn(self) -> dict[Arn, Function]:
        """By every ARN that they can be invoked by: function, ``$LATEST``, versions and aliases.

        AWS: "Manage Lambda function versions"
        """
        return {
            arn: invoked for function in self.functions for arn, invoked in _everything_invocable(function)
        }

    @cached_property
    def urls_by_host(self) -> dict[str, tuple[FunctionUrl, Function | None]]:
        """Function URLs with what they invoke; None where its alias is gone."""
        return {
            url.host: (url, self.by_invoked_arn.get(qualified(function.arn, url.qualifier)))
            for function in self.functions
            for url in function.urls
        }


def qualifier_of(function_arn: str) -> str:
    """The version or alias in a function's ARN; empty where it has none."""
    return ":".join(function_arn.split(":")[UNQUALIFIED_PARTS:])


def unqualified(function_arn: str) -> Arn:
    """The ARN of the function itself, whatever version or alias the ARN names."""
    return Arn(":".join(function_arn.split(":")[:UNQUALIFIED_PARTS]))


def qualified(function_arn: str, qualifier: str) -> Arn:
    """The ARN of a version or alias of the function; of the function itself without a qualifier."""
    return Arn(f"{function_arn}:{qualifier}" if qualifier else function_arn)


def _everything_invocable(function: Function) -> Iterator[tuple[Arn, Function]]:
    """``$LATEST`` by name counts as the function itself, and has its policy."""
    yield function.arn, function
    yield qualified(function.arn, LATEST), function
    versions = {LATEST: function, **{version.version: version for version in function.versions}}
    for version in function.versions:
        yield version.arn, version
    for alias in function.aliases:
        named = versions.get(alias.function_version)
        if named is not None:
            arn = qualified(function.arn, alias.name)
            yield arn, _named_by(alias, arn, named)


def _named_by(alias: Alias, arn: Arn, version: Function) -> Function:
    return replace(
        version,
        arn=arn,
        policy=alias.policy,
        weights=tuple(pair for pair in alias.additional_version_weights if pair[1] > 0),
        versions=(),
        aliases=(),
        urls=(),
    )
