"""Function URLs: who may call one, the event that the function gets, the response that its answer becomes.

In: a URL's configuration, the function or alias behind it, a request. Out: Decisions, an event, a response.
Never does: verify a signature (``iam/signatures``), find out which URL is meant or run the function (the
journey). Start reading at ``permission.py``.
"""
