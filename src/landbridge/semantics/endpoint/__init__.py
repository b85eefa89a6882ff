"""What an execute-api VPC endpoint (or the public front) makes of a request: which API is meant, may it pass.

In: a World, a request, the endpoint it arrived at. Out: the API, the stage and the paths, or a denial; and
what the policies of the endpoint and of a private custom domain name decide. Never does: execute the API
(that is ``api_gateway``). Start at ``addressing.py``: it asks ``custom_domains.py`` and ``base_path.py``.
"""
