"""What AWS does with a connection and a request, as pure functions over immutable values.

In: a ``World`` (a Topology and what was compiled from it), a source, a request, a ``Moment``. Out: hops,
decisions and an outcome. Never does: IO, clock, randomness; what it needs done it yields (``needs.py``).
Start reading at ``journey/``, which reads top to bottom in AWS's order.
"""
