"""Attributes of load balancers and listeners: which there are, and which values they take."""

from typing import Any

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, FakeListener, FakeLoadBalancer

from landbridge.control.amendments.amend import add, amend

BOOLEANS = ("true", "false")
NUMBERS = {"client_keep_alive.seconds": (60, 604_800), "idle_timeout.timeout_seconds": (1, 4000)}
"""AWS: "LoadBalancerAttribute" (Elastic Load Balancing API reference)."""
WORDS = {
    "routing.http.desync_mitigation_mode": ("monitor", "defensive", "strictest"),
    "routing.http.xff_header_processing.mode": ("append", "preserve", "remove"),
}
LOG_KEYS = frozenset(
    f"{log}.s3.{part}"
    for log in ("access_logs", "connection_logs", "health_check_logs")
    for part in ("enabled", "bucket", "prefix")
)
LISTENER_ATTRIBUTES = {
    "routing.http.response.server.enabled": "true",
    **dict.fromkeys(
        (
            f"routing.http.response.{header}.header_value"
            for header in (
                "access_control_allow_credentials",
                "access_control_allow_headers",
                "access_control_allow_methods",
                "access_control_allow_origin",
                "access_control_expose_headers",
                "access_control_max_age",
                "content_security_policy",
                "strict_transport_security",
                "x_content_type_options",
                "x_frame_options",
            )
        ),
        "",
    ),
}
HTTPS_LISTENER_ATTRIBUTES = {
    f"routing.http.request.{header}.header_name": ""
    for header in (
        "x_amzn_mtls_clientcert",
        "x_amzn_mtls_clientcert_issuer",
        "x_amzn_mtls_clientcert_leaf",
        "x_amzn_mtls_clientcert_serial_number",
        "x_amzn_mtls_clientcert_subject",
        "x_amzn_mtls_clientcert_validity",
        "x_amzn_tls_cipher_suite",
        "x_amzn_tls_version",
    )
}
"""AWS: "HTTP header modification for your Application Load Balancer"."""
LONGEST_VALUE = 1024


def install() -> None:
    """Amends moto's attributes of load balancers and listeners."""
    add(FakeLoadBalancer, "VALID_ATTRS", FakeLoadBalancer.VALID_ATTRS | LOG_KEYS)
    amend(ELBv2Backend, "modify_load_balancer_attributes", modify_load_balancer_attributes)
    amend(FakeListener, "__init__", new_listener)
    amend(ELBv2Backend, "modify_listener_attributes", modify_listener_attributes)


def modify_load_balancer_attributes(original: Any, self: Any, arn: str, attrs: dict[str, str]) -> Any:
    """Values that AWS does not take are refused; moto keeps any.

    AWS: "LoadBalancerAttribute" (Elastic Load Balancing API reference)
    """
    for key, value in attrs.items():
        problem = _problem(key, value)
        if problem:
            raise ELBClientError("InvalidConfigurationRequest", problem)
    return original(self, arn, attrs)


def new_listener(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """A listener has the header attributes from the start; moto gives it those of other load balancers.

    AWS: "HTTP header modification for your Application Load Balancer"
    """
    original(self, *args, **kwargs)
    if self.protocol in ("HTTP", "HTTPS"):
        self.attributes = dict(_known(self))


def modify_listener_attributes(
    original: Any, self: Any, listener_arn: str, attrs: list[dict[str, str]]
) -> Any:
    """Keys that a listener does not have, and values too long, are refused; moto keeps any.

    AWS: "ModifyListenerAttributes" (Elastic Load Balancing API reference)
    """
    (listener,) = self.describe_listeners(load_balancer_arn=None, listener_arns=[listener_arn])
    if listener.protocol in ("HTTP", "HTTPS"):
        for attribute in attrs:
            key, value = attribute["Key"], attribute.get("Value", "")
            if key not in _known(listener):
                raise ELBClientError(
                    "InvalidConfigurationRequest", f"Listener attribute key '{key}' is not recognized"
                )
            if len(value) > LONGEST_VALUE or (key.endswith(".enabled") and value not in BOOLEANS):
                raise ELBClientError(
                    "InvalidConfigurationRequest",
                    f"Listener attribute value '{value}' is not valid for '{key}'",
                )
    return original(self, listener_arn, [{"Value": "", **attribute} for attribute in attrs])


def _known(listener: Any) -> dict[str, str]:
    return LISTENER_ATTRIBUTES | (HTTPS_LISTENER_ATTRIBUTES if listener.protocol == "HTTPS" else {})


def _problem(key: str, value: str) -> str:
    """Why a value is refused; empty when it is taken."""
    if key in NUMBERS:
        least, most = NUMBERS[key]
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            return f"The value of '{key}' must be between {least} and {most}"
    words = WORDS.get(key, BOOLEANS if key.endswith(".enabled") else ())
    if words and value not in words:
        return f"Load balancer attribute value '{value}' of '{key}' is not one of: {', '.join(words)}"
    return ""
