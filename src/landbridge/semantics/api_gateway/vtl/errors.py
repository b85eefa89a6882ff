"""What goes wrong with a template."""


class MappingTemplateError(Exception):
    """The template cannot be read or carried out; API Gateway answers with an error."""

    def __init__(self, message: str, *, bad_request: bool = False, line: int = 0, column: int = 0) -> None:
        super().__init__(f"{message} at line {line}, column {column}" if line else message)
        self._message = message
        self.bad_request = bad_request
        """Whether the request's body is at fault."""
        self.line = line
        """The template's line, from 1; 0 where no place of the template is at fault."""
        self.column = column

    def at(self, line: int, column: int) -> "MappingTemplateError":
        """The same error with its place, unless it has one already."""
        if self.line:
            return self
        return MappingTemplateError(self._message, bad_request=self.bad_request, line=line, column=column)

    def within(self, what: str) -> "MappingTemplateError":
        """The same error with what was being done."""
        return MappingTemplateError(
            f"{what}: {self._message}", bad_request=self.bad_request, line=self.line, column=self.column
        )
