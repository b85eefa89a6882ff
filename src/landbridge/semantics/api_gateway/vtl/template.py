"""A template: read once, carried out for each request."""

from collections.abc import Mapping

from landbridge.semantics.api_gateway.vtl.blocks import read_blocks
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError
from landbridge.semantics.api_gateway.vtl.run import Run, Stopped
from landbridge.semantics.api_gateway.vtl.scanner import Scanner

LONGEST_TEMPLATE = 300 * 1024
"""AWS: "Amazon API Gateway quotas" """


class Template:
    """A compiled template."""

    def __init__(self, text: str) -> None:
        """MappingTemplateError where the text is no template."""
        if len(text.encode()) > LONGEST_TEMPLATE:
            raise MappingTemplateError(f"the mapping template is longer than {LONGEST_TEMPLATE} bytes")
        try:
            self._blocks = read_blocks(Scanner(text))
        except MappingTemplateError as error:
            raise error.within("the mapping template cannot be parsed") from error
        except RecursionError:
            raise MappingTemplateError("the mapping template is nested too deeply") from None

    def render(self, variables: Mapping[str, object]) -> str:
        """The text that the template makes of the variables; MappingTemplateError where it fails."""
        run = Run(dict(variables), [])
        try:
            for block in self._blocks:
                block.render(run)
        except Stopped:
            pass  # by #stop, which keeps what has been written so far
        return "".join(run.output)
