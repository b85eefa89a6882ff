"""Who calls through an endpoint, as the policies of the endpoint and of private custom domain names see it.

AWS: "Use VPC endpoint policies for private APIs in API Gateway"
"""

from dataclasses import dataclass

from landbridge.model.api_gateway import DomainName
from landbridge.model.exchange import HttpRequest, Moment
from landbridge.model.network import VpcEndpoint
from landbridge.semantics.iam.request import ANONYMOUS, AuthorizationRequest, Context, with_principal_keys
from landbridge.semantics.iam.signatures.verification import Refused
from landbridge.semantics.iam.signers import Signer
from landbridge.semantics.world import World

ACTION = "execute-api:Invoke"
EVERYONE = {("*", "*"), ("AWS", "*")}
CLIENT_HEADERS = (("aws:referer", "referer"), ("aws:useragent", "user-agent"))


@dataclass(frozen=True, slots=True)
class Caller:
    """A request that came through an endpoint, and from where."""

    endpoint: VpcEndpoint
    source_address: str
    request: HttpRequest
    moment: Moment
    signer: Signer | None = None
    """Who signed it; any Authorization that is no signature is anonymous."""
    refused: Refused | None = None
    """Why its signature is not taken."""

    @property
    def name(self) -> str:
        """How denials call it."""
        return str(self.signer.principal if self.signer is not None else ANONYMOUS)

    def question(self, world: World, domain: DomainName | None, arn: str) -> AuthorizationRequest:
        """What a policy is asked about the caller: may it invoke `arn`, by way of `domain`.

        AWS: "Use VPC endpoint policies for private APIs in API Gateway"
        """
        context = self._context(world, domain)
        principal = self.signer.principal if self.signer is not None else ANONYMOUS
        asked = AuthorizationRequest(principal, ACTION, arn, context, self.moment.epoch_ms)
        return with_principal_keys(asked)

    def _context(self, world: World, domain: DomainName | None) -> Context:
        context = {
            **(self.signer.keys if self.signer is not None else {}),
            "aws:securetransport": ("true",),
            "aws:sourcevpc": (self.endpoint.vpc_id,),
            "aws:sourcevpce": (self.endpoint.id,),
            "aws:vpcsourceip": (self.source_address,),
            "aws:resourceaccount": (world.topology.account_id,),
        }
        if domain is not None:
            context["execute-api:viadomainarn"] = (domain_arn(world, domain),)
        for key, header in CLIENT_HEADERS:
            value = self.request.header(header)
            if value is not None:
                context[key] = (value,)
        return context


def domain_arn(world: World, domain: DomainName) -> str:
    """The private custom domain name as policies about ``execute-api`` name it.

    AWS: "Use VPC endpoint policies for private APIs in API Gateway"
    """
    topology = world.topology
    return (
        f"arn:aws:execute-api:{topology.region}:{topology.account_id}:/domainnames/{domain.name}+{domain.id}"
    )
