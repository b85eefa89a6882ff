"""boto3 clients for the AWS API of another landbridge process."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from landbridge.control.session import client_session

ACCOUNT_IN_HOST = re.compile(r"^(http://)\d{12}\.")


def api_clients(endpoint_url: str, region: str) -> Callable[[str], Any]:
    """A client by service name, for the API at this URL."""

    @cache
    def client(service: str) -> Any:
        made = client_session().client(service, region_name=region, endpoint_url=endpoint_url)
        made.meta.events.register("before-send.s3-control", _without_account_in_host)
        return made

    return client


def _without_account_in_host(request: Any, **_: Any) -> None:
    """boto3 puts the account in front of 127.0.0.1, and no resolver knows that name."""
    request.url = ACCOUNT_IN_HOST.sub(r"\1", request.url)
