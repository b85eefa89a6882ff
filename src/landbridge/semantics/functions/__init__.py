"""What Lambda decides and says, apart from running code: who may invoke, error payloads, log lines.

In: a function, the service that wants to invoke it, the end of an invocation. Out: Decisions, and the bytes
and lines that Lambda writes. Never does: run a function (that is ``serve``), translate an error for a client
(that is ``api_gateway`` and ``load_balancing``). Start reading at ``permission.py``.
"""
