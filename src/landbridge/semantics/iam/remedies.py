"""What to change where a policy stops a request: one sentence, the commonest slips first."""

from collections.abc import Callable

from landbridge.model.policy import Condition
from landbridge.semantics.iam.request import ANONYMOUS, AuthorizationRequest, Context
from landbridge.semantics.iam.statements import Clause, CompiledStatement


def remedy_for_silence(
    statement: CompiledStatement, failed: tuple[Clause, ...], request: AuthorizationRequest
) -> str:
    """What would make the nearest Allow statement apply."""
    name = statement.statement.name
    slip = _first_slip(failed, request.context)
    if slip:
        return slip
    if not failed:
        return (
            f"{name} lets in the account; also allow {request.action} in the policies of {request.principal}"
        )
    remedy = _condition_remedy if failed[0].condition else _element_remedy
    return remedy(name, failed[0], request)


def remedy_for_deny(statement: CompiledStatement, request: AuthorizationRequest) -> str:
    """What would keep the Deny statement from applying."""
    name = statement.statement.name
    slip = _first_slip(statement.clauses, request.context)
    if slip:
        return slip
    conditions = [clause for clause in statement.clauses if clause.condition]
    if not conditions:
        return f"{name} denies {request.action} whatever the conditions: narrow it or remove it"
    state = " and ".join(f"{clause.name} is {clause.found(request)}" for clause in conditions)
    return f"{name} denies the request because {state}: send one it does not mean, or change the statement"


def remedy_for_no_allow(cited_id: str, request: AuthorizationRequest) -> str:
    """What to add to a policy that allows nothing."""
    return (
        f"add a statement to the policy of {cited_id} that allows "
        f"{request.action} on {request.resource} to {request.principal}"
    )


def _first_slip(clauses: tuple[Clause, ...], context: Context) -> str:
    """The explanation of a condition that can never do what its author meant; empty when there is none."""
    for clause in clauses:
        find_slip = _SLIPS.get(clause.name.lower())
        if clause.condition and find_slip:
            slip = find_slip(clause.condition, context)
            if slip:
                return slip
    return ""


def _endpoint_key_with_vpc(condition: Condition, context: Context) -> str:
    """AWS: "AWS global condition context keys"."""
    vpc = _starting_with("vpc-", condition)
    if not vpc:
        return ""
    return f"aws:SourceVpce holds endpoint ids (vpce-...): use aws:SourceVpc for the VPC id {vpc}"


def _vpc_key_with_endpoint(condition: Condition, context: Context) -> str:
    """AWS: "AWS global condition context keys"."""
    endpoint = _starting_with("vpce-", condition)
    if not endpoint:
        return ""
    return f"aws:SourceVpc holds VPC ids (vpc-...): use aws:SourceVpce for the endpoint id {endpoint}"


def _public_address_key(condition: Condition, context: Context) -> str:
    """AWS: "AWS condition keys that can be used in API Gateway resource policies"."""
    if not any(key in context for key in ("aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip")):
        return ""
    address = ", ".join(context.get("aws:vpcsourceip", ())) or "the caller's private address"
    return (
        f"a request through a VPC endpoint has no aws:SourceIp to go by: use aws:VpcSourceIp, here {address}"
    )


def _private_address_key(condition: Condition, context: Context) -> str:
    """AWS: "AWS condition keys that can be used in API Gateway resource policies"."""
    if "aws:vpcsourceip" in context or "aws:sourceip" not in context:
        return ""
    return "aws:VpcSourceIp exists only on requests through a VPC endpoint: use aws:SourceIp for public ones"


def _starting_with(prefix: str, condition: Condition) -> str:
    return next((value for value in condition.values if value.startswith(prefix)), "")


_SLIPS: dict[str, Callable[[Condition, Context], str]] = {
    "aws:sourcevpce": _endpoint_key_with_vpc,
    "aws:sourcevpc": _vpc_key_with_endpoint,
    "aws:sourceip": _public_address_key,
    "aws:vpcsourceip": _private_address_key,
}


def _element_remedy(name: str, clause: Clause, request: AuthorizationRequest) -> str:
    found = clause.found(request)
    if clause.name.startswith("Not"):
        return f"the {clause.name} of {name} leaves out {found}: take it from there"
    if clause.name != "Principal" or request.principal != ANONYMOUS:
        return f"let the {clause.name} of {name} include {found}"
    return (
        f"the request is not signed, so {name} does not mean it: sign it (for a REST API: method "
        'authorization AWS_IAM), or use Principal "*" with a Condition'
    )


def _condition_remedy(name: str, clause: Clause, request: AuthorizationRequest) -> str:
    found = clause.found(request)
    if found == "absent":
        return f"the request has no {clause.name}, which {name} asks for: use a key that it has"
    return f"let {clause.name} in {name} accept {found}, or send the request from where the condition holds"
