"""State on disk: every call that changed something, as it was sent, repeated at the next start.

In: calls as they are answered, under the API's lock. Out: a folder from which the same resources come back
with the same ids, times and bytes, after ``kill -9`` too. Never does: run anything that a file says; load
what is damaged or half written. Start reading at ``keeper.py``; why it is done this way and what is not kept
is in ``docs/state.md``.
"""
