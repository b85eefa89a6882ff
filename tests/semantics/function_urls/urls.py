"""A function with a URL, and the policies that it may have."""

from dataclasses import replace

from tests.topologies import ACCOUNT, FUNCTION_ARN, REGION, private_app, statement

from landbridge.model.functions import Alias, Cors, Function, Functions, FunctionUrl
from landbridge.model.identifiers import Arn
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.model.topology import Topology

HOST = f"dvoiexmle5x3yytqbnix3fwscm0pvpxz.lambda-url.{REGION}.on.aws"
FIRST_ARN, ALIAS_ARN = Arn(f"{FUNCTION_ARN}:1"), Arn(f"{FUNCTION_ARN}:live")
EVERYONE = (("*", "*"),)


def by_url(resource: str = FUNCTION_ARN, auth_type: str = "NONE") -> Statement:
    """What the console adds for ``lambda:InvokeFunctionUrl``."""
    return statement(
        sid="FunctionURLAllowPublicAccess",
        principals=EVERYONE,
        actions=("lambda:InvokeFunctionUrl",),
        resources=(resource,),
        conditions=(Condition("StringEquals", "lambda:FunctionUrlAuthType", (auth_type,)),),
    )


def by_function(resource: str = FUNCTION_ARN, via_url: str = "true") -> Statement:
    """What the console adds for ``lambda:InvokeFunction``."""
    return statement(
        sid="FunctionURLAllowInvokeAction",
        principals=EVERYONE,
        actions=("lambda:InvokeFunction",),
        resources=(resource,),
        conditions=(Condition("Bool", "lambda:InvokedViaFunctionUrl", (via_url,)),),
    )


def public(resource: str = FUNCTION_ARN) -> PolicyDocument:
    """Both."""
    return PolicyDocument((by_url(resource), by_function(resource)))


def function_with(*urls: FunctionUrl, policy: PolicyDocument | None, alias: Alias | None = None) -> Function:
    """The private app's function, one version of it, these URLs and this policy."""
    (latest,) = private_app().functions.functions
    first = replace(latest, arn=FIRST_ARN, version="1", policy=None)
    aliases = (alias,) if alias is not None else ()
    return replace(latest, versions=(first,), aliases=aliases, urls=urls, policy=policy)


def url_app(
    policy: PolicyDocument | None = None,
    *,
    auth_type: str = "NONE",
    cors: Cors | None = None,
    invoke_mode: str = "BUFFERED",
    alias: Alias | None = None,
) -> Topology:
    """The private app, whose function has a URL; of the alias where there is one."""
    url = FunctionUrl(HOST, auth_type, alias.name if alias else "", cors, invoke_mode)
    function = function_with(url, policy=policy, alias=alias)
    return replace(private_app(), functions=Functions((function,)))


def account_only(*statements: Statement) -> PolicyDocument:
    """The statements, for this account's principals alone."""
    owner = Principals(negated=False, values=(("AWS", f"arn:aws:iam::{ACCOUNT}:root"),))
    return PolicyDocument(tuple(replace(each, principals=owner) for each in statements))
