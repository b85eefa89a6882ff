"""The journey of one request, in AWS's order: names, network, listener, rule, target, endpoint, API.

In: a World, a source, a name or address; then requests. Out: where a connection ends (``connection.connect``,
decided once per connection), and the response with the hops that led to it (``answer.answer``, once per
request). ``answer`` is a generator: it yields what it needs done (``needs.py``) and receives the results, so
that a test plays the driver by hand. A journey never performs anything itself.

Read in this order: ``connection``, ``answer``, ``listener``, ``target``, ``service``, ``endpoint``,
``storage``.
"""
