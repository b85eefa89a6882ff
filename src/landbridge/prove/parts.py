"""What belongs to an app, by every name that something else may have for it."""

from collections.abc import Iterator
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, ip_network

from landbridge.model.functions import unqualified
from landbridge.model.load_balancing import LoadBalancer, TargetGroup
from landbridge.model.network import NetworkInterface
from landbridge.model.other_entrances import ANYWHERE
from landbridge.model.topology import Topology
from landbridge.prove.app import App
from landbridge.prove.reach.listener_requests import groups_of

S3_HOSTS = (".s3.", ".s3-", ".s3express-")
AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn")


class Parts:
    """The parts of one app, and the Network Load Balancers that lead to it."""

    def __init__(self, topology: Topology, app: App) -> None:
        self._topology = topology
        self._app = app

    def met_by(self, place: str) -> str:
        """The part that an ARN, id, name, address or block means; empty for none."""
        if place == ANYWHERE:
            return self._app.name
        name = place.lower().rstrip(".").removeprefix("dualstack.")
        known = self._by_name.get(name) or self._by_name.get(unqualified(name))
        return known or self._bucket(name) or self._addressed(place)

    @cached_property
    def balancers(self) -> tuple[LoadBalancer, ...]:
        """The app's own load balancers, and the Network Load Balancers in front of any part of it."""
        own = self._app.load_balancers
        balancers = self._topology.load_balancing.load_balancers
        return (*own, *(each for each in balancers if each not in own and self._is_in_front(each)))

    @cached_property
    def interfaces(self) -> tuple[NetworkInterface, ...]:
        """Those of the app's own load balancers and endpoints."""
        descriptions = {each.interface_description for each in self._app.load_balancers}
        ids = {each for endpoint in self._app.endpoints for each in endpoint.network_interface_ids}
        return tuple(
            interface
            for interface in self._topology.network.network_interfaces
            if interface.id in ids or interface.description in descriptions
        )

    def targets_of(self, balancer: LoadBalancer) -> Iterator[tuple[NetworkInterface, int]]:
        """The app's interfaces that a Network Load Balancer forwards to, with the port on them."""
        for group in self._groups(balancer):
            for target in group.targets:
                for interface in self.interfaces:
                    if target.id in (str(interface.address), self._owner_arn(interface)):
                        yield interface, target.port or group.port or 0

    def _is_in_front(self, balancer: LoadBalancer) -> bool:
        return balancer.type == "network" and any(True for _ in self.targets_of(balancer))

    def _groups(self, balancer: LoadBalancer) -> Iterator[TargetGroup]:
        for listener in balancer.listeners:
            for rule in listener.rules:
                yield from groups_of(self._topology, rule)

    def _owner_arn(self, interface: NetworkInterface) -> str:
        own = self._app.load_balancers
        return next((each.arn for each in own if each.interface_description == interface.description), "")

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return {key.lower(): part for key, part in self._names() if key}

    def _names(self) -> Iterator[tuple[str, str]]:
        yield from zip(self._app.domains, self._app.domains, strict=True)
        yield from self._names_in_network()
        for api in self._app.rest_apis:
            host = f"{api.id}.execute-api.{self._topology.region}.amazonaws.com"
            yield from ((key, api.name or api.id) for key in (api.id, host))
        for arn in self._app.function_arns:
            yield arn, arn
        for function in self._topology.functions.functions:
            if function.arn in self._app.function_arns:
                yield from ((url.host, function.arn) for url in function.urls)

    def _names_in_network(self) -> Iterator[tuple[str, str]]:
        for balancer in self.balancers:
            yield from ((key, balancer.name) for key in (balancer.arn, balancer.dns_name))
        for endpoint in self._app.endpoints:
            yield from ((key, endpoint.id) for key in (endpoint.id, *endpoint.dns_names))
        for interface in self.interfaces:
            part = f"{interface.id} ({interface.description or interface.address})"
            public = str(interface.public_address or "")
            yield from ((key, part) for key in (interface.id, interface.subnet_id, public))

    def _bucket(self, name: str) -> str:
        """By its name or ARN, or a host of S3's or of its website."""
        for bucket in self._app.buckets:
            if name in (bucket, f"arn:aws:s3:::{bucket}"):
                return bucket
            if name.startswith(tuple(bucket + part for part in S3_HOSTS)) and name.endswith(AWS_DOMAINS):
                return bucket
        return ""

    def _addressed(self, place: str) -> str:
        """The interface with this address, or with one in this block."""
        try:
            block = ip_network(place, strict=False)
        except ValueError:
            return ""
        for interface in self.interfaces:
            if isinstance(block, IPv4Network) and _has(interface, block):
                return f"{interface.id} ({interface.description or interface.address})"
        return ""


def _has(interface: NetworkInterface, block: IPv4Network) -> bool:
    addresses: tuple[IPv4Address | None, ...] = (interface.address, interface.public_address)
    return any(address is not None and address in block for address in addresses)
