"""The local account: the AWS API with an app in it, how it came there, and what is read of it."""

import tempfile
from pathlib import Path

from landbridge.capture.capture import Captured, capture
from landbridge.control.aws_api import AwsApi
from landbridge.model.identifiers import Arn
from landbridge.model.topology import Topology
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.corporate_links import announce_corporate_networks
from landbridge.serve.deployment import Deployment
from landbridge.serve.issued_certificates import IssuedCertificates, was_issued
from landbridge.serve.kept_state import bring_back, deploy_or_resume, redeploy_changes
from landbridge.serve.lending import read_tls_material
from landbridge.serve.settings import API_OFFSET, DEFAULT_REGION, Report, Settings
from landbridge.serve.tls import TlsMaterial


class Account:
    """The AWS API and, where there is one, the declared app that is deployed to it."""

    def __init__(self, settings: Settings, authority: CertificateAuthority, report: Report) -> None:
        self._settings = settings
        self._authority = authority
        self._report = report
        self._issued_certificates = IssuedCertificates(authority)
        self.deployment = Deployment(settings.folder) if settings.has_app else None
        declaration = self.deployment.declaration if self.deployment else None
        self.region = declaration.region if declaration else settings.region or DEFAULT_REGION
        self._corporate = declaration.link.corporate if declaration else settings.corporate
        self._local_servers = settings.local_servers or (declaration.local_servers if declaration else ())
        self.begins_empty = True
        """Whether nothing was brought back from kept state."""

    def open(self) -> Captured:
        """The AWS API served with everything in it that was kept or declared; what it holds."""
        self.make()
        self.api.serve(self._settings.port(API_OFFSET))
        return self.capture(None, None)

    def make(self) -> None:
        """The AWS API with everything in it that was kept or declared, without a port."""
        self.api = AwsApi(self.region)
        state = self._settings.state
        if self.deployment is not None and state is not None:
            deploy_or_resume(self.deployment, self.api, self._authority, state, self._report.remark)
        elif self.deployment is not None:
            self.deployment.deploy(self.api, self._authority)
        elif state is not None:
            self.begins_empty = not bring_back(self.api, state, self._report.remark).calls

    def close(self) -> None:
        """Nothing is served any more."""
        if hasattr(self, "api"):
            self.api.close()

    def capture_whole(self) -> Captured:
        """What it holds now, with what of its APIs is configured and not deployed."""
        return self._capture(None, None, configurations=True)

    def capture(self, previous: Captured | None, services: frozenset[str] | None) -> Captured:
        """What it holds now, read again as far as these services feed it."""
        return self._capture(previous, services, configurations=False)

    def _capture(
        self, previous: Captured | None, services: frozenset[str] | None, *, configurations: bool
    ) -> Captured:
        return capture(
            self.api.client,
            account_id=self.api.account_id,
            region=self.region,
            corporate_networks=self._corporate,
            local_servers=self._local_servers,
            previous=previous,
            services=services,
            configurations=configurations,
            offers=self.api.offers,
        )

    def redeploy_changes(self) -> tuple[str, ...]:
        """Deploys files that changed since; what was deployed, in words."""
        assert self.deployment is not None
        if self._settings.state is None:
            return self.deployment.redeploy_changes(self.api)
        return redeploy_changes(self.deployment, self.api)

    def announce_corporate_networks(self) -> None:
        """The corporate networks, on every link that has no route of its own to them."""
        if self._corporate:
            announce_corporate_networks(self.api, self._corporate)

    def certificate(self, topology: Topology, arn: Arn) -> TlsMaterial | None:
        """Certificate and key of an ARN; None where there are none."""
        found = topology.certificates.by_arn.get(arn)
        if found is not None and was_issued(found):
            return self._issued_certificates.material(found)
        return read_tls_material(self.api, topology, arn)

    def put_object(self, bucket: str, key: str, body: bytes) -> None:
        """Writes an object as a service of AWS does it."""
        self.api.client("s3").put_object(
            Bucket=bucket, Key=key, Body=body, ContentType="application/octet-stream"
        )


def capture_declared(folder: Path, report: Report) -> Captured:
    """What the app in a folder is once deployed, in an AWS API without a port that is then forgotten."""
    with tempfile.TemporaryDirectory() as scratch:
        account = Account(Settings(folder), CertificateAuthority(Path(scratch)), report)
        account.make()
        return account.capture_whole()
