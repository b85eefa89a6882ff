"""Who reaches what: places in the network, the doors that it opens to them, requests, what they ask.

Read in this order: ``places``, ``entries``, ``requests``, ``decided``, ``exposures``.
"""
