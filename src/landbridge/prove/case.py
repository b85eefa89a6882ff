"""What claims are judged on: one app in one account, and everybody who might call it."""

from dataclasses import dataclass, field
from functools import cached_property

from landbridge.model.topology import Topology
from landbridge.prove.app import App
from landbridge.prove.reach.exposures import Account, Exposure
from landbridge.semantics.world import World
from landbridge.trace.decision import ResourceRef


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Something in the account that is not modelled, or that could not be read."""

    resource: ResourceRef
    feature: str


@dataclass(frozen=True)
class Case:
    """One app, the account it is in, and what of the account is not understood."""

    topology: Topology
    app: App
    not_understood: tuple[NotUnderstood, ...] = ()
    shared: Account | None = field(default=None, compare=False)
    """What is known of the account from the cases of other apps in it."""

    @cached_property
    def world(self) -> World:
        """The account as it is, without the guesses about other accounts that exposures add."""
        return self.account.own_world

    @cached_property
    def account(self) -> Account:
        """Everybody who reaches something in the account."""
        return self.shared or Account(self.topology)

    @cached_property
    def exposures(self) -> tuple[Exposure, ...]:
        """What reaches a backend of this app, or might, from wherever."""
        app = self.app
        return self.account.about((*(api.id for api in app.rest_apis), *app.function_arns, *app.buckets))
