"""What API Gateway does with one request once its API and stage are known.

In: an ``ApiRequest`` and a ``Moment``. Out: ``Executed``, the response and the hops that led to it; what must
be done outside (run a function, read an object) is yielded on the way (``semantics/needs.py``).

Never does: find the API or the stage (that is ``endpoint``), evaluate a policy by itself (that is ``iam``),
serve what it does not model: such a request is answered 500 and its hop says ``notModelled``.

Start reading at ``execution.py``, which reads top to bottom in AWS's order; then ``lambda_proxy.py`` for
``AWS_PROXY``, ``aws_integration.py`` for Amazon S3, ``mock_integration.py`` for ``MOCK``.
"""
