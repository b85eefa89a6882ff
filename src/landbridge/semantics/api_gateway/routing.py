"""Which resource and method of a deployment a request means."""

from dataclasses import dataclass, field

from landbridge.model.api_gateway import Deployment, Method, Resource, StringMap

METHODS_OF_ANY = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


@dataclass(frozen=True, slots=True)
class Match:
    """A resource, its method, and the path parameters, undecoded."""

    resource: Resource
    method: Method
    http_method: str
    """The request's own: never ``ANY``."""
    path_parameters: StringMap


@dataclass(frozen=True, slots=True)
class Unmatched:
    """No resource has the path, or the one that does lacks the method."""

    resource: Resource | None


@dataclass(slots=True)
class Routes:
    """A node of the tree of path segments; complete, and then only read, once compiled."""

    leaf: "_Leaf | None" = None
    literals: dict[str, "Routes"] = field(default_factory=dict)
    parameter_name: str = ""
    parameter: "Routes | None" = None
    greedy_name: str = ""
    greedy: "_Leaf | None" = None


def compile_resources(deployment: Deployment) -> Routes:
    """The resources of a deployment as a tree; compile once with ``world.once``."""
    root = Routes()
    for resource in deployment.resources:
        _insert(root, resource)
    return root


def match(routes: Routes, http_method: str, path: str) -> Match | Unmatched:
    """The method that serves this path, or what comes closest.

    A literal segment wins over ``{parameter}``, and that over ``{proxy+}``; where the better branch lacks the
    rest of the path or the method, the next one is tried. Nothing is decoded. Slashes at either end do not
    count; inside the value of ``{proxy+}`` every slash is kept.
    AWS: "Set up a proxy integration with a proxy resource"
    """
    trimmed = path.strip("/")
    segments = trimmed.split("/") if trimmed else []
    found = _search(routes, segments, 0, http_method, ())
    if found is not None:
        return found
    closest = _search(routes, segments, 0, None, ())
    return Unmatched(closest.resource if closest is not None else None)


@dataclass(frozen=True, slots=True)
class _Leaf:
    resource: Resource
    methods: dict[str, Method]

    def choose(self, http_method: str | None, parameters: StringMap) -> Match | None:
        if http_method is None:
            return Match(self.resource, Method(""), "", parameters)
        method = self.methods.get(http_method)
        return None if method is None else Match(self.resource, method, http_method, parameters)


def _insert(root: Routes, resource: Resource) -> None:
    node, leaf = root, _Leaf(resource, _methods(resource))
    for segment in resource.path.strip("/").split("/") if resource.path != "/" else ():
        name = segment[1:-1] if segment[:1] == "{" and segment[-1:] == "}" else ""
        if name.endswith("+"):
            node.greedy_name, node.greedy = name[:-1], leaf
            return
        if name:
            node.parameter_name = name
            node.parameter = node.parameter or Routes()
            node = node.parameter
        else:
            node = node.literals.setdefault(segment, Routes())
    node.leaf = leaf


def _methods(resource: Resource) -> dict[str, Method]:
    """By the request's method; ``ANY`` stands for seven methods and yields to a specific one."""
    methods = {method.http_method: method for method in resource.methods}
    catch_all = methods.pop("ANY", None)
    if catch_all is not None:
        methods = dict.fromkeys(METHODS_OF_ANY, catch_all) | methods
    return methods


def _search(
    node: Routes, segments: list[str], position: int, http_method: str | None, parameters: StringMap
) -> Match | None:
    if position == len(segments):
        return node.leaf.choose(http_method, parameters) if node.leaf is not None else None
    segment = segments[position]
    child = node.literals.get(segment)
    found = _search(child, segments, position + 1, http_method, parameters) if child is not None else None
    if found is None and node.parameter is not None and segment:
        bound = (*parameters, (node.parameter_name, segment))
        found = _search(node.parameter, segments, position + 1, http_method, bound)
    if found is None and node.greedy is not None:
        bound = (*parameters, (node.greedy_name, "/".join(segments[position:])))
        found = node.greedy.choose(http_method, bound)
    return found
