"""``${stageVariables.name}`` in the places of an integration where API Gateway replaces it."""

import re

from landbridge.model.api_gateway import StringMap

_REFERENCE = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}")


def with_stage_variables(text: str, variables: StringMap) -> str:
    """The text with each ``${stageVariables.name}`` replaced; an unknown one is empty.

    AWS: "Use stage variables for a REST API in API Gateway"
    """
    if "${" not in text:
        return text
    return _REFERENCE.sub(lambda found: dict(variables).get(found[1], ""), text)
