"""The command line: one file per command, each of which parses, calls one function and prints.

Data goes to stdout, everything else to stderr. Exit codes: 0 good, 1 the answer is no, 2 bad input.
"""
