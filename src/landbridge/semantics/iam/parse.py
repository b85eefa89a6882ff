"""From the text of a policy, as AWS returns it, to a PolicyDocument."""

import json
from typing import TypeAlias

from landbridge.errors import DeclarationError
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.semantics.iam.operators import is_known

Json: TypeAlias = "str | bool | list[Json] | dict[str, Json] | None"
"""What JSON can hold, numbers as the text they are written as and, but for a moment, Booleans too."""


def parse_policy(text: str) -> PolicyDocument:
    """The policy document; parts that are not understood are named in their statement's ``unsupported``.

    Such a part is read as widely as it could be meant: a condition is left out, a principal is everyone.
    Takes plain JSON and the backslash-escaped JSON that API Gateway answers with. Raises DeclarationError
    where there is no policy document in the text.
    AWS: "Grammar of the IAM JSON policy language"
    """
    document = _decode(text)
    if not isinstance(document, dict) or "Statement" not in document:
        raise DeclarationError("The policy is not a JSON object with a Statement", _HINT)
    statements = document["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    version = document.get("Version", "2008-10-17")
    unsupported = tuple(f"element {name}" for name in document if name not in _DOCUMENT_ELEMENTS)
    if version not in _VERSIONS:
        unsupported += (f"Version {json.dumps(version)}",)
    return PolicyDocument(
        tuple(_statement(each, position, unsupported) for position, each in enumerate(listed)),
        text,
        version if isinstance(version, str) else "",
    )


_HINT = 'write it as {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", …}]}'
_VERSIONS = ("2008-10-17", "2012-10-17")
_DOCUMENT_ELEMENTS = ("Version", "Id", "Statement")
_STATEMENT_ELEMENTS = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}
_PRINCIPAL_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")


def _decode(text: str) -> Json:
    try:
        return _read_json(text)
    except ValueError as plain:
        try:
            return _read_json(str(_read_json(f'"{text}"')))
        except ValueError:
            raise DeclarationError(f"The policy is not JSON: {plain}", _HINT) from None
    except RecursionError:
        raise DeclarationError("The policy is nested too deeply", _HINT) from None


def _read_json(text: str) -> Json:
    read: Json = json.loads(
        text,
        parse_int=str,
        parse_float=str,
        parse_constant=_reject_constant,
        object_pairs_hook=_object,
    )
    return read


def _reject_constant(name: str) -> str:
    raise ValueError(f"{name} is no JSON value")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object whose names are unique: with two of a name, one would be lost silently."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError(f'"{next(name for name in names if names.count(name) > 1)}" occurs twice')
    return {name: _text_of_boolean(value) for name, value in pairs}


def _text_of_boolean(value: Json) -> Json:
    if isinstance(value, list):
        return [_text_of_boolean(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else value


def _statement(element: Json, position: int, unsupported: tuple[str, ...]) -> Statement:
    if not isinstance(element, dict):
        raise DeclarationError(f"Statement {position + 1} of the policy is not a JSON object", _HINT)
    doubts = [*unsupported, *(f"element {name}" for name in element if name not in _STATEMENT_ELEMENTS)]
    effect = _text(element, "Effect", doubts)
    if effect not in ("Allow", "Deny"):
        doubts.append(f"Effect {json.dumps(effect)}")
    actions, actions_negated = _either(element, "Action", "NotAction", doubts)
    resources, resources_negated = _either(element, "Resource", "NotResource", doubts)
    return Statement(
        effect=effect,
        sid=_text(element, "Sid", doubts),
        principals=_principals(element, doubts),
        actions=actions,
        actions_negated=actions_negated,
        resources=resources,
        resources_negated=resources_negated,
        conditions=_conditions(element.get("Condition", {}), doubts),
        position=position,
        unsupported=tuple(doubts),
    )


def _text(element: dict[str, Json], name: str, doubts: list[str]) -> str:
    value = element.get(name, "")
    if isinstance(value, str):
        return value
    doubts.append(f"{name} {json.dumps(value)}")
    return ""


def _either(
    element: dict[str, Json], name: str, negated_name: str, doubts: list[str]
) -> tuple[tuple[str, ...], bool]:
    """The values of an element or of its negation, and whether it was the negation."""
    if name in element and negated_name in element:
        doubts.append(f"{name} together with {negated_name}")
        return ("*",), False
    negated = negated_name in element
    value = element.get(negated_name if negated else name, [])
    texts = _texts(value)
    if texts is not None:
        return texts, negated
    doubts.append(f"{negated_name if negated else name} {json.dumps(value)}")
    return ("*",), False


def _texts(value: Json) -> tuple[str, ...] | None:
    """One text or a list of texts; None where there is anything else."""
    listed = value if isinstance(value, list) else [value]
    texts = tuple(each for each in listed if isinstance(each, str))
    return texts if len(texts) == len(listed) else None


def _principals(element: dict[str, Json], doubts: list[str]) -> Principals | None:
    """AWS: "AWS JSON policy elements: Principal"."""
    if "Principal" in element and "NotPrincipal" in element:
        doubts.append("Principal together with NotPrincipal")
        return _EVERYONE
    negated = "NotPrincipal" in element
    name = "NotPrincipal" if negated else "Principal"
    if name not in element:
        return None
    pairs = _principal_pairs(element[name])
    if pairs is not None:
        return Principals(negated, pairs)
    doubts.append(f"{name} {json.dumps(element[name])}")
    return _EVERYONE


_EVERYONE = Principals(False, (("*", "*"),))


def _principal_pairs(value: Json) -> tuple[tuple[str, str], ...] | None:
    if value == "*":
        return _EVERYONE.values
    if not isinstance(value, dict) or not set(value) <= set(_PRINCIPAL_TYPES):
        return None
    pairs: list[tuple[str, str]] = []
    for kind, names in value.items():
        texts = _texts(names)
        if texts is None:
            return None
        pairs += [(kind, each) for each in texts]
    return tuple(pairs)


def _conditions(block: Json, doubts: list[str]) -> tuple[Condition, ...]:
    """AWS: "IAM JSON policy elements: Condition"."""
    if not isinstance(block, dict):
        doubts.append(f"Condition {json.dumps(block)}")
        return ()
    found: list[Condition] = []
    for operator, keys in block.items():
        if not is_known(operator):
            doubts.append(f"condition operator {operator}")
        elif not isinstance(keys, dict):
            doubts.append(f"Condition {operator} {json.dumps(keys)}")
        else:
            found += _conditions_of(operator, keys, doubts)
    return tuple(found)


def _conditions_of(operator: str, keys: dict[str, Json], doubts: list[str]) -> list[Condition]:
    found: list[Condition] = []
    for key, value in keys.items():
        texts = _texts(value)
        if texts is None:
            doubts.append(f"Condition {operator} {key} {json.dumps(value)}")
        else:
            found.append(Condition(operator, key, texts))
    return found
