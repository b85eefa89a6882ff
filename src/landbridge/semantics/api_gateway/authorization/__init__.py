"""May this caller invoke this method: the API's resource policy and whatever the method is authorized by.

In: a request whose method is known. Out: an ``Admission``: the request, knowing its caller, or the answer in
its place, and every hop. Never does: run an authorizer or read keys; it yields a need and goes on with the
result. Start reading at ``authorize.py``, which chooses by authorization type; each type has a module of its
own, and ``resource_policy.py`` is asked by all of them.
"""
