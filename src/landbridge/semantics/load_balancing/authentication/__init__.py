"""What a load balancer does about users and tokens before it lets a request through.

In: an authenticate or jwt-validation action, a request, a Moment, and ``Secrets``, the stack's own keys.
Out: generators that yield HTTP needs towards the identity provider and return an ``Admitted`` or a
``Barred``. Never does: IO; draw random numbers (they follow from a secret and the Moment); keep a session
anywhere but in the client's cookies.

Start reading at ``admission.py``; then ``jwt_validation.py`` and, for logins, ``login.py``, ``callback.py``,
``session.py``, ``user_claims.py``.
"""
