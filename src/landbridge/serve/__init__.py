"""The asyncio shells: real sockets, TLS, DNS, health checks and function processes around the journey.

In: a ``World`` and bytes. Out: bytes, traces, logs. Never does: decide an AWS rule (that is ``semantics``).
Everything binds to loopback. Start reading at ``stack.py``; one connection is ``vantage.py`` then
``http_connection.py``.
"""
