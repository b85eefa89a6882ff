"""moto's modules without what costs time and memory and that nobody here needs.

A few of moto's modules load, while they are imported, 75 MiB of EC2 instance types, an OpenAPI validator, or
botocore's EC2 model three times over. While such a module is imported, and only in it, the imports named in
``STAND_INS`` are answered with something lighter that does its work at first use. Nothing outside moto's
module sees a stand-in.
"""

import builtins
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType, SimpleNamespace
from typing import Any

from botocore.regions import EndpointResolver

from landbridge.control.session import isolated_session


def import_leanly() -> None:
    """Moto's modules are imported leanly from now on; those already imported stay as they are."""
    if not any(isinstance(finder, _LeanFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _LeanFinder())


class _LeanFinder(MetaPathFinder):
    """Finds the modules of ``STAND_INS`` and wraps their loaders."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in STAND_INS:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _LeanLoader(spec.loader, STAND_INS[fullname])
        return spec


class _LeanLoader(Loader):
    """Runs a module with an ``__import__`` of its own."""

    def __init__(self, loader: Loader, stand_ins: Mapping[str, Callable[[], object]]) -> None:
        self._loader = loader
        self._stand_ins = stand_ins

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        def import_or_stand_in(name: str, *args: Any) -> Any:
            level = args[3] if len(args) > 3 else 0
            stand_in = self._stand_ins.get("." * level + name)
            return stand_in() if stand_in else builtins.__import__(name, *args)

        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": import_or_stand_in}
        self._loader.exec_module(module)


class _RegionsOnly:
    """A session that knows the regions of a service from the endpoints file alone."""

    def get_available_regions(self, service_name: str, partition_name: str = "aws") -> list[str]:
        resolver = EndpointResolver(isolated_session().get_data("endpoints"))
        regions: list[str] = resolver.get_available_endpoints(service_name, partition_name)
        return regions


class _BackendsAtFirstUse:
    """A service's backends, imported when somebody asks for an account's."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def __getitem__(self, account_id: str) -> Any:
        return getattr(importlib.import_module(self._module), self._name)[account_id]


def _without_instance_types() -> object:
    """Moto's ``load_resource``, which then finds no instance types and no offerings of them."""
    real = importlib.import_module("moto.utilities.utils")

    def load_resource(resource: str) -> Any:
        return {} if resource.endswith("instance_types.json") else []

    return SimpleNamespace(**{**vars(real), "load_resource": load_resource})


STAND_INS: Mapping[str, Mapping[str, Callable[[], object]]] = {
    "moto.ec2.models.availability_zones_and_regions": {
        "boto3": lambda: SimpleNamespace(Session=_RegionsOnly)
    },
    "moto.ec2.models.instance_types": {"moto.utilities.utils": _without_instance_types},
    "moto.apigateway.models": {
        # Only moto's own imports use it, and they are amended.
        "openapi_spec_validator": lambda: SimpleNamespace(validate=None),
        "openapi_spec_validator.validation.exceptions": lambda: SimpleNamespace(
            OpenAPIValidationError=ValueError
        ),
    },
    "moto.iam.models": {".aws_managed_policies": lambda: SimpleNamespace(aws_managed_policies_data="{}")},
    "moto.awslambda.models": {
        "moto.dynamodb": lambda: SimpleNamespace(
            dynamodb_backends=_BackendsAtFirstUse("moto.dynamodb.models", "dynamodb_backends")
        ),
        "moto.dynamodbstreams": lambda: SimpleNamespace(
            dynamodbstreams_backends=_BackendsAtFirstUse(
                "moto.dynamodbstreams.models", "dynamodbstreams_backends"
            )
        ),
    },
}
"""By moto's module: the import as it is written there, and what to answer it with."""
