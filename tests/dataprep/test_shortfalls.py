"""What the split says when it couldn't give what was asked."""

import polars as pl
import pytest

from dataprep.recipe import Split
from dataprep.shortfalls import shortfalls


def rows(**families: tuple[int, str]) -> pl.DataFrame:
    lines = [(name, split) for name, (count, split) in families.items() for _ in range(count)]
    return pl.DataFrame(lines, schema={"family": pl.String(), "split": pl.String()}, orient="row")


def many(**splits: int) -> pl.DataFrame:
    return rows(**{f"{split}{n}": (1, split) for split, count in splits.items() for n in range(count)})


@pytest.mark.parametrize(
    ("frame", "config", "codes"),
    [
        (rows(), Split(), []),
        (rows(甲=(1, "train")), Split(), ["empty_dev", "empty_eval"]),
        (rows(甲=(1, "eval")), Split(), ["empty_train", "empty_dev", "off_eval"]),
        (rows(甲=(1, "train"), 乙=(1, "dev"), 丙=(1, "eval")), Split(train=0.4, dev=0.3, eval=0.3), []),
        (rows(甲=(50, "train")), Split(train=1, dev=0, eval=0), []),
        (many(train=90, dev=5, eval=5), Split(), []),
        (many(train=97, dev=2, eval=1), Split(), ["off_dev", "off_eval"]),
        (many(train=60, dev=20, eval=20), Split(), ["off_dev", "off_eval"]),
        (pl.concat([rows(甲=(30, "train")), many(train=60, dev=5, eval=5)]), Split(), ["giant_family"]),
    ],
    ids=[
        "nothing",
        "one row",
        "one row in eval",
        "three rows",
        "train alone",
        "as asked",
        "too few",
        "too many",
        "giant",
    ],
)
def test_shortfalls(frame: pl.DataFrame, config: Split, codes: list[str]) -> None:
    assert [note["code"] for note in shortfalls(frame, config)] == codes


def test_numbers_stand_in_both_languages() -> None:
    (note,) = shortfalls(many(train=19, dev=1), Split())
    for text in (note["en"], note["zh"]):
        assert "eval" in text and "20" in text and "5.0%" in text
