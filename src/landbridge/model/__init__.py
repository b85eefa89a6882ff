"""The deployed topology as frozen values, one module per AWS service.

In: nothing; ``capture`` fills it. Out: ``topology.Topology`` and ``exchange``'s requests, responses and
flows. Never does: decide anything (that is ``semantics``), read anything (that is ``capture``).
Names are AWS's own. Start reading at ``topology.py``.
"""
