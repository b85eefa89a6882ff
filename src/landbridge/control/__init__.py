"""The AWS API on this machine: moto in process, mended where AWS answers otherwise.

In: calls by boto3 (``AwsApi.client``), by anyone over HTTP (``AwsApi.serve``), or a blueprint's plan
(``execute``). Out: AWS's answers, a ``Change`` after every call that changed something, and in ``material``
what no read call tells: private keys, code, object bytes. Never does: decide what happens to a request on the
path; open a socket other than on loopback; read the user's AWS credentials or configuration.
moto keeps its state for the whole process, so there is one ``AwsApi`` at a time; a new one begins empty,
and ``keep_state`` brings back what ``journal/`` kept in a folder.
Start reading at ``aws_api.py``; what is mended is in ``amendments/``, tabled in ``docs/amendments.md``.
"""
