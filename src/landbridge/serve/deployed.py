"""What of an app has been deployed: kept with the state, compared with what is declared now."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.plan import Assets, plan
from landbridge.errors import DeclarationError

NO_FILES = Assets(b"", (), b"", b"", b"")
AT_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Deployed:
    """Digests of everything that was deployed."""

    calls: Mapping[str, str]
    """By name: every call of the plan, whatever files there were."""
    code: str
    """Of the deployment package."""
    files: Mapping[str, str]
    """Of each file of the frontend, by key."""
    authority: str
    """Of the certificate of the authority that issued the app's certificate."""

    @classmethod
    def from_json(cls, value: Any) -> "Deployed":
        """What ``to_json`` gave."""
        return cls(**value)

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    def check(self, declaration: Declaration, path: Path) -> None:
        """DeclarationError, naming what is different, where other resources are needed than were deployed."""
        now = without_files(declaration)
        different = sorted(name for name in {*now, *self.calls} if now.get(name) != self.calls.get(name))
        if different:
            more = f" and {len(different) - AT_MOST_NAMED} more" if len(different) > AT_MOST_NAMED else ""
            raise DeclarationError(
                "The state folder holds the app as another declaration, or another version of landbridge,"
                f" deployed it: {', '.join(different[:AT_MOST_NAMED])}{more} would be different now",
                "remove the state folder to have everything deployed anew, or run without --state",
                file=str(path),
            )

    def bodies(self, now: Mapping[str, bytes], digest: Callable[[bytes], str]) -> dict[str, bytes]:
        """Each file that was deployed: its bytes if they are what they were, else something else than now."""
        return {
            key: now[key] if key in now and digest(now[key]) == was else bytes.fromhex(was)
            for key, was in self.files.items()
        }


def without_files(declaration: Declaration) -> dict[str, str]:
    """The digest of each call that deploys the app, as if it had no code and no frontend; by call."""
    digests = {
        call.name: hashlib.sha256(repr(call).encode()).hexdigest()[:16]
        for call in plan(declaration, NO_FILES)
    }
    return {**digests, "link": hashlib.sha256(repr(declaration.link).encode()).hexdigest()[:16]}
