"""What every part of an import works on: the API, the document, and what was found wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from landbridge.control.amendments.apigateway_import_document import Document, referred


@dataclass(frozen=True, slots=True)
class Target:
    """An API of moto's into which a document is imported.

    AWS: "Errors and warnings from importing your API into API Gateway"
    """

    backend: Any
    api: Any
    document: Document
    errors: list[str] = field(default_factory=list)
    """Everything that makes the import fail."""
    warnings: list[str] = field(default_factory=list)
    """Everything that was ignored."""

    def component(self, kind: str) -> Document:
        """The components of a kind, such as ``schemas``, by name."""
        found = self.document.get("components", {}).get(kind)
        return found if isinstance(found, dict) else {}

    def referred(self, value: Any, what: str) -> Document | None:
        """The object that the value is or refers to; a warning where there is none."""
        found = referred(self.document, value)
        if isinstance(found, dict):
            return found
        self.warnings.append(f"Unable to resolve {what}. Ignoring.")
        return None
