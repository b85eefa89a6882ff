"""The three families of errors a user can meet; anything else that rises is a bug.

LandbridgeError
├── DeclarationError   your input: a file and, where known, a line
├── UnsupportedError   an AWS feature that is not modelled, named
└── HostError          this machine: a busy port, a permission, a missing program
"""


class LandbridgeError(Exception):
    """One clear sentence without a full stop, and a hint that says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n\nhint: {self.hint}" if self.hint else self.message


class DeclarationError(LandbridgeError):
    """The user's input is wrong."""

    def __init__(self, message: str, hint: str = "", *, file: str = "", line: int = 0) -> None:
        super().__init__(message, hint)
        self.file = file
        self.line = line

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        return place + super().__str__()


class UnsupportedError(LandbridgeError):
    """The input is good AWS, but landbridge does not model it."""


class HostError(LandbridgeError):
    """This machine lacks something: a port, a permission, a program."""
