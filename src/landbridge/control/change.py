"""What changed in the AWS API: one value for each successful call that may have changed something."""

from dataclasses import dataclass

READING_PREFIXES = (
    "Describe",
    "Get",
    "List",
    "Head",
    "Search",
    "Lookup",
    "BatchGet",
    "BatchDescribe",
    "Assume",
)
READING_OPERATIONS = frozenset(
    {
        *(
            "Invoke",
            "InvokeAsync",
            "InvokeWithResponseStream",
            "FilterLogEvents",
            "TestDNSAnswer",
            "Query",
            "Scan",
        ),
        *("Encrypt", "Decrypt", "ReEncrypt", "Sign", "Verify", "GenerateMac", "VerifyMac", "GenerateRandom"),
        *("GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyWithoutPlaintext"),
        "GenerateDataKeyPairWithoutPlaintext",
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """A call that succeeded and may have changed something."""

    service: str
    """As boto3 names its clients: ``ec2``, ``elbv2``, ``apigateway``."""
    operation: str
    """As AWS names it: ``CreateVpc``."""
    region: str


def changes_nothing(operation: str) -> bool:
    """Whether an operation of this name only reads, or runs something that is no resource."""
    return operation.startswith(READING_PREFIXES) or operation in READING_OPERATIONS
