"""Functions as real processes that speak the Lambda Runtime API through AWS's own runtime clients.

In: the deployed functions, their code, and ``Invoke``. Out: ``Invoked``, ``InvokeRefused`` or
``InvokeTimedOut``; log events. Never does: decide who may invoke (that is ``semantics``), or word an error
payload or a log line (``semantics/functions``). ``Fleet`` has a ``Pool`` for each function; a pool opens
``ExecutionEnvironment``s, each with one ``Runtime``: a process, and the Runtime API only it knows. No process
outlives landbridge, however that ends (``guard.py``). Start reading at ``fleet.py``.
"""
