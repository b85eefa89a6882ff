"""AWS Certificate Manager certificates as deployed.

AWS: "What is AWS Certificate Manager?"
"""

from dataclasses import dataclass
from functools import cached_property

from landbridge.model.identifiers import Arn


@dataclass(frozen=True, slots=True)
class Certificate:
    """An ACM certificate; the private key is never part of the topology."""

    arn: Arn
    domain_name: str
    subject_alternative_names: tuple[str, ...]
    status: str
    type: str
    """``AMAZON_ISSUED``, ``PRIVATE`` or ``IMPORTED``."""
    key_algorithm: str = "RSA_2048"
    """For example ``EC_prime256v1``."""


@dataclass(frozen=True)
class Certificates:
    """All certificates."""

    certificates: tuple[Certificate, ...] = ()

    @cached_property
    def by_arn(self) -> dict[Arn, Certificate]:
        """Certificates by ARN."""
        return {certificate.arn: certificate for certificate in self.certificates}
