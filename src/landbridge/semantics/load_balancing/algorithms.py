"""The algorithms by which a target group chooses among targets that may all take a request.

AWS: "Edit target group attributes for your Application Load Balancer"
"""

from collections.abc import Sequence
from enum import StrEnum

GOLDEN_RATIO = 0.618_033_988_749_895
"""Multiples of it, less their whole part, lie evenly between 0 and 1 however many are taken."""
LEAST_SHARE = 0.01
"""What a target gets that has just begun its slow start."""


class Algorithm(StrEnum):
    """``load_balancing.algorithm.type``."""

    ROUND_ROBIN = "round_robin"
    LEAST_OUTSTANDING_REQUESTS = "least_outstanding_requests"
    WEIGHTED_RANDOM = "weighted_random"


def least_outstanding(outstanding: Sequence[int], turn: int) -> int:
    """The place of the fewest requests that are not answered yet; equal ones take turns.

    AWS: "Edit target group attributes for your Application Load Balancer"
    """
    least = min(outstanding)
    places = [place for place, count in enumerate(outstanding) if count == least]
    return places[turn % len(places)]


def slowly_started(ages_ms: Sequence[int], duration_ms: int, turn: int) -> int:
    """The place of this turn where targets that became healthy a short while ago get a smaller share.

    The share rises linearly. Where every target is new, none has to wait for another one.

    AWS: "Edit target group attributes for your Application Load Balancer"
    """
    if all(age < duration_ms for age in ages_ms):
        return turn % len(ages_ms)
    shares = [min(max(age / duration_ms, LEAST_SHARE), 1.0) for age in ages_ms]
    left = turn * GOLDEN_RATIO % 1 * sum(shares)
    for place, share in enumerate(shares):
        left -= share
        if left < 0:
            return place
    return len(shares) - 1
