"""What the proof says and what the journey does are the same, for accounts and requests made up at random.

``python -m tests.prove.equivalence --seconds 600 --seed 7`` goes on for longer.
"""

import pytest
from tests.prove.equivalence import disagreements

ACCOUNTS, ATTEMPTS = 10, 60


@pytest.mark.parametrize("first", range(0, 60, ACCOUNTS))
def test_somebody_gets_in_if_and_only_if_the_proof_says_so(first: int) -> None:
    delivered = 0
    for seed in range(first, first + ACCOUNTS):
        found, reached = disagreements(seed, ATTEMPTS)
        delivered += reached
        assert found == [], f"account {seed}"
    assert delivered > 0
