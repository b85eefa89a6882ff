"""Packets and names: who may connect to whom, and which address a name has for whom.

In: a World and a ``Source`` (a laptop in the corporate network, an interface or instance in a VPC, a host on
the internet), with an address and a port, or with a name. Out: ``Reached`` or ``Resolution``, both with the
hops that led there. Never does: look into what is sent; that is the listener's and the endpoint's business.
Start reading at ``reachability.py``, then ``names.py``.
"""
