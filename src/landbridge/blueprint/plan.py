"""The AWS calls that make a declared app: the whole path from the corporate network to function and bucket.

Each call uses AWS's own resources and defaults; what the calls of one service are is in ``planning/``. They
are in the order in which their answers are needed.
"""

from dataclasses import dataclass

from landbridge.blueprint.calls import ApiCall, Plan
from landbridge.blueprint.declaration import Declaration, Design
from landbridge.blueprint.naming import function_name
from landbridge.blueprint.packaging import FrontendFile
from landbridge.blueprint.planning import (
    api_gateway,
    frontend_target,
    function,
    function_target,
    identity,
    link,
    load_balancing,
    names,
    network,
    private_domain_name,
    regional_domain_name,
    rules,
    security_groups,
    storage,
    tables,
)
from landbridge.blueprint.planning.certificate import plan_import


@dataclass(frozen=True, slots=True)
class Assets:
    """The bytes an app needs besides its declaration."""

    code_zip: bytes
    files: tuple[FrontendFile, ...]
    certificate_pem: bytes
    private_key_pem: bytes
    chain_pem: bytes


ACCOUNT_CALL = ApiCall("account", "sts", "get_caller_identity", {})


def plan(declaration: Declaration, assets: Assets) -> Plan:
    """Every call, from an empty account to the running app."""
    return (
        ACCOUNT_CALL,
        *network.plan(declaration),
        *security_groups.plan(declaration),
        *link.plan(declaration),
        *network.plan_endpoint(declaration),
        *tables.plan(declaration),
        *storage.plan(declaration, assets.files),
        *identity.plan(declaration),
        *storage.plan_policy(declaration),
        *function.plan(declaration, assets.code_zip),
        plan_import(declaration, assets.certificate_pem, assets.private_key_pem, assets.chain_pem),
        *_plan_front(declaration, assets.files),
        *names.plan(declaration),
    )


def function_update(declaration: Declaration, code_zip: bytes) -> Plan:
    """The calls that give the function new code.

    AWS: "UpdateFunctionCode"
    """
    return (
        ApiCall(
            "function-code",
            "lambda",
            "update_function_code",
            {"FunctionName": function_name(declaration), "ZipFile": code_zip},
        ),
    )


def frontend_update(
    declaration: Declaration, before: tuple[FrontendFile, ...], after: tuple[FrontendFile, ...]
) -> Plan:
    """The calls that take the frontend from one set of files to another; none when they are the same."""
    calls = (
        *storage.plan_objects(declaration, tuple(file for file in after if file not in before)),
        *storage.plan_removals(declaration, {file.key for file in before} - {file.key for file in after}),
        *_plan_fallback_update(declaration, before, after),
    )
    return (ACCOUNT_CALL, *calls) if calls else ()


def _plan_front(declaration: Declaration, files: tuple[FrontendFile, ...]) -> Plan:
    """What stands between the link and function and bucket; the one part in which designs differ much."""
    match declaration.design:
        case Design.GATEWAY:
            return (
                *api_gateway.plan(declaration, files),
                *regional_domain_name.plan(declaration),
                *load_balancing.plan(declaration),
            )
        case Design.DOMAIN:
            return (*api_gateway.plan(declaration, files), *private_domain_name.plan(declaration))
        case Design.LAMBDA:
            return (
                *load_balancing.plan_load_balancer(declaration),
                *function_target.plan(declaration),
                *frontend_target.plan(declaration),
                load_balancing.plan_listener(declaration, rules.NOTHING_HERE),
                *function_target.plan_rule(declaration),
                *frontend_target.plan_rules(declaration, files),
            )


def _plan_fallback_update(
    declaration: Declaration, before: tuple[FrontendFile, ...], after: tuple[FrontendFile, ...]
) -> Plan:
    match declaration.design:
        case Design.GATEWAY | Design.DOMAIN:
            return api_gateway.plan_fallback_update(declaration, before, after)
        case Design.LAMBDA:
            return frontend_target.plan_rules_update(declaration, before, after)
