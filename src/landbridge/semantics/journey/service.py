"""What is answered behind every door but a load balancer's: those that can stand behind one, too."""

from landbridge.semantics.doors import (
    BackendDoor,
    EndpointDoor,
    FunctionUrlDoor,
    LocalServerDoor,
    PublicApiDoor,
    S3Door,
)
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.journey.endpoint import at_endpoint
from landbridge.semantics.journey.function_url import at_function_url
from landbridge.semantics.journey.local_server import at_local_server
from landbridge.semantics.journey.storage import at_storage
from landbridge.semantics.needs import Steps
from landbridge.semantics.world import World


def answer_service(world: World, door: BackendDoor, arrival: Arrival) -> Steps[Answered]:
    """The response of whatever is behind a door that is no load balancer's."""
    match door:
        case EndpointDoor():
            return at_endpoint(world, door.endpoint, arrival)
        case PublicApiDoor():
            return at_endpoint(world, None, arrival)
        case FunctionUrlDoor():
            return at_function_url(world, arrival)
        case S3Door():
            return at_storage(world, door, arrival)
        case LocalServerDoor():
            return at_local_server(door, arrival)
