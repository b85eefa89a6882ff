"""What a listener does between rule and target, seen through whole journeys."""

from dataclasses import replace
from typing import Any

from tests import topologies
from tests.semantics.api_gateway.calls import MOMENT
from tests.semantics.conversations import OFFICE, Conversation, converse, default_rule, healthy, with_rules
from tests.semantics.load_balancing.authentication.parties import (
    ACTION,
    IDP,
    SECRETS,
    finish,
    key_set,
    ok,
    signed,
    tokens,
)

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse
from landbridge.model.load_balancing import (
    Action,
    FixedResponseAction,
    ForwardAction,
    JwtValidationAction,
    RedirectAction,
    Transform,
)
from landbridge.model.network import Route, SecurityGroup, SecurityGroupRule
from landbridge.model.topology import Topology
from landbridge.semantics.journey.answer import answer
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.needs import ConnectTimeout, FetchKeySet, Invoke, Need, Result, Waited
from landbridge.semantics.world import World
from landbridge.trace.codes import AuthenticationReason, LocalCode, TransformStatus
from landbridge.trace.decision import Verdict

FORWARD = topologies.load_balancer().listeners[0].rules[-1].actions[0]
JWT = JwtValidationAction(f"{IDP}/jwks", IDP)
USER = {"sub": "ada"}


def app_with(*actions: Action, transforms: tuple[Transform, ...] = ()) -> Topology:
    app = topologies.private_app()
    return with_rules(app, replace(default_rule(app, *actions), transforms=transforms))


def with_way_out(app: Topology) -> Topology:
    """The app with a NAT gateway and the load balancer's group open to the internet."""
    network = app.network
    route = Route(topologies.EVERYWHERE, "nat-0a")
    tables = tuple(replace(table, routes=(*table.routes, route)) for table in network.route_tables)
    return topologies.with_network(app, route_tables=tables, security_groups=_open_groups(app))


def with_open_group(app: Topology) -> Topology:
    return topologies.with_network(app, security_groups=_open_groups(app))


def _open_groups(app: Topology) -> tuple[SecurityGroup, ...]:
    https = SecurityGroupRule("sgr-99", True, "tcp", 443, 443, cidr=topologies.EVERYWHERE)
    return tuple(
        replace(group, rules=(*group.rules, https)) if group.id == topologies.ALB_GROUP else group
        for group in app.network.security_groups
    )


def ask(
    app: Topology, target: str, *results: Result, headers: Headers = (), secrets: Any = SECRETS
) -> tuple[Answered, list[Need]]:
    world = World(app)
    connection = connect(world, OFFICE, topologies.DOMAIN, 443)
    assert connection.door is not None
    sent = HttpRequest("GET", target, (("Host", topologies.DOMAIN), *headers))
    arrival = Arrival(Client("10.10.0.1"), sent, MOMENT, healthy(app), secrets)
    return finish(answer(world, connection.door, arrival), *results)


def status_of(conversation: Conversation) -> int:
    assert conversation.response is not None
    return conversation.response.status


def set_cookies(response: HttpResponse) -> list[str]:
    return [value.partition(";")[0] for name, value in response.headers if name == "Set-Cookie"]


def test_a_transform_rewrites_what_the_target_gets_after_the_rule_was_chosen() -> None:
    rewrite = Transform("url-rewrite", (("^/shop/(.*)$", "/api/$1"),))
    seen = converse(app_with(FORWARD, transforms=(rewrite,)), "/shop/orders?a=1")
    assert status_of(seen) == 200
    (invoke,) = seen.needs
    assert isinstance(invoke, Invoke)
    assert b'"path":"/api/orders"' in invoke.payload
    (hop,) = [hop for hop in seen.hops if hop.step.value == "transform"]
    assert hop.decision.code is TransformStatus.SUCCESS


def test_a_host_header_rewrite_makes_an_endpoint_find_the_api_without_a_custom_domain() -> None:
    api_host = f"{topologies.rest_api().id}.execute-api.eu-central-1.amazonaws.com"
    rewrites = (
        Transform("host-header-rewrite", (("^.*$", api_host),)),
        Transform("url-rewrite", (("^/(.*)$", "/live/$1"),)),
    )
    seen = converse(app_with(FORWARD, transforms=rewrites))
    assert status_of(seen) == 200
    assert [hop.decision.allowed for hop in seen.hops if hop.step.value == "which API"] == [True]
    assert "base path mapping" not in seen.steps


def test_a_transform_that_fails_is_500_and_no_target_is_asked() -> None:
    broken = Transform("url-rewrite", (("^/", "no-slash"),))
    seen = converse(app_with(FORWARD, transforms=(broken,)))
    assert (status_of(seen), seen.needs) == (500, ())
    assert seen.last.code is TransformStatus.INVALID_PATH


def test_a_redirect_that_grows_too_long_is_507() -> None:
    seen = converse(
        app_with(RedirectAction("HTTP_301", host="#{host}", path="/#{path}/#{path}")), "/" + "a" * 5000
    )
    assert status_of(seen) == 507
    assert seen.last.code is LocalCode.REDIRECT_TOO_LONG


def test_target_group_stickiness_sets_its_cookies_on_the_target_s_response() -> None:
    other = topologies.target_group().arn + "2"
    assert isinstance(FORWARD, ForwardAction)
    ((arn, _),) = FORWARD.target_groups
    sticky = ForwardAction(((arn, 1), (type(arn)(other), 0)), stickiness_s=60)
    seen = converse(app_with(sticky))
    assert seen.response is not None
    assert [cookie.partition("=")[0] for cookie in set_cookies(seen.response)] == ["AWSALBTG", "AWSALBTGCORS"]


def test_a_valid_token_reaches_the_target_and_an_invalid_one_does_not() -> None:
    app = with_way_out(app_with(JWT, FixedResponseAction(204)))
    good = {"iss": IDP, "exp": MOMENT.epoch_ms // 1000 + 60}
    for claims, status in ((good, 204), ({**good, "iss": "x"}, 401)):
        headers = (("Authorization", f"Bearer {signed(claims)}"),)
        answered, needs = ask(app, "/", ok(key_set()), headers=headers)
        assert answered.response.status == status
        assert isinstance(needs[0], FetchKeySet)


def test_a_load_balancer_without_a_way_to_the_internet_gets_no_keys_and_no_tokens() -> None:
    app = with_open_group(app_with(JWT, FixedResponseAction(204)))
    token = signed({"iss": IDP, "exp": MOMENT.epoch_ms // 1000 + 60})
    answered, needs = ask(app, "/", Waited(), headers=(("Authorization", f"Bearer {token}"),))
    assert answered.response.status == 562
    assert needs == [ConnectTimeout()]
    stopped = [hop.step.value for hop in answered.hops if not hop.decision.allowed]
    assert stopped == ["route", "authentication"]
    assert "NAT" in next(hop for hop in answered.hops if not hop.decision.allowed).decision.remedy


def test_a_login_goes_by_way_of_the_node_to_the_provider_and_back_to_the_app() -> None:
    app = with_way_out(app_with(ACTION, FixedResponseAction(204)))
    away, _ = ask(app, "/app")
    assert away.response.status == 302
    assert away.hops[-1].step.value == "authentication"
    state = (away.response.header("location") or "").partition("state=")[2]
    nonce = ("Cookie", set_cookies(away.response)[0])
    target = f"/oauth2/idpresponse?code=c&state={state}"
    later = {"exp": MOMENT.epoch_ms // 1000 + 60, "iss": IDP, "aud": "orders", "sub": "ada"}
    back, _ = ask(app, target, ok(tokens(id_token=signed(later))), ok(USER), headers=(nonce,))
    assert back.response.status == 302
    assert back.response.header("location") == f"https://{topologies.DOMAIN}/app"
    session = ("Cookie", "; ".join(set_cookies(back.response)))
    inside, needs = ask(app, "/app", headers=(session,))
    assert (inside.response.status, needs) == (204, [])
    sealed_in = app_with(ACTION, FixedResponseAction(204))
    cut_off, _ = ask(sealed_in, target, Waited(), headers=(nonce,))
    assert cut_off.response.status == 500
    assert cut_off.hops[-1].decision.code is AuthenticationReason.TOKEN_EP_REQUEST_TIMEOUT


def test_the_callback_path_belongs_to_the_app_where_no_rule_authenticates() -> None:
    answered, _ = ask(app_with(FixedResponseAction(204)), "/oauth2/idpresponse?code=c&state=s")
    assert answered.response.status == 204


def test_users_are_not_authenticated_without_the_stack_s_keys() -> None:
    app = with_way_out(app_with(ACTION, FixedResponseAction(204)))
    for target in ("/app", "/oauth2/idpresponse?state=s"):
        answered, _ = ask(app, target, secrets=None)
        assert answered.response.status == 500
        assert answered.hops[-1].decision.verdict is Verdict.NOT_MODELLED
