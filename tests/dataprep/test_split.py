"""The split: shares, stability, pins, exact counts."""

from hashlib import blake2b

import polars as pl
import pytest

from dataprep.recipe import Split
from dataprep.split import assign, moves, pin, shares
from schemas.errors import UserError


def named(count: int) -> pl.DataFrame:
    return pl.DataFrame({"family": [f"家{number}" for number in range(count)]})


def table(**families: str) -> pl.DataFrame:
    return pl.DataFrame({"family": list(families), "split": list(families.values())}, schema_overrides=PLACED)


PLACED = {"family": pl.String, "split": pl.String}


def counts(assigned: pl.DataFrame) -> dict[str, int]:
    return {split: assigned.filter(pl.col("split") == split).height for split in ("train", "dev", "eval")}


def test_no_families_no_splits() -> None:
    for exact in (True, False):
        assert assign(named(0), Split(exact=exact), seed=0, pinned=None).height == 0


def test_shares_come_out_approximately() -> None:
    found = counts(assign(named(10_000), Split(train=0.8, dev=0.15, eval=0.05), seed=7, pinned=None))
    # Four standard deviations of a binomial draw.
    assert abs(found["dev"] - 1500) < 143
    assert abs(found["eval"] - 500) < 88


@pytest.mark.parametrize("sole", ["train", "dev", "eval"])
def test_a_share_of_one_takes_everything(sole: str) -> None:
    config = Split(**({"train": 0, "dev": 0, "eval": 0} | {sole: 1}))
    assert counts(assign(named(500), config, seed=0, pinned=None))[sole] == 500


def test_a_share_of_zero_gets_nothing() -> None:
    assert counts(assign(named(500), Split(train=0, dev=0.7, eval=0.3), seed=0, pinned=None))["train"] == 0
    assert counts(assign(named(500), Split(train=0.95, dev=0, eval=0.05), seed=0, pinned=None))["dev"] == 0


def test_the_draw_is_a_hash_of_seed_and_family() -> None:
    draws = [blake2b(f"1:家{number}".encode(), digest_size=8).digest() for number in range(20)]
    shares_drawn = [int.from_bytes(draw, "big") / 2**64 for draw in draws]
    expected = ["eval" if share < 0.3 else "dev" if share < 0.6 else "train" for share in shares_drawn]
    assigned = assign(named(20), Split(train=0.4, dev=0.3, eval=0.3), seed=1, pinned=None)
    assert dict(assigned.iter_rows()) == {f"家{number}": split for number, split in enumerate(expected)}


def test_each_family_stands_once_in_order() -> None:
    twice = pl.concat([named(50), named(50).reverse()])
    once = assign(named(50), Split(), seed=0, pinned=None)
    assert assign(twice, Split(), seed=0, pinned=None).equals(once)
    assert once["family"].is_sorted()


def test_rows_that_are_added_move_nobody() -> None:
    before = assign(named(300), Split(train=0.5, dev=0.25, eval=0.25), seed=3, pinned=None)
    after = assign(named(900), Split(train=0.5, dev=0.25, eval=0.25), seed=3, pinned=None)
    assert after.join(before, on=["family", "split"], how="semi").height == 300


def test_a_larger_eval_share_only_adds_to_eval() -> None:
    small = assign(named(500), Split(train=0.8, dev=0.1, eval=0.1), seed=0, pinned=None).filter(
        pl.col("split") == "eval"
    )
    large = assign(named(500), Split(train=0.7, dev=0.1, eval=0.2), seed=0, pinned=None)
    assert large.join(small, on=["family", "split"], how="semi").height == small.height > 0


def test_another_seed_is_another_draw() -> None:
    config = Split(train=0.5, dev=0.25, eval=0.25)
    assert not assign(named(100), config, seed=0, pinned=None).equals(assign(named(100), config, seed=1, pinned=None))


@pytest.mark.parametrize(
    ("total", "expected"),
    [(1, (1, 0, 0)), (10, (8, 1, 1)), (103, (83, 10, 10)), (1000, (800, 100, 100))],
)
def test_exact_counts(total: int, expected: tuple[int, int, int]) -> None:
    found = assign(named(total), Split(train=0.8, dev=0.1, eval=0.1, exact=True), seed=0, pinned=None)
    assert tuple(counts(found).values()) == expected
    assert found["family"].is_sorted()


def test_exact_counts_and_pins_exclude_each_other() -> None:
    with pytest.raises(UserError, match="exact"):
        assign(named(3), Split(exact=True), seed=0, pinned=table(家0="eval"))
    assert assign(named(3), Split(exact=True), seed=0, pinned=table()).height == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["train"], "train"),
        (["dev"], "dev"),
        (["train", "eval"], "eval"),
        (["eval", "dev", "train"], "eval"),
        (["train", "dev"], "dev"),
    ],
)
def test_the_strongest_pin_holds_against_any_draw(old: list[str], new: str) -> None:
    pinned = pl.DataFrame({"family": ["家0"] * len(old), "split": old})
    for seed in range(20):
        assert assign(named(1), Split(train=0.4, dev=0.3, eval=0.3), seed=seed, pinned=pinned)["split"].to_list() == [
            new
        ]


def test_pins_of_others_change_nothing() -> None:
    free = assign(named(50), Split(), seed=0, pinned=None)
    assert assign(named(50), Split(), seed=0, pinned=table(别家="eval")).equals(free)


ROWS = pl.DataFrame({"id": ["1", "2", "3", "4"], "family": ["甲", "甲", "乙", "丙"]})
OLD = pl.DataFrame(
    {"id": ["1", "2", "9", "8"], "family": ["旧", "甲", "乙", "无"], "split": ["eval", "train", "dev", "train"]}
)


def test_old_rows_are_found_by_id_or_family() -> None:
    assert pin(ROWS, OLD).unique(maintain_order=True).rows() == [("乙", "dev"), ("甲", "eval"), ("甲", "train")]


def test_moves_are_counted() -> None:
    assigned = assign(ROWS, Split(), seed=0, pinned=pin(ROWS, OLD))
    assert moves(ROWS, OLD, assigned).rows() == [("train", "eval", 1)]
    assert moves(ROWS, OLD.filter(pl.col("id") == "1"), assigned).rows() == []


def test_shares_of_every_source_and_kind() -> None:
    frame = pl.DataFrame(
        {
            "source": ["a", "a", "a", "a", "b"],
            "kind": ["sft", "sft", "sft", "kto", "sft"],
            "split": ["train", "train", "eval", "dev", "train"],
        }
    )
    assert shares(frame).filter(pl.col("rows") > 0).rows() == [
        ("dev", "a", "kto", 1, 1.0),
        ("train", "a", "sft", 2, 2 / 3),
        ("eval", "a", "sft", 1, 1 / 3),
        ("train", "b", "sft", 1, 1.0),
    ]
    assert shares(frame).height == 9
    assert shares(frame, by=()).rows() == [("train", 3, 0.6), ("dev", 1, 0.2), ("eval", 1, 0.2)]
    assert shares(frame.clear()).height == 0


def sized(**families: int) -> pl.DataFrame:
    return pl.DataFrame({"family": [name for name, rows in families.items() for _ in range(rows)]})


def test_a_large_family_goes_to_train_and_the_others_make_up_for_it() -> None:
    small = {f"家{number}": 1 for number in range(2000)}
    for seed in range(10):
        rows = sized(大=2000, **small)
        assigned = assign(rows, Split(train=0.8, dev=0.1, eval=0.1), seed=seed, pinned=None)
        assert dict(assigned.iter_rows())["大"] == "train"
        # A tenth of 4000 rows out of the 2000 small ones: within four standard deviations of a binomial draw.
        assert abs(counts(assigned)["eval"] - 400) < 72


def test_a_large_family_goes_to_the_largest_split() -> None:
    config = Split(train=0.2, dev=0.1, eval=0.7)
    for seed in range(10):
        assert dict(assign(sized(大=50, 小=1), config, seed=seed, pinned=None).iter_rows())["大"] == "eval"


@pytest.mark.parametrize(
    ("families", "expected"),
    [
        ({"甲": 1}, (1, 0, 0)),
        ({"甲": 40}, (1, 0, 0)),
        ({"甲": 30, "乙": 10}, (1, 0, 1)),
        ({"甲": 9, "乙": 9, "丙": 2}, (1, 1, 1)),
    ],
    ids=["one row", "one family", "two families", "three families"],
)
def test_each_split_gets_a_family_while_there_are_enough(families: dict[str, int], expected: tuple[int, ...]) -> None:
    for seed in range(30):
        found = assign(sized(**families), Split(), seed=seed, pinned=None)
        assert tuple(counts(found).values()) == expected
        assert max(families, key=lambda name: families[name]) not in found.filter(pl.col("split") == "eval")["family"]


def test_too_small_a_share_stays_empty() -> None:
    assert counts(assign(named(9), Split(train=0.98, dev=0.01, eval=0.01), seed=0, pinned=None))["eval"] == 0


def test_no_order_of_rows_counts() -> None:
    rows = sized(甲=5, 乙=3, 丙=1, **{f"家{number}": 1 for number in range(40)})
    config = Split(train=0.6, dev=0.2, eval=0.2)
    assert assign(rows.reverse(), config, seed=2, pinned=None).equals(assign(rows, config, seed=2, pinned=None))
