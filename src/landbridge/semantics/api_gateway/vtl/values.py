"""Values as Java prints, compares and adds them."""

from collections.abc import Callable, Mapping

Number = int | float


def written(value: object) -> str:
    """The value as Java prints it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return "null" if value is None else str(value)


def is_true(value: object) -> bool:
    """Only null and false are false: an empty text, an empty list and 0 are true."""
    return value is not None and value is not False


def is_equal(left: object, right: object) -> bool:
    """Numbers by value, values of one type as such, others when they print the same; null equals null."""
    if left is None or right is None:
        return left is right
    if type(left) is type(right) or (_is_number(left) and _is_number(right)):
        return left == right
    return written(left) == written(right)


def add(left: object, right: object) -> object:
    """The sum of numbers; joined text where either is a text; else null."""
    if _is_number(left) and _is_number(right):
        return left + right  # type: ignore[operator]
    if isinstance(left, str) or isinstance(right, str):
        return written(left) + written(right)
    return None


def compute(operator: str, left: object, right: object) -> object:
    """Subtraction, multiplication, division and remainder of numbers as Java's; null for anything else.

    Whole numbers stay whole: a quotient is cut off, and dividing by zero is null.
    """
    if not (_is_number(left) and _is_number(right)):
        return None
    assert isinstance(left, Number)
    assert isinstance(right, Number)
    return _ARITHMETIC[operator](left, right)


def compare(operator: str, left: object, right: object) -> bool:
    """``<``, ``>``, ``<=`` and ``>=`` of numbers; false for anything else."""
    if not (_is_number(left) and _is_number(right)):
        return False
    assert isinstance(left, Number)
    assert isinstance(right, Number)
    return _COMPARISONS[operator](left, right)


def _is_number(value: object) -> bool:
    return isinstance(value, Number) and not isinstance(value, bool)


def _divide(left: Number, right: Number) -> object:
    if right == 0:
        return None
    if isinstance(left, int) and isinstance(right, int):
        quotient = abs(left) // abs(right)
        return quotient if (left < 0) == (right < 0) else -quotient
    return left / right


def _remainder(left: Number, right: Number) -> object:
    if right == 0 or not (isinstance(left, int) and isinstance(right, int)):
        return None
    remainder = abs(left) % abs(right)
    return -remainder if left < 0 else remainder


_ARITHMETIC: dict[str, Callable[[Number, Number], object]] = {
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
    "%": _remainder,
}
_COMPARISONS: dict[str, Callable[[Number, Number], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def _double(value: float) -> str:
    """As ``Double.toString``: decimal between a thousandth and ten million, else with an exponent."""
    if value != value or value in (float("inf"), float("-inf")):
        return "NaN" if value != value else f"{'-' if value < 0 else ''}Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = repr(value)
        return text if "e" not in text else f"{value:f}".rstrip("0")
    mantissa, _, exponent = f"{value:.16e}".partition("e")
    shortest = next(
        (short for short in (f"{value:.{digits}e}" for digits in range(17)) if float(short) == value),
        f"{mantissa}e{exponent}",
    )
    mantissa, _, exponent = shortest.partition("e")
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"
