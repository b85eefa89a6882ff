"""Bytes and values: HTTP/1.1, HTTP/2, proxy protocols, DNS messages, Lambda's Runtime API.

In: bytes in pieces of any size, and values of ``model.exchange``. Out: the same, the other way round. Never
does: IO; raise on what a peer sends; know a rule of AWS (limits are passed in, and what is wrong with bytes
is told, not judged). Start reading at ``http1.py``.
"""
