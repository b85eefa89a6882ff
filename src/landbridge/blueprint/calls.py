"""AWS API calls as values: what a plan is made of, before anyone makes the calls.

A parameter may depend on what an earlier call answered. It then holds a ``Ref``, alone, inside a ``Text`` or
inside a ``Json``; whoever executes the plan keeps each answer under its call's name and resolves these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ref:
    """What an earlier call answered, or a part of it."""

    call: str
    """The ``name`` of an earlier call of the same plan."""
    path: str
    """A JMESPath expression over its answer: ``Vpc.VpcId``. It must find something other than null."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string joined from literal parts and answers."""

    parts: tuple["str | Ref", ...]


@dataclass(frozen=True, slots=True)
class Json:
    """The JSON text of a value in which answers may stand at any depth: how AWS takes policies."""

    value: "Value"


Value = str | int | float | bool | bytes | Ref | Text | Json | Sequence["Value"] | Mapping[str, "Value"]
"""What a parameter may be."""

Parameters = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call of the AWS API."""

    name: str
    """Unique in its plan; later calls refer to the answer by it."""
    service: str
    """As boto3 names its clients: ``ec2``, ``elbv2``, ``apigateway``."""
    operation: str
    """As boto3 names its methods: ``create_vpc``."""
    parameters: Parameters
    """As boto3 takes them. Not to be changed by anyone."""


Plan = tuple[ApiCall, ...]
"""Calls in the order in which they are to be made: a ``Ref`` always names an earlier one."""
