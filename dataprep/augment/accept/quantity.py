"""A number of a text with what it counts."""

from typing import NamedTuple


class Quantity(NamedTuple):
    """One number.

    Attributes:
        value: In the ground unit of its kind: grams, metres, seconds, a share of 1.
        kind: Its dimension, such as `g`, `money cny`, `share`, `day`; "" for a bare number.
        raw: The number as written, whatever its unit; null where no bare number can stand for it.
        soft: Whether it may come and go: `one of`, `一下`, `both`.
        shown: As it stands in the text.
    """

    value: float
    kind: str
    raw: float | None
    soft: bool
    shown: str
