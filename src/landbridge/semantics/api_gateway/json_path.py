"""The JSONPath expressions that mapping templates use: names, indexes and wildcards from the root.

AWS: "Variables for data transformations for API Gateway"
"""

import re

from landbridge.semantics.api_gateway.velocity import MappingTemplateError

_STEP = re.compile(
    r"""\.(?P<name>[A-Za-z_][\w-]*)|\[(?P<quote>['"])(?P<quoted>.*?)(?P=quote)\]|\[(?P<index>-?\d+)\]"""
    r"""|(?P<all>\[\*\]|\.\*)"""
)


def find(document: object, path: str) -> object:
    """What the path means in the document; None when there is nothing, a list after a wildcard.

    Filters, slices and deep scans are not modelled: they fail the template.
    """
    if not path.startswith("$"):
        raise MappingTemplateError(f"the JSONPath {path!r} does not begin with $")
    found, position, several = [document], 1, False
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            raise MappingTemplateError(f"landbridge does not model the JSONPath {path!r}")
        several = several or step["all"] is not None
        found = [each for value in found for each in _children(value, step)]
        position = step.end()
    if several:
        return found
    return found[0] if found else None


def _children(value: object, step: re.Match[str]) -> list[object]:
    if step["all"]:
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if step["index"] is not None:
        index = int(step["index"])
        inside = isinstance(value, list) and -len(value) <= index < len(value)
        return [value[index]] if inside and isinstance(value, list) else []
    name = step["name"] or step["quoted"]
    return [value[name]] if isinstance(value, dict) and name in value else []
