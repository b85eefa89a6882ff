"""An account's answers to describe, list and get calls, as one immutable Topology.

In: boto3 clients, of a real account or of the local AWS API alike, by documented read-only calls. Out:
``capture.Captured``: a ``model.topology.Topology``, and notices that name what was seen but is not modelled
and what could not be read. Never does: change anything, know moto, repair an answer, guess what a denied
call would have said (the model's ``unsupported`` marks and notices say it instead).

One module per AWS service fills one section of the topology. Start reading at ``capture.py``;
``permissions.py`` is the whole list of calls.
"""
