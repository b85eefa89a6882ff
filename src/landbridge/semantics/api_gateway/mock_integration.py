"""``MOCK``: the mapping template itself says which integration response to give; for CORS preflights, mostly.

AWS: "Mock integrations for REST APIs in API Gateway"
"""

import re

from landbridge.model.exchange import HttpResponse
from landbridge.semantics.api_gateway.integration_request import prepare
from landbridge.semantics.api_gateway.integration_response import BackendAnswer, respond
from landbridge.semantics.api_gateway.refusal import refuse_configuration
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.trace.decision import Hops

_STATUS_CODE = re.compile(r"""\{[^{]*["']?statusCode["']?\s*:\s*["']?(?P<status>\d{3})\b""")


def answer_by_template(request: MethodRequest, hops: Hops) -> Executed:
    """The integration response for the ``statusCode`` that the request's template yields.

    The template's text need not be strict JSON: ``{statusCode: 200}`` will do.
    """
    made = prepare(request, hops)
    if isinstance(made, Executed):
        return made
    text = made.body.decode("utf-8", "replace")
    found = _STATUS_CODE.search(text)
    if found is None:
        return refuse_configuration(
            request,
            hops,
            (("template's text", text[:200] or "empty"),),
            'Give the integration a request template for application/json that yields {"statusCode": 200}',
        )
    status = found["status"]
    return respond(request, hops, BackendAnswer(HttpResponse(int(status)), status, made.received))
