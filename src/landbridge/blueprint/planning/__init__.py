"""The calls of each AWS service in a plan, one module per service.

In: a ``Declaration``. Out: a part of the plan; the calls of one part refer to those of another by their
names. Never does: decide the order of the parts, which is ``plan.py``'s.
"""
