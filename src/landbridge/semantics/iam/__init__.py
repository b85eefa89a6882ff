"""The IAM policy language: what a policy document decides about one request.

In: the text of a policy (``parse.py``) and who asks for what from where (``request.py``). Out: a Decision
that cites the statement and names each clause that decided, with the policy's value and the request's.

Resource-based and endpoint policies go through ``evaluation.evaluate``; a principal's own policies with their
limits and a resource's through ``permissions``, a role's and trust policies through ``combination``, those of
whoever signed through ``signers``; ``signatures`` verifies. Compile once per topology with ``world.once``.

Never does: guess. A part that is not understood makes the answer "not modelled" wherever it could matter.
Not modelled at all: service and resource control policies, and what other accounts allow their roles.

Start reading at ``evaluation.py``; below it ``statements.py``, ``operators.py`` and ``patterns.py``.
"""
