"""The proof that nobody outside the corporate network reaches an app, or a counterexample.

Every place to call from, every door and every request falls into one of finitely many kinds whose members
the topology treats alike. The journey itself decides one of each (``reach``), so that what is proved and what
is served are one truth. Policies that no request meets are partitioned by the atoms of their conditions
(``policy``; ``texts`` serves both). ``claims`` says what has to be so, ``check`` judges it, ``rendering``
prints it.
"""
