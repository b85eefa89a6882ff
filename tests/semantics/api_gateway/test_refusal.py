from tests.semantics.api_gateway.calls import call, matched, topology_with

from landbridge.semantics.api_gateway.refusal import (
    configuration_error,
    failed,
    integration_hop,
    refuse,
    refuse_configuration,
    refuse_unmodelled,
)
from landbridge.semantics.api_gateway.request import method_reference
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Verdict, allowed


def test_a_refusal_ends_the_trace_with_the_hop_that_caused_it() -> None:
    topology = topology_with()
    request = matched(topology, call(topology))
    before = integration_hop(request, allowed())
    cause = integration_hop(
        request,
        failed(GatewayResponseType.THROTTLED, method_reference(request.match), "log", "remedy", ("a", "b")),
    )
    executed = refuse(request, (before,), cause, configuration_error())
    assert executed.hops == (before, cause)
    assert executed.response.status == 500
    assert cause.decision.facts == (("a", "b"), ("execution log", "log"))


def test_what_is_not_modelled_and_what_is_wrong_are_told_apart() -> None:
    topology = topology_with()
    request = matched(topology, call(topology))
    unknown = refuse_unmodelled(request, (), "canaries").hops[0].decision
    wrong = refuse_configuration(request, (), (("a", "b"),), "change it").hops[0].decision
    assert (unknown.verdict, wrong.verdict) == (Verdict.NOT_MODELLED, Verdict.IMPLICIT_DENY)
    assert wrong.remedy == "change it"
