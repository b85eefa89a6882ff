"""What Amazon S3 answers: to API Gateway, which acts as a role, to whoever signed a request, and to anyone.

In: who asks for what of which bucket, its policy, Block Public Access, ACLs and CORS rules. Out: S3's own
response, and the hop that says why; objects and lists are asked for by yielding ``needs.GetObject`` and
``needs.ListObjects``, what is written by ``needs.CallService``. Never does: read an object; versions,
websites, payloads signed in chunks.
Start reading at ``addressing.py``, then ``authentication.py``, ``answer.py``, ``permission.py`` and
``get_object.py``.
"""
