"""What an Application Load Balancer does with one HTTP request, from parsed bytes to the target and back.

In: a ``Listener``, its ``LoadBalancer`` and ``TargetGroup``s, a request, the health of targets. Out: the
rule and the target chosen, each with its hop, the request as the target sees it, the load balancer's own
responses. Never does: IO; resolve or reach a target (``semantics.network``); invoke a function. Work that
depends only on the topology is in the ``compile_`` functions, meant for ``World.once``.

In the order of a request: ``security_policies``, ``limits``, ``rules`` (over ``conditions``
and ``expressions``), ``authentication``, ``transforms``, ``group_stickiness``, ``responses``
for redirects and fixed responses, ``targets`` (over ``health``), ``forwarding``. Start reading at
``rules.py``.
"""
