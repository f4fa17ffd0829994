"""Two cards over the same items in the same order."""

import numpy as np
import polars as pl
import pytest

from evalsuite.pairing import align
from tests.evalsuite.cards import card, items

PLAIN = items(4, set=["eval", "eval", "train", "train"], id=["a", "b", "a", "b"])
SAMPLED = items(4, id=["a", "a", "b", "b"])


@pytest.mark.parametrize(
    ("base", "tuned", "values"),
    [
        (PLAIN, PLAIN, [0, 1, 2, 3]),
        (PLAIN, PLAIN.reverse(), [3, 2, 1, 0]),  # an id may stand in two sets
        (PLAIN, PLAIN[[3, 0]], [1, 0]),
        (PLAIN[[3, 0]], PLAIN, [3, 0]),
        (SAMPLED, SAMPLED[[2, 0, 3, 1]], [1, 3, 0, 2]),
        (PLAIN, items(2, id=["c", "丁"]), []),
    ],
)
def test_align(base: pl.DataFrame, tuned: pl.DataFrame, values: list[int]) -> None:
    places = np.arange(float(len(base)))
    left = card("base", base, {"chrf": places}, weights={"chrf": 10 * places})
    right = card("tuned", tuned, {"chrf": np.arange(len(tuned))})
    first, second = align(left, right)
    assert first.items.select("set", "id").equals(second.items.select("set", "id"))
    assert second.series["chrf"].column.values.tolist() == values
    kept, weights = first.series["chrf"].column.values, first.series["chrf"].column.weights
    assert weights is not None
    assert kept.tolist() == sorted(kept)  # the base's order
    assert weights.tolist() == (10 * kept).tolist()
    assert first.items["id"].to_list() == base["id"].gather(kept.astype(int)).to_list()
