"""What concerns every service: the account, the regions, models parsed once, no memory of the dead."""

from functools import cache
from typing import Any

from botocore.regions import EndpointResolver
from moto import settings
from moto.core import base_backend, common_models, responses, utils
from moto.core.loaders import create_loader

from landbridge.control.amendments.amend import add, amend
from landbridge.control.session import isolated_session

LOCAL_ACCOUNT_HEADER = "x-moto-account-id"
EC2_API_VERSION = "2016-11-15"


def install() -> None:
    """Amends moto's core."""
    settings.ACM_VALIDATION_WAIT = 0
    add(responses.BaseResponse, "get_current_account", get_current_account)
    add(base_backend.AccountSpecificBackend, "_generate_regions", generate_regions)
    add(common_models.BaseModel, "__new__", new_model)
    add(responses, "method_names_from_class", method_names)
    amend(utils, "_load_service_model", load_service_model)


def get_current_account(self: Any) -> str:
    """The account of the ``AwsApi`` that was asked, whatever ``MOTO_ACCOUNT_ID`` says."""
    account_id: str = self.headers[LOCAL_ACCOUNT_HEADER]
    return account_id


def generate_regions(self: Any, service_name: str) -> list[str]:
    """All regions of all partitions; moto parses the service's whole model to learn them."""
    return _every_region()


def new_model(cls: Any, *args: Any, **kwargs: Any) -> Any:
    """A model object that nobody remembers; moto keeps every one for its dashboard, deleted or not."""
    return object.__new__(cls)


@cache
def method_names(response_class: type) -> frozenset[str]:
    """The operations of a response class, listed once and not at every call."""
    return frozenset(name for name in dir(response_class) if callable(getattr(response_class, name, None)))


def load_service_model(original: Any, service_name: str, model_name: str) -> Any:
    """EC2's model as our clients have parsed it, with moto's additions; other models as moto loads them."""
    if (service_name, model_name) != ("ec2", "service-2"):
        return original(service_name, model_name)
    shared = isolated_session().get_component("data_loader").load_service_model(service_name, model_name)
    additions = create_loader()._find_extras(service_name, model_name, EC2_API_VERSION)
    shapes = {name: shape for extra in additions for name, shape in extra["merge"]["shapes"].items()}
    return {**shared, "shapes": {**shared["shapes"], **shapes}}


@cache
def _every_region() -> list[str]:
    resolver = EndpointResolver(isolated_session().get_data("endpoints"))
    return [
        region
        for partition in resolver.get_available_partitions()
        for region in resolver.get_available_endpoints("ec2", partition)
    ]
