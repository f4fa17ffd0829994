"""Counts that only number what is listed: three sides of 3, 4 and 5."""

import re
from collections.abc import Sequence

from dataprep.augment.accept.quantity import Quantity

_NUMBER = (
    r"(?<![\d.])-?\d[\d.]{0,12}+\s?(?:(?!and|or)[a-zA-Z%°]{1,3}(?![a-zA-Z])|[一-鿿]{1,2}(?=[、,，和与與及])"
    r"|(?<=\d)[克米元岁歲斤个個页頁])?"
)
_JOIN = r"\s*(?:[、,，]\s*(?:and\b|or\b|和)?|and\b|or\b|和|与|與|及|以及)\s*"
_LISTED = re.compile(rf"{_NUMBER}(?:{_JOIN}{_NUMBER})+")
_EACH = re.compile("分别|分別|respectively")
_FEW, _MANY = 3, 12


def uncounted(shown: list[str], quantities: Sequence[Quantity], text: str) -> list[str]:
    """Leave out the first number that tells how many numbers the text lists; two of them only with `respectively`."""
    if not shown:
        return shown
    sizes = {len(re.findall(r"\d[\d.]*", found[0])) for found in _LISTED.finditer(text)}
    least = 2 if _EACH.search(text) else _FEW
    counts = {
        one.shown
        for one in quantities
        if one.kind == "" and one.raw is not None and least <= one.raw <= _MANY and one.raw in sizes
    }
    place = next((place for place, number in enumerate(shown) if number in counts), None)
    return shown if place is None else shown[:place] + shown[place + 1 :]
