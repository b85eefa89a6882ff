"""A request that was made up from a policy, sent: what it meets on its way and what it asks."""

from dataclasses import replace

from landbridge.prove.case import Case
from landbridge.prove.reach.decided import Knock, decide, explain
from landbridge.prove.verdict import Witness
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.network.source import vantage


def sent(case: Case, witness: Witness) -> Witness:
    """The witness with the hops of its journey, and with what it really reaches where it does."""
    source = vantage(case.topology, witness.vantage)
    connection = connect(case.world, source, witness.host, witness.port)
    if connection.door is None:
        return replace(witness, hops=connection.hops)
    address = str((connection.seen_as or source).address)
    knock = Knock(connection.door, address, witness.request, witness.server_name)
    backend = decide(case.world, knock).backend
    reaches = (backend.arn or backend.id) if backend is not None else witness.reaches
    return replace(witness, hops=(*connection.hops, *explain(case.world, knock)), reaches=reaches)
