"""Hand-made reports with everything that one can show."""

from landbridge.model.exchange import HttpRequest
from landbridge.prove.verdict import Claim, Judgement, Report, Witness, broken, unknown
from landbridge.trace.codes import ExplanationCode
from landbridge.trace.decision import Hop, ResourceRef, Step, allowed, denied

RULE = ResourceRef("AWS::EC2::SecurityGroup Rule", "sgr-05")
ENDPOINT = ResourceRef("AWS::EC2::VPCEndpoint", "vpce-0a")
FUNCTION = ResourceRef(
    "AWS::Lambda::Function", "orders", "arn:aws:lambda:eu-central-1:123456789012:function:orders"
)
STATEMENT = ResourceRef("AWS::ApiGateway::RestApi Policy Statement", "OnlyThroughTheEndpoint")
STAGE = ResourceRef(
    "AWS::ApiGateway::Stage", "a1/live", "arn:aws:apigateway:eu-central-1::/restapis/a1/stages/live"
)

NO_BYPASS = Claim("no-bypass", "Nobody reaches the app past the load balancer", ("Create a private API",))
IT_WORKS = Claim("it-works", "A client in the corporate network reaches the app")
UNDERSTOOD = Claim("everything-understood", "Everything that was seen is part of the proof")
CLAIMS = (NO_BYPASS, IT_WORKS, UNDERSTOOD)

HOST = "a1.execute-api.eu-central-1.amazonaws.com"
GETS_IN = Witness(
    vantage="vpc",
    scheme="https",
    host="10.20.1.6",
    port=443,
    request=HttpRequest("POST", "/live/orders", (("Host", HOST), ("X-A", "it's"))),
    server_name=HOST,
    hops=(
        Hop(ENDPOINT, Step.SECURITY_GROUP_INGRESS, allowed(RULE, ("port", "443"))),
        Hop(FUNCTION, Step.DRY_RUN, allowed(FUNCTION)),
    ),
    reaches=FUNCTION.arn,
)
STAYS_OUT = Witness(
    vantage="corporate",
    scheme="https",
    host="orders.corp.example",
    port=443,
    request=HttpRequest("GET", "/", (("Host", "orders.corp.example"),)),
    server_name="orders.corp.example",
    hops=(Hop(STAGE, Step.RESOURCE_POLICY, denied(ExplanationCode.NO_PATH, STATEMENT)),),
)
OPEN_GROUP = broken("vpc reaches orders", RULE, "Let sg-1 name sg-2 and nothing else", GETS_IN)
VACUOUS = broken("Nobody gets in", STATEMENT, "Use aws:SourceVpce", STAYS_OUT)
CONFIGURED = broken("The stage is stale", STAGE, "Deploy it again")
FIREWALL = unknown("AWS WAF is not modelled", ResourceRef("AWS::WAFv2::WebACL", "acl"))

GOOD = Report("orders.corp.example", tuple(Judgement(claim) for claim in CLAIMS))
BAD = Report(
    "orders.corp.example",
    (
        Judgement(NO_BYPASS, (OPEN_GROUP,)),
        Judgement(IT_WORKS, (VACUOUS, CONFIGURED)),
        Judgement(UNDERSTOOD, (FIREWALL,)),
    ),
    ("The account's own administrators are trusted",),
)
