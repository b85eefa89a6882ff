"""API keys, usage plans and throttling: whether a request may be made now.

In: a request whose method is known and whose caller is authorized. Out: the request with its API key, or a
403 or 429. How much has been used is counted outside: ``usage_check`` yields ``CountUsage``, and whoever
performs it uses the transitions in ``throttling`` and ``usage_plans``. Never does: keep a count. Start
reading at ``usage_check.py``.
"""
