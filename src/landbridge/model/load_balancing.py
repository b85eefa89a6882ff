"""Elastic Load Balancing as deployed: Application and Network Load Balancers, and their target groups.

AWS: "What is an Application Load Balancer?"; "What is a Network Load Balancer?"
"""

from dataclasses import dataclass
from functools import cached_property

from landbridge.model.identifiers import Arn, SecurityGroupId, SubnetId, VpcId


@dataclass(frozen=True, slots=True)
class RuleCondition:
    """One condition of a rule; values are alternatives.

    AWS: "Condition types for listener rules"
    """

    field: str
    """``host-header``, ``path-pattern``, ``http-header``, ``http-request-method``, ``query-string`` or
    ``source-ip``."""
    values: tuple[str, ...]
    """For ``query-string`` each value is ``key=value``, or ``=value`` for any key."""
    header_name: str = ""
    """Only for ``http-header``."""
    regular_expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForwardAction:
    """Forward to target groups by weight."""

    target_groups: tuple[tuple[Arn, int], ...]
    stickiness_s: int = 0
    """For how long a client stays with the group it got; 0 without target group stickiness."""


@dataclass(frozen=True, slots=True)
class RedirectAction:
    """Redirect; parts hold AWS's placeholders such as ``#{host}``."""

    status_code: str
    """``HTTP_301`` or ``HTTP_302``."""
    protocol: str = "#{protocol}"
    host: str = "#{host}"
    port: str = "#{port}"
    path: str = "/#{path}"
    query: str = "#{query}"


@dataclass(frozen=True, slots=True)
class FixedResponseAction:
    """Answer at once."""

    status_code: int
    content_type: str = "text/plain"
    message_body: str = ""


@dataclass(frozen=True, slots=True)
class AuthenticateOidcAction:
    """Let only users through whom an OpenID Connect provider knows; the client secret is kept elsewhere.

    AWS: "Authenticate users using an Application Load Balancer"
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    user_info_endpoint: str
    client_id: str
    session_cookie_name: str = "AWSELBAuthSessionCookie"
    scope: str = "openid"
    session_timeout_s: int = 604_800
    extra_parameters: tuple[tuple[str, str], ...] = ()
    """Query parameters besides the protocol's own in the redirect to the provider."""
    on_unauthenticated_request: str = "authenticate"
    """``authenticate``, ``allow`` or ``deny``."""


@dataclass(frozen=True, slots=True)
class AdditionalClaim:
    """A claim that a token must have, with at least one of the values."""

    name: str
    format: str
    """``single-string``, ``string-array`` or ``space-separated-values``."""
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JwtValidationAction:
    """Let only requests through that carry a valid JSON Web Token.

    AWS: "Verify JWTs using an Application Load Balancer"
    """

    jwks_endpoint: str
    issuer: str
    additional_claims: tuple[AdditionalClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class UnsupportedAction:
    """An action that is not modelled: requests that reach it are not served."""

    type: str


Action = (
    ForwardAction
    | RedirectAction
    | FixedResponseAction
    | AuthenticateOidcAction
    | JwtValidationAction
    | UnsupportedAction
)


@dataclass(frozen=True, slots=True)
class Transform:
    """How a rule rewrites the requests it takes, before a target gets them.

    AWS: "Transforms for listener rules"
    """

    type: str
    """``host-header-rewrite`` or ``url-rewrite``."""
    rewrites: tuple[tuple[str, str], ...]
    """Regular expressions with their replacements, in which ``$1`` is the first group."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a listener; the default rule has no priority and no conditions."""

    arn: Arn
    priority: int | None
    conditions: tuple[RuleCondition, ...]
    actions: tuple[Action, ...]
    """In their order; the last one ends the request."""
    unsupported: tuple[str, ...] = ()
    """Parts that are not modelled, for example ``authenticate-cognito actions``."""
    transforms: tuple[Transform, ...] = ()


@dataclass(frozen=True, slots=True)
class MutualAuthentication:
    """What a listener asks of its clients' certificates.

    AWS: "MutualAuthenticationAttributes" (Elastic Load Balancing API reference)
    """

    mode: str = "off"
    """``off``, ``passthrough`` or ``verify``."""
    trust_store_arn: Arn | None = None
    """Only for ``verify``."""
    ignore_client_certificate_expiry: bool = False
    advertise_trust_store_ca_names: bool = False


@dataclass(frozen=True, slots=True)
class TrustStore:
    """CA certificates that clients' certificates are verified against; the bundle is read when it is needed.

    AWS: "TrustStore" (Elastic Load Balancing API reference)
    """

    arn: Arn
    name: str
    status: str
    """``ACTIVE`` or ``CREATING``."""
    number_of_ca_certificates: int = 0
    total_revoked_entries: int = 0


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener; rules by rising priority, the default rule last: a Network Load Balancer's only one."""

    arn: Arn
    load_balancer_arn: Arn
    port: int
    protocol: str
    """``HTTP`` or ``HTTPS``; a Network Load Balancer's ``TCP``, or one that is not modelled."""
    rules: tuple[Rule, ...]
    security_policy: str = ""
    certificate_arns: tuple[Arn, ...] = ()
    """The default certificate first; it comes again where it is in the certificate list, too."""
    mutual_authentication: MutualAuthentication = MutualAuthentication()
    attributes: tuple[tuple[str, str], ...] = ()
    """Those that differ from AWS's defaults."""


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A load balancer; its nodes are the interfaces described ``ELB app/<name>/<id>``, or ``ELB net/…``."""

    arn: Arn
    name: str
    dns_name: str
    hosted_zone_id: str
    scheme: str
    """``internal`` or ``internet-facing``."""
    type: str
    """``application`` or ``network``."""
    vpc_id: VpcId
    security_group_ids: tuple[SecurityGroupId, ...]
    subnet_ids: tuple[SubnetId, ...]
    listeners: tuple[Listener, ...]
    attributes: tuple[tuple[str, str], ...] = ()
    admits_private_link: bool = False
    """Whether what comes through AWS PrivateLink is spared the inbound rules of its security groups."""
    ip_address_type: str = "ipv4"
    """Or ``dualstack``, or ``dualstack-without-public-ipv4``."""

    @property
    def interface_description(self) -> str:
        """The description that AWS gives this load balancer's network interfaces."""
        return "ELB " + self.arn.partition(":loadbalancer/")[2]

    def attribute(self, key: str, default: str) -> str:
        """A load balancer attribute, or AWS's default for it."""
        return dict(self.attributes).get(key, default)


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """How targets are checked; times in seconds."""

    protocol: str
    port: str
    """A number or ``traffic-port``."""
    path: str
    interval_s: int
    timeout_s: int
    healthy_threshold: int
    unhealthy_threshold: int
    matcher: str
    """``200``, ``200,202`` or ``200-499``."""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """A registered target: an address, an instance id, or the ARN of a function or load balancer."""

    id: str
    port: int | None
    availability_zone: str = ""


TargetKey = tuple[Arn, str, int | None]
"""A registration: the target group's ARN, the target's id, and the port it is registered on."""


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """A target group with its registered targets."""

    arn: Arn
    name: str
    target_type: str
    """``ip``, ``instance``, ``lambda`` or ``alb``."""
    protocol: str
    """``HTTP`` or ``HTTPS``, or ``TCP`` for Network Load Balancers."""
    port: int | None
    vpc_id: VpcId | None
    health_check: HealthCheck
    targets: tuple[Target, ...]
    attributes: tuple[tuple[str, str], ...] = ()
    protocol_version: str = "HTTP1"

    def attribute(self, key: str, default: str) -> str:
        """A target group attribute, or AWS's default for it."""
        return dict(self.attributes).get(key, default)


@dataclass(frozen=True)
class LoadBalancing:
    """All load balancers and target groups."""

    load_balancers: tuple[LoadBalancer, ...] = ()
    target_groups: tuple[TargetGroup, ...] = ()
    trust_stores: tuple[TrustStore, ...] = ()

    @cached_property
    def target_group_by_arn(self) -> dict[Arn, TargetGroup]:
        """Target groups by ARN."""
        return {group.arn: group for group in self.target_groups}

    @cached_property
    def trust_store_by_arn(self) -> dict[Arn, TrustStore]:
        """Trust stores by ARN."""
        return {store.arn: store for store in self.trust_stores}
