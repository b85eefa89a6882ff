"""What was decided and why: decisions, hops, outcomes, traces, and how they are shown.

In: values from ``semantics``. Out: text and JSON. Never does: decide. A denial is a value here, never an
exception. Start reading at ``decision.py``.
"""
