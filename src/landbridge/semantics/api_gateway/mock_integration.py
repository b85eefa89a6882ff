"""``MOCK``: the mapping template itself says which integration response to give; for CORS preflights, mostly.

AWS: "Mock integrations for REST APIs in API Gateway"
"""

import re

from landbridge.model.exchange import HttpResponse
from landbridge.semantics.api_gateway.integration_request import (
    UnsupportedMediaType,
    integration_request,
    refuse_media_type,
)
from landbridge.semantics.api_gateway.integration_response import BackendAnswer, respond, template_failed
from landbridge.semantics.api_gateway.refusal import refuse_configuration
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError
from landbridge.trace.decision import Hops, Step

_STATUS_CODE = re.compile(r"""\{[^{]*["']?statusCode["']?\s*:\s*["']?(?P<status>\d{3})\b""")


def answer_by_template(request: MethodRequest, hops: Hops) -> Executed:
    """The integration response for the ``statusCode`` that the request's template yields.

    The template's text need not be strict JSON: ``{statusCode: 200}`` will do.
    """
    try:
        made = integration_request(request)
    except MappingTemplateError as error:
        return template_failed(request, hops, error, Step.INTEGRATION_REQUEST)
    if isinstance(made, UnsupportedMediaType):
        return refuse_media_type(request, hops, made)
    found = _STATUS_CODE.search(made.body)
    if found is None:
        return refuse_configuration(
            request,
            hops,
            (("template's text", made.body[:200] or "empty"),),
            'Give the integration a request template for application/json that yields {"statusCode": 200}',
        )
    status = found["status"]
    return respond(request, hops, BackendAnswer(HttpResponse(int(status)), status, made.received))
