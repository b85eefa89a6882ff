"""AWS Signature Version 4: whether the request that arrived is the one that somebody signed.

In: a request as it arrived and the service it came to. Out: the access key it was signed with and whom that
stands for, or a failure with the canonical request that would have been right, worded by nobody yet: API
Gateway and S3 word it, each in its own room.

The secret of a key is asked for with the need ``FindAccessKey`` and never becomes part of a decision.
Never does: decide what the caller may do, which is ``semantics.iam.permissions``'s business.

Start reading at ``verification.py``; below it ``parts.py`` and ``canonical_request.py``. ``differences.py``
finds out what a client signed that did not arrive.
"""
