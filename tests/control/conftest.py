from collections.abc import Iterator

import pytest

from landbridge.control.aws_api import AwsApi


@pytest.fixture(scope="session")
def shared_api() -> AwsApi:
    return AwsApi("eu-central-1")


@pytest.fixture
def api(shared_api: AwsApi) -> Iterator[AwsApi]:
    shared_api.reset()
    yield shared_api
    shared_api.reset()
