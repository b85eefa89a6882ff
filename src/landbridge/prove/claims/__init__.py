"""The claims, one module each: ``CLAIM`` says what has to be so, ``judge`` finds what is against it."""
