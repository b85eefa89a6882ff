"""What the tests of proofs share."""

from collections.abc import Callable

import pytest
from tests.prove import example_app

from landbridge.model.topology import Topology


@pytest.fixture(scope="session")
def example_topology() -> Callable[[str], Topology]:
    """The example app's topology by design: ``gateway``, ``lambda`` or ``domain``."""
    return example_app.example_topology
