from typing import Any

from landbridge.control.amendments.amend import add, amend, amend_property, original_of


class Zone:
    name = "corp.example"

    def describe(self, suffix: str = "") -> str:
        return self.name + suffix

    @property
    def label(self) -> str:
        return "stock"


def test_an_amendment_gets_the_original_and_the_original_is_kept() -> None:
    def describe(original: Any, self: Zone, suffix: str = "") -> str:
        return f"amended {original(self, suffix)}"

    stock = Zone.describe
    amend(Zone, "describe", describe)
    assert Zone().describe("!") == "amended corp.example!"
    assert original_of(Zone, "describe") is stock


def test_a_property_is_amended_by_its_getter() -> None:
    amend_property(Zone, "label", lambda original, self: f"{original(self)} of {self.name}")
    assert Zone().label == "stock of corp.example"


def test_an_addition_is_there_and_what_it_replaces_is_kept() -> None:
    add(Zone, "name", "other.example")
    add(Zone, "region", "eu-central-1")
    assert (Zone.name, getattr(Zone, "region", "")) == ("other.example", "eu-central-1")
    assert original_of(Zone, "name") == "corp.example"
