"""A limit as a recipe writes it: `< 0.9`, `> 0`, `>= 5%`, `== 0`."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_FORM = re.compile(r"\s*(<=|>=|==|!=|<|>)\s*(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(%?)\s*")


@dataclass(frozen=True)
class Limit:
    """A condition that a number shall not meet.

    Attributes:
        sign: One of `< <= > >= == !=`.
        number: What the value is compared with; 5% is 0.05.
    """

    sign: str
    number: float

    def is_met(self, value: float) -> bool:
        """True where the value meets the condition, which is what the gate is against."""
        return _SIGNS[self.sign](value, self.number)

    def __str__(self) -> str:
        return f"{self.sign} {self.number:g}"


def parse_limit(text: str) -> Limit:
    """Read a limit.

    Raises:
        ValueError: If it isn't a sign and a number.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError('a limit is a sign and a number in quotes, such as "< 0.9", "> 0" or "> 5%"')
    sign, number, percent = found.groups()
    return Limit(sign, float(number) / 100 if percent else float(number))
