"""What is answered behind each door."""

from dataclasses import replace

from landbridge.model.load_balancing import Listener
from landbridge.semantics.doors import Door, ListenerDoor
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.journey.listener import at_listener
from landbridge.semantics.journey.service import answer_service
from landbridge.semantics.load_balancing.header_attributes import modify_response
from landbridge.semantics.needs import Steps
from landbridge.semantics.world import World


def answer(world: World, door: Door, arrival: Arrival) -> Steps[Answered]:
    """The response to one request that arrived at a door."""
    if isinstance(door, ListenerDoor):
        steps = at_listener(world, door, arrival)
        return _with_headers(steps, door.listener) if door.listener.attributes else steps
    return answer_service(world, door, arrival)


def _with_headers(steps: Steps[Answered], listener: Listener) -> Steps[Answered]:
    """The same, its response changed as the listener's attributes say."""
    answered = yield from steps
    return replace(answered, response=modify_response(answered.response, listener))
