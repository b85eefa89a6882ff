"""JSONPath as Jayway's library reads it, which API Gateway uses in templates and parameter mappings.

In: a document of maps, lists and scalars, and a path such as ``$.store.book[?(@.price < 10)].title``. Out:
what the path means there (``path.find``), or a ``MappingTemplateError`` where it is no path. A path that can
mean several things (a wildcard, slice, union, filter or deep scan) gives a list.
"""
