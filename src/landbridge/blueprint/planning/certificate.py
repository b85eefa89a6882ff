"""The app's certificate, which load balancer and custom domain name share."""

from landbridge.blueprint.calls import ApiCall, Ref
from landbridge.blueprint.declaration import Declaration

CERTIFICATE_ARN = Ref("certificate", "CertificateArn")


def plan_import(
    declaration: Declaration, certificate_pem: bytes, private_key_pem: bytes, chain_pem: bytes
) -> ApiCall:
    """The certificate as one that comes from elsewhere.

    AWS: "Import certificates into AWS Certificate Manager"
    """
    return ApiCall(
        "certificate",
        "acm",
        "import_certificate",
        {
            "Certificate": certificate_pem,
            "PrivateKey": private_key_pem,
            "CertificateChain": chain_pem,
            "Tags": [
                {"Key": "Name", "Value": declaration.domain},
                {"Key": "app", "Value": declaration.name},
            ],
        },
    )
