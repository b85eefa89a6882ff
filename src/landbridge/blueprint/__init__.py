"""An app described in a ``landbridge.toml``, and the AWS calls that make it.

In: the text of a declaration, the names of the files beside it, the bytes of its code and frontend. Out: a
``Declaration``, and a plan: a tuple of ``ApiCall`` values in the order they are to be made. Never does: call
AWS, read a file of the app, or decide what AWS does with a request. Start reading at ``plan.py``.
"""
