"""Reports as text, JSON, SARIF and JUnit.

In: an Assessment. Out: text or JSON values. Never does: judge, or leave out a finding of a form for machines.
"""
