"""Apache Velocity 1.7's template language as API Gateway's mapping templates have it, compiled once.

In: the text of a template, then variables. Out: the text it makes (``template.Template``), or a
``MappingTemplateError`` that names line and column. Nothing of Python can be reached from a template: members
are entries of maps and tabled methods, never attributes. ``#macro``, ``#parse``, ``#include``, ``#evaluate``
and ``#define`` are refused, a loop ends after 1,000 turns.

Read in this order: ``template``, ``blocks``, ``references``, ``expressions``, ``values``, ``methods``.
"""
