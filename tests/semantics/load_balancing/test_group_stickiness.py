from dataclasses import replace

from tests.semantics.load_balancing.builders import MOMENT, PREFIX, request

from landbridge.model.exchange import HttpRequest, Moment
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import ForwardAction
from landbridge.semantics.load_balancing.group_stickiness import Stuck, is_sticky, stick

BLUE = Arn(PREFIX + "targetgroup/blue/0123456789abcdef")
GREEN = Arn(PREFIX + "targetgroup/green/0123456789abcdef")
STICKY = ForwardAction(((BLUE, 1), (GREEN, 1)), stickiness_s=60)


def later(seconds: int = 0, turn: int = 0) -> Moment:
    return replace(MOMENT, epoch_ms=MOMENT.epoch_ms + seconds * 1000, turn=turn)


def stuck(action: ForwardAction, sent: HttpRequest, moment: Moment) -> Stuck:
    found = stick(action, sent, moment)
    assert found is not None
    return found


def group(found: Stuck) -> Arn:
    ((arn, _),) = found.action.target_groups
    return arn


def coming_back(found: Stuck, name: str = "AWSALBTG") -> HttpRequest:
    values = [value for _, value in found.cookies if value.startswith(f"{name}=")]
    return request(headers=(("Host", "a.example"), ("Cookie", values[0].partition(";")[0])))


def test_only_several_groups_with_stickiness_are_sticky() -> None:
    assert is_sticky(STICKY)
    assert not is_sticky(replace(STICKY, stickiness_s=0))
    assert not is_sticky(ForwardAction(((BLUE, 1),), stickiness_s=60))


def test_a_client_stays_with_the_group_it_got_whatever_the_turn() -> None:
    first = stuck(STICKY, request(), later(turn=1))
    assert group(first) == GREEN
    for turn in range(4):
        for name in ("AWSALBTG", "AWSALBTGCORS"):
            assert group(stuck(STICKY, coming_back(first, name), later(turn=turn))) == GREEN


def test_without_a_cookie_weights_decide_and_each_group_has_turns_of_its_own() -> None:
    found = [stuck(STICKY, request(), later(turn=turn)) for turn in range(4)]
    assert [group(each) for each in found] == [BLUE, GREEN, BLUE, GREEN]
    assert [each.moment.turn for each in found] == [0, 0, 1, 1]


def test_two_cookies_are_set_one_of_them_for_other_origins_and_both_for_seven_days() -> None:
    plain, cross = (value for _, value in stuck(STICKY, request(), MOMENT).cookies)
    assert plain.startswith("AWSALBTG=")
    assert plain.endswith("; Expires=Sat, 02 May 2026 16:45:16 GMT; Path=/")
    assert cross.startswith("AWSALBTGCORS=")
    assert cross.endswith("; Path=/; SameSite=None; Secure")


def test_the_duration_begins_anew_with_every_response() -> None:
    first = stuck(STICKY, request(), later(turn=1))
    second = stuck(STICKY, coming_back(first), later(59))
    assert group(stuck(STICKY, coming_back(second), later(118))) == GREEN
    assert group(stuck(STICKY, coming_back(second), later(120))) == BLUE


def test_a_cookie_that_names_no_group_with_a_weight_is_as_none() -> None:
    first = stuck(STICKY, request(), later(turn=1))
    drained = replace(STICKY, target_groups=((BLUE, 1), (GREEN, 0)))
    assert group(stuck(drained, coming_back(first), MOMENT)) == BLUE
    for value in ("nonsense", "AAAA", "", "%", coming_back(first).headers[1][1][9:-5] + "AAAA="):
        sent = request(headers=(("Cookie", f"AWSALBTG={value}"),))
        assert group(stuck(STICKY, sent, MOMENT)) == BLUE


def test_weights_of_zero_leave_no_group() -> None:
    assert stick(replace(STICKY, target_groups=((BLUE, 0), (GREEN, 0))), request(), MOMENT) is None
