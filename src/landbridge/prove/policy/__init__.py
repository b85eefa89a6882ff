"""What policies allow that no request on the path meets: every kind of request that they tell apart.

``policies`` asks one policy, ``openings`` words what it lets through; the others say whom and what to ask
about.
"""
