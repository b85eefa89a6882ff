from tests.capture.scripted import ACCOUNT, REGION
from tests.capture.whole_account import whole_account

from landbridge.capture.capture import capture
from landbridge.capture.permissions import ACTIONS, PERMISSIONS


def test_capture_makes_exactly_the_calls_that_are_listed() -> None:
    account = whole_account()
    capture(account.client, account_id=ACCOUNT, region=REGION, configurations=True)
    assert set(account.calls) == {f"{service}.{operation}" for service, operation in ACTIONS}


def test_every_permission_only_reads() -> None:
    reading = ("Describe", "Get", "List", "GET", "Search")
    assert [action for action in PERMISSIONS if not action.partition(":")[2].startswith(reading)] == []


def test_the_permissions_are_listed_once_and_in_order() -> None:
    assert list(PERMISSIONS) == sorted(set(PERMISSIONS))
