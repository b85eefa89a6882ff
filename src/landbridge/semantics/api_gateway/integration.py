"""The integration of a method, by its type.

AWS: "Choose an API Gateway API integration type"
"""

from landbridge.semantics.api_gateway.aws_integration import call_service
from landbridge.semantics.api_gateway.http_integration import pass_on, send_mapped
from landbridge.semantics.api_gateway.lambda_proxy import invoke_function
from landbridge.semantics.api_gateway.mock_integration import answer_by_template
from landbridge.semantics.api_gateway.refusal import refuse_configuration, refuse_unmodelled
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.semantics.needs import Steps
from landbridge.trace.decision import Hops


def integrate(request: MethodRequest, hops: Hops) -> Steps[Executed]:
    """The client's response by way of the method's integration."""
    integration = request.match.method.integration
    if integration is None:
        remedy = "Give the method an integration, then deploy the stage again"
        return refuse_configuration(request, hops, (("integration", "none"),), remedy)
    match integration.type:
        case "AWS_PROXY":
            return (yield from invoke_function(request, hops))
        case "AWS":
            return (yield from call_service(request, hops))
        case "HTTP_PROXY":
            return (yield from pass_on(request, hops))
        case "HTTP":
            return (yield from send_mapped(request, hops))
        case "MOCK":
            return answer_by_template(request, hops)
        case _:
            return refuse_unmodelled(request, hops, f"{integration.type} integrations")
