"""What Amazon S3 answers to a request for an object.

In: who asks for which object of which bucket, and the bucket's policy. Out: S3's own response, and the hop
that says why; the object itself is asked for by yielding ``needs.GetObject``. Never does: read an object;
serve operations other than reading one object, websites, or public access without a policy.
Start reading at ``get_object.py``.
"""
