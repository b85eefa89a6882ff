"""Versions and aliases: which version runs, and what to do where there is none.

AWS: "Manage Lambda function versions"
"""

from landbridge.model.functions import Function, qualifier_of, unqualified
from landbridge.semantics.world import World
from landbridge.trace.decision import Facts


def choose_version(invoked: Function, draw: float) -> str:
    """The version that runs this time; `draw` lies between 0 and 1 and is new for each invocation.

    AWS: "Implement Lambda canary deployments using a weighted alias"
    """
    for version, weight in invoked.weights:
        if draw < weight:
            return version
        draw -= weight
    return invoked.version


def version_facts(invoked: Function) -> Facts:
    """What a trace tells of the version behind an alias; nothing where the ARN says it all."""
    if not invoked.qualifier or invoked.qualifier == invoked.version:
        return ()
    if not invoked.weights:
        return (("function version", invoked.version),)
    rest = 1 - sum(weight for _, weight in invoked.weights)
    shares = ((invoked.version, rest), *invoked.weights)
    return (("function versions", ", ".join(f"{version} ({weight:.0%})" for version, weight in shares)),)


def how_to_create(world: World, function_arn: str) -> str:
    """The beginning of a remedy where nothing has this ARN: function, version or alias."""
    qualifier = qualifier_of(function_arn)
    function = world.topology.functions.by_arn.get(unqualified(function_arn))
    if function is None or not qualifier:
        return f"Create the function {unqualified(function_arn)}"
    if qualifier.isdigit():
        return f"Publish version {qualifier} of {function.name}"
    return f"Create the alias {qualifier} of {function.name}"
