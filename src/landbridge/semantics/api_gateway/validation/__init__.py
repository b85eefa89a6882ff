"""Request validators: are the required parameters there, and does the body fit its model.

In: a request whose method is known and that may be made. Out: a hop, and a 400 where validation fails. Never
does: look at types or formats of parameters, which API Gateway does not either. Start reading at
``request_validation.py``; ``models.py`` compiles an API's models, ``wording.py`` has AWS's words for what is
wrong.
"""
