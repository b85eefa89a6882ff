"""The paths of a resource that policies and the other resources of its API tell apart."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from landbridge.model.api_gateway import Deployment, Resource
from landbridge.model.policy import PolicyDocument
from landbridge.prove.texts import Pattern, TooManyCellsError, partition, wildcards
from landbridge.semantics.api_gateway.routing import Match, Routes, compile_resources, match

ANY_SEGMENT = "x"
"""A path segment that stands for a parameter's value where no policy looks at it."""
USUAL_OBJECT = "index.html"
SHORTHAND = "execute-api:/"
_PARAMETER = re.compile(r"\{[^}]*\}")
_GREEDY = re.compile(r"\{[^}]*\+\}")
_WHOLE = re.compile(r"\*|execute-api:/\*|arn:[^/*?]*\*|arn:[^/]*/(\*|[^*?/]+/\*)")
"""Patterns that look at the API and the stage only."""


def resources_of(policy: PolicyDocument | None) -> tuple[str, ...]:
    """The resource patterns of a policy that look at more of a method than its API and stage."""
    if policy is None:
        return ()
    texts = (text for statement in policy.statements for text in statement.resources)
    return tuple(dict.fromkeys(text for text in texts if _WHOLE.fullmatch(text) is None and "${" not in text))


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of one deployment, as some patterns of policies tell them apart."""

    deployment: Deployment
    routes: Routes
    patterns: tuple[str, ...]

    def of(self, resource: Resource, http_method: str, arn: str) -> tuple[str, ...]:
        """One path of each kind that leads to this method of the resource; `arn` is that of API and stage.

        The text of a path counts in policies as it is sent, while slashes at its ends are nothing to the
        resources: ``/orders/`` is another kind of path than ``/orders``. Raises TooManyCellsError.
        """
        usual = (path for path in _usual(resource.path) if self._leads(resource, http_method, path))
        if not self.patterns:
            return tuple(usual)[:1]
        if any("//" in text for text in self.patterns):
            raise TooManyCellsError(
                "policies that name paths with two slashes in a row", "name paths as clients write them"
            )
        found = dict.fromkeys(usual)
        others = tuple(each.path for each in self.deployment.resources)
        for form in (resource.path, f"{resource.path}/", f"/{resource.path}"):
            found |= dict.fromkeys(_told_apart(form, f"{arn}/{http_method}", others, self.patterns))
        return tuple(path for path in found if self._leads(resource, http_method, path))

    def _leads(self, resource: Resource, http_method: str, path: str) -> bool:
        found = match(self.routes, http_method, path)
        return isinstance(found, Match) and found.resource.id == resource.id


def paths_of(deployment: Deployment, patterns: tuple[str, ...]) -> Paths:
    """The paths of a deployment as these resource patterns tell them apart."""
    return Paths(deployment, compile_resources(deployment), patterns)


@lru_cache(maxsize=4096)
def _told_apart(form: str, arn: str, others: tuple[str, ...], patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Paths of the form that policies, or the resources that could take them, tell apart."""
    own = arn.rsplit("/", 2)[0] + "/"
    compiled = [_pattern(own, text) for text in patterns]
    compiled += [_template(arn, path) for other in others for path in (other, f"{other}/")]
    return tuple(cell.witness.removeprefix(arn) for cell in partition(compiled, _template(arn, form)))


def object_paths(bucket: str, policies: Iterable[PolicyDocument | None]) -> tuple[str, ...]:
    """The path of one object of each kind that the resource patterns of the policies tell apart.

    Raises TooManyCellsError.
    """
    arn = f"arn:aws:s3:::{bucket}/"
    statements = (each for policy in policies if policy is not None for each in policy.statements)
    patterns = dict.fromkeys(text for each in statements for text in each.resources if "${" not in text)
    compiled, usual = [wildcards(text) for text in patterns], f"{arn}{USUAL_OBJECT}"
    cells = partition(compiled, wildcards(f"{arn}?*"), (usual,))
    return tuple("/" + quote(cell.witness.removeprefix(arn)) for cell in cells)


def _usual(template: str) -> Iterator[str]:
    """What a client would send; the parts of ``{proxy+}`` may be many where another resource takes fewer."""
    for segments in range(1, 4 if _GREEDY.search(template) else 2):
        greedy = "/".join([ANY_SEGMENT] * segments)
        yield _PARAMETER.sub(ANY_SEGMENT, _GREEDY.sub(greedy, template))


def _template(arn: str, path: str) -> Pattern:
    return wildcards(arn + _PARAMETER.sub("?*", path))


def _pattern(own: str, text: str) -> Pattern:
    """Short resources such as ``execute-api:/stage/GET/pets`` mean this API."""
    return wildcards(own + text.removeprefix(SHORTHAND) if text.startswith(SHORTHAND) else text)
