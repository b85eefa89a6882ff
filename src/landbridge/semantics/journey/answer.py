"""What is answered behind each door."""

from landbridge.semantics.doors import Door, ListenerDoor
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.journey.listener import at_listener
from landbridge.semantics.journey.service import answer_service
from landbridge.semantics.needs import Steps
from landbridge.semantics.world import World


def answer(world: World, door: Door, arrival: Arrival) -> Steps[Answered]:
    """The response to one request that arrived at a door."""
    if isinstance(door, ListenerDoor):
        return at_listener(world, door, arrival)
    return answer_service(world, door, arrival)
