"""AWS services of the local account, called without holding up anybody else."""

import asyncio

from landbridge.control.service_calls import ServiceCalls
from landbridge.semantics.needs import CallService, ServiceAnswered


class ServiceThreads:
    """Calls services in threads: a call may take a while, and what it invokes may answer through the loop."""

    def __init__(self, services: ServiceCalls) -> None:
        self._services = services

    async def call(self, need: CallService) -> ServiceAnswered:
        """The service's answer."""
        answer = asyncio.to_thread(self._services.call, need.service, need.operation, need.request)
        return ServiceAnswered(await answer)
