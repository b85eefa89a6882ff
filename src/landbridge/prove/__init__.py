"""The proof that nobody outside the corporate network reaches an app, or a counterexample.

Every place to call from, every door and every request falls into one of finitely many cells whose members the
topology treats alike (``sources``, ``requests``). The journey itself decides one representative of each
(``exposures``), so that what is proved and what is served are one truth. Policies that are asked outside the
journey are partitioned by the atoms of their conditions (``policies``). ``claims`` says what has to be so.
"""
