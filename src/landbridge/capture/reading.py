"""Read-only calls to one account, every page of them, and the notices they give rise to."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

from landbridge.capture.permissions import ACTIONS
from landbridge.errors import DeclarationError
from landbridge.model.policy import PolicyDocument, Principals, Statement
from landbridge.semantics.iam.parse import parse_policy
from landbridge.trace.decision import ResourceRef

Client = Any
Clients = Callable[[str], Any]
"""A boto3 client by service name such as ``elbv2``."""
Offers = Callable[[str], bool]
"""Whether there can be anything of a service, by boto3's name."""
Answer = dict[str, Any]

ACCESS_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "NotAuthorized", "UnauthorizedOperation"}
)
THROTTLED = frozenset(
    {
        *("RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingException", "ThrottledException"),
        *("RequestThrottled", "RequestThrottledException", "TooManyRequestsException"),
        *("BandwidthLimitExceeded", "EC2ThrottledException", "PriorRequestNotComplete"),
    }
)
"""What is left to tell once botocore's own retries are used up. AWS: "Retry behavior"."""
HTTP_NOT_IMPLEMENTED = 501
NOT_IMPLEMENTED = "NotImplemented"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that was seen but is not modelled, or that could not be read."""

    resource: ResourceRef
    feature: str
    """What is not modelled, or what is unknown, in a few words."""
    section: str = ""
    """The part of the topology that was being read."""
    missing_permission: str = ""
    """The IAM action whose denial left it unknown; empty when permissions are not the reason."""

    def __str__(self) -> str:
        return f"{self.resource.type} {self.resource.id}: {self.feature}"


class Missing(Enum):
    """Why a call gave no answer."""

    ABSENT = "there is no such thing"
    DENIED = "it could not be read"


class Reader:
    """One section's calls to an account, through boto3 clients.

    With `offers`, the section is about services that the account may do without: an AWS API that does not
    have one holds nothing of it, and whatever else goes wrong is noticed.
    """

    def __init__(
        self, clients: Clients, account_id: str, region: str, section: str, offers: Offers | None = None
    ) -> None:
        self.account_id = account_id
        self.region = region
        self.notices: list[Notice] = []
        self._clients = clients
        self._section = section
        self._offers = offers

    def notice(self, resource: ResourceRef, feature: str, missing_permission: str = "") -> None:
        """Record that `feature` of `resource` is not modelled."""
        self.notices.append(Notice(resource, feature, self._section, missing_permission))

    def answer(
        self, service: str, operation: str, about: ResourceRef | None = None, **parameters: Any
    ) -> Answer | Missing:
        """The answer to one call about one resource."""
        action = ACTIONS[service, operation]
        if self._offers is not None and not self._offers(service):
            return Missing.ABSENT
        try:
            return getattr(self._clients(service), operation)(**parameters)  # type: ignore[no-any-return]
        except ClientError as error:
            return self._missing(error, action, about)
        except EndpointConnectionError as error:
            return self._unreachable(error, action, about)

    def pages(
        self, service: str, operation: str, about: ResourceRef | None = None, **parameters: Any
    ) -> list[Answer] | Missing:
        """Every page of a list."""
        if self._offers is not None and not self._offers(service):
            return Missing.ABSENT
        client = self._clients(service)
        if not client.can_paginate(operation):
            page = self.answer(service, operation, about, **parameters)
            return page if isinstance(page, Missing) else [page]
        action = ACTIONS[service, operation]
        try:
            return list(client.get_paginator(operation).paginate(**parameters))
        except ClientError as error:
            return self._missing(error, action, about)
        except EndpointConnectionError as error:
            return self._unreachable(error, action, about)

    def items(
        self,
        service: str,
        operation: str,
        key: str,
        about: ResourceRef | None = None,
        *,
        order_by: str = "",
        **parameters: Any,
    ) -> list[Any]:
        """Every item of a list, ordered by a member of theirs; none when the list could not be read."""
        pages = self.pages(service, operation, about, **parameters)
        if isinstance(pages, Missing):
            return []
        found = [item for page in pages for item in page.get(key) or ()]
        return sorted(found, key=lambda item: str(item[order_by])) if order_by else found

    def policy(
        self, service: str, operation: str, key: str, about: ResourceRef, **parameters: Any
    ) -> PolicyDocument | None:
        """A resource-based policy; None without one, a policy of unknown effect when it is unreadable."""
        answer = self.answer(service, operation, about, **parameters)
        if answer is Missing.DENIED:
            return policy_of_unknown_effect("a policy that could not be read")
        if isinstance(answer, Missing):
            return None
        return parsed_policy(answer.get(key))

    def _missing(self, error: ClientError, action: str, about: ResourceRef | None) -> Missing:
        """What an error means; one that is no denial, no throttling and no absence goes on rising."""
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        about = about or ResourceRef("AWS::IAM::Action", action)
        if code in ACCESS_DENIED:
            self.notice(about, f"unknown, because {action} was denied", action)
            return Missing.DENIED
        if code in THROTTLED:
            self.notice(about, f"unknown, because {action} was throttled until no retry was left")
            return Missing.DENIED
        if self._offers is not None and (status == HTTP_NOT_IMPLEMENTED or code == NOT_IMPLEMENTED):
            return Missing.ABSENT
        if status == HTTP_NOT_IMPLEMENTED:
            self.notice(about, f"unknown, because this AWS API does not answer {action}")
            return Missing.DENIED
        if code.startswith("NoSuch") or "NotFound" in code:
            return Missing.ABSENT
        if self._offers is None:
            raise error
        self.notice(about, f"unknown, because {action} failed: {code}")
        return Missing.DENIED

    def _unreachable(self, error: EndpointConnectionError, action: str, about: ResourceRef | None) -> Missing:
        if self._offers is None:
            raise error
        about = about or ResourceRef("AWS::IAM::Action", action)
        self.notice(about, f"unknown, because nobody could be asked for {action}: {error}".rstrip("."))
        return Missing.DENIED


def parsed_policy(document: str | Answer | None) -> PolicyDocument | None:
    """A policy from the text or the object that AWS returns; None when there is none."""
    if not document:
        return None
    try:
        return parse_policy(document if isinstance(document, str) else json.dumps(document))
    except DeclarationError as error:
        return policy_of_unknown_effect(error.message)


def policy_of_unknown_effect(reason: str) -> PolicyDocument:
    """A policy that might deny anything, so that nothing is decided without it."""
    everyone = Principals(negated=False, values=(("*", "*"),))
    return PolicyDocument(
        (Statement("Deny", principals=everyone, actions=("*",), resources=("*",), unsupported=(reason,)),)
    )
