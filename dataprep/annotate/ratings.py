"""The answers to one question as numbers: which annotator put which record into which category."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import orjson
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Level = Literal["nominal", "ordinal", "interval", "set"]

Category = str | float | frozenset[str]


@dataclass(frozen=True)
class Ratings:
    """n answers; each annotator answered a record at most once.

    Attributes:
        records: Names of the u records, sorted.
        annotators: Names of the r annotators, sorted.
        categories: The k different answers: numbers ascending, all others by their JSON.
        unit: (n,) place of the record.
        rater: (n,) place of the annotator.
        code: (n,) place of the category.
        level: How far two categories are apart.
    """

    records: tuple[str, ...]
    annotators: tuple[str, ...]
    categories: tuple[Category, ...]
    unit: Whole
    rater: Whole
    code: Whole
    level: Level

    @cached_property
    def table(self) -> Whole:
        """(u, k) how many annotators put each record into each category."""
        return self._count(slice(None))

    def without(self, rater: int) -> Whole:
        """The table as if this annotator had answered nothing."""
        return self.table - self._count(self.rater == rater)

    @property
    def values(self) -> Floats:
        """(k,) the numbers that categories stand for; their places where they are no numbers."""
        if self.level in {"ordinal", "interval"}:
            return np.array(self.categories, dtype=np.float64)
        return np.arange(len(self.categories), dtype=np.float64)

    @cached_property
    def distances(self) -> Floats:
        """(k, k) from 0 to 1: unlike or not, MASI for sets, for numbers the difference as a share of their range."""
        if self.level == "set":
            return masi(self.categories)
        if self.level == "nominal":
            return 1 - np.eye(len(self.categories))
        gaps = np.abs(self.values[:, None] - self.values)
        return gaps / (gaps.max(initial=0) or 1)

    def _count(self, chosen: slice | NDArray[np.bool_]) -> Whole:
        k = len(self.categories)
        places = self.unit[chosen] * k + self.code[chosen]
        return np.bincount(places, minlength=len(self.records) * k).reshape(len(self.records), k)


def ratings_of(answers: pl.DataFrame) -> Ratings:
    """The answers to one question, in numbers.

    Args:
        answers: Rows of schema `ANSWERS`, one for each record and annotator, in any order.

    Returns:
        At level `ordinal` where every value is a number, `set` where any is a list, `nominal` else.
    """
    texts = answers["value"].unique(maintain_order=True).sort().to_list()
    values = [orjson.loads(text) for text in texts]
    level: Level = "nominal"
    if any(isinstance(value, list) for value in values):
        level = "set"
    elif values and all(_is_number(value) for value in values):
        level = "ordinal"
    told = [_category(value, text, level) for value, text in zip(values, texts, strict=True)]
    once = list(dict.fromkeys(told))
    categories = sorted(once, key=float) if level == "ordinal" else once  # type: ignore[arg-type]
    places = {category: place for place, category in enumerate(categories)}
    codes = dict(zip(texts, (places[category] for category in told), strict=True))
    records, unit = _places(answers["record"])
    annotators, rater = _places(answers["annotator"])
    code = np.array([codes[text] for text in answers["value"]], dtype=np.int64)
    return Ratings(records, annotators, tuple(categories), unit, rater, code, level)


def named(category: Category) -> str:
    """A category for people: `accept`, `4`, `a, b`; `[]` for no choice."""
    if isinstance(category, frozenset):
        return ", ".join(sorted(category)) or "[]"
    return f"{category:g}" if isinstance(category, float) else readable(category)


def readable(value: str) -> str:
    """An answer's JSON for people."""
    told = orjson.loads(value)
    if isinstance(told, list):
        return ", ".join(map(str, told)) or "[]"
    return told if isinstance(told, str) else value


def masi(sets: tuple[Any, ...]) -> Floats:
    """(k, k) MASI distances of k sets: 1 - Jaccard similarity x monotonicity.

    Monotonicity is 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap, 0 where they don't
    (Passonneau 2006, Measuring Agreement on Set-valued Items (MASI), LREC). Two empty sets are equal.
    """
    members = sorted(set().union(*sets))
    has = np.array([[member in each for member in members] for each in sets], dtype=np.float64)
    has = has.reshape(len(sets), len(members))
    shared, sizes = has @ has.T, has.sum(axis=1)
    either = sizes[:, None] + sizes - shared
    equal = (shared == sizes[:, None]) & (shared == sizes)
    nested = (shared == np.minimum(sizes[:, None], sizes)) & (shared > 0)
    monotone = np.select([equal, nested, shared > 0], [1.0, 2 / 3, 1 / 3], 0.0)
    jaccard = np.where(equal, 1.0, shared / np.maximum(either, 1))
    return np.asarray(1 - jaccard * monotone)


def _category(value: object, text: str, level: Level) -> Category:
    if level == "set":
        return frozenset(map(str, value if isinstance(value, list) else [value]))
    return float(value) if level == "ordinal" else text  # type: ignore[arg-type]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _places(names: pl.Series) -> tuple[tuple[str, ...], Whole]:
    order = names.unique(maintain_order=True).sort()
    place = pl.DataFrame({"name": order}).with_row_index("place")
    joined = names.to_frame("name").join(place, on="name", how="left", maintain_order="left")
    return tuple(order), joined["place"].cast(pl.Int64).to_numpy()
