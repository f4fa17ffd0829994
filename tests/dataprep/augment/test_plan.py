"""Which rows of train are reworded, and how often."""

from collections import Counter
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.augment.drafts import PLAN
from dataprep.augment.plan import plan
from dataprep.recipe.augment import Augment
from tests.dataprep.augment.widened import ORDER, augment, line, many, viewed

PARAPHRASE = {"styles": ["plain", "shorter"]}
BOTH: dict[str, Any] = {"paraphrase": {}, "backtranslate": {"pivots": ["en", "fr"]}}
BALANCE = {"by": ["source"]}


def planned(rows: pl.DataFrame, config: Augment, seed: int = 3) -> pl.DataFrame:
    return plan(rows, config, seed=seed, order=ORDER)


@pytest.mark.parametrize("config", [augment(), augment(**BOTH, invent={"rows": 3}), augment(paraphrase={}, rows=3)])
def test_no_rows_no_plan(config: Augment) -> None:
    found = planned(viewed(), config)
    assert found.is_empty()
    assert found.schema == PLAN


def test_nothing_wanted_nothing_planned() -> None:
    assert planned(many(3), augment()).is_empty()


@pytest.mark.parametrize(
    "unfit",
    [
        {"prompt_chars": None},
        {"prompt_chars": 0},
        {"prompt_chars": 4001},
        {"kind": "text", "prompt_chars": None, "answer_chars": None},
    ],
)
def test_rows_without_a_wording_are_passed_over(unfit: dict[str, Any]) -> None:
    found = planned(viewed(line(1, **unfit), line(2, prompt_chars=4000)), augment(**BOTH))
    assert found["parent_id"].to_list() == ["id0002", "id0002"]


def test_every_row_gets_all_its_ways_in_the_order_of_ids() -> None:
    found = planned(many(20), augment(**BOTH))
    assert found.schema == PLAN
    assert found["number"].to_list() == list(range(1, 41))
    assert found["parent_id"].to_list() == [f"id{n:04}" for n in range(1, 21) for _ in range(2)]
    assert found["origin"].to_list() == ["paraphrase", "back_translation"] * 20
    assert found["row"].to_list() == [n for n in range(1, 21) for _ in range(2)]
    told = found.select("source", "language", "target", "sample", "slice").unique(maintain_order=True)
    assert told.rows() == [("a.jsonl", "zh", "prompt", 0, "")]
    assert found.filter(origin="back_translation")["pivots"].is_in(["en", "fr"]).all()
    assert found["seeds"].is_null().all()


def test_equal_contents_keep_the_order_of_their_sources() -> None:
    rows = viewed(line(1, id="x", source="b.jsonl"), line(2, id="x", source="a.jsonl"), line(1, id="x"))
    found = planned(rows, augment(paraphrase={}))
    assert found.select("source", "row").rows() == [("a.jsonl", 1), ("a.jsonl", 2), ("b.jsonl", 1)]


def test_first_ways_come_first_and_both_methods_get_their_part() -> None:
    found = planned(many(400), augment(**BOTH, rows=500))
    assert found.height == 500
    assert found["parent_id"].n_unique() == 400
    first = planned(many(400), augment(**BOTH, rows=400))
    assert first["parent_id"].n_unique() == 400
    counts = Counter(zip(first["origin"], first["pivots"], strict=True))
    assert counts[("paraphrase", None)] == pytest.approx(200, abs=40)
    assert counts[("back_translation", "en")] == pytest.approx(100, abs=35)
    assert first.join(found, on=["parent_id", "origin", "style", "pivots"], how="anti", nulls_equal=True).is_empty()


def test_styles_are_even_over_the_set() -> None:
    counts = Counter(planned(many(600), augment(paraphrase={"styles": ["plain", "shorter", "formal"]}))["style"])
    assert set(counts) == {"plain", "shorter", "formal"}
    assert min(counts.values()) > 160


@pytest.mark.parametrize(("rows", "expected"), [(None, 6), (5, 5), (50, 6)])
def test_families_are_capped(rows: int | None, expected: int) -> None:
    config = augment(paraphrase={"variants": 4, **PARAPHRASE}, per_family=3, rows=rows)
    found = planned(viewed(*(line(n, family=f"f{n % 2}") for n in range(1, 11))), config)
    assert found.height == expected
    assert max(Counter(found["family"]).values()) == 3
    # A family's rows have their turns before any row has its second.
    assert found["parent_id"].n_unique() == expected


def test_another_seed_is_another_choice() -> None:
    config = augment(paraphrase={}, rows=20)
    one, two = planned(many(100), config, 1), planned(many(100), config, 2)
    assert one["parent_id"].to_list() != two["parent_id"].to_list()


def test_thin_slices_are_filled_first() -> None:
    rows = pl.concat([many(30).with_columns(slice=pl.lit("wide")), many(40)[30:].with_columns(slice=pl.lit("thin"))])
    config = augment(paraphrase={"variants": 3}, rows=24, balance=BALANCE)
    counts = Counter(planned(rows, config)["slice"])
    assert counts == {"thin": 22, "wide": 2}  # 10 + 22 = 30 + 2
    few = Counter(planned(rows, config.model_copy(update={"rows": 5}))["slice"])
    assert few == {"thin": 5}
    most = Counter(planned(rows, config.model_copy(update={"rows": 100}))["slice"])
    assert most == {"thin": 30, "wide": 70}


def test_new_questions_count_in_slices_and_families() -> None:
    rows = pl.concat([many(4).with_columns(slice=pl.lit("a")), many(8)[4:].with_columns(slice=pl.lit("b"))])
    rows = rows.with_columns(single=pl.col("slice") == "a")
    config = augment(paraphrase={"variants": 9}, invent={"rows": 3}, rows=5, per_family=2, balance=BALANCE)
    found = planned(rows, config)
    assert Counter(found["origin"]) == {"self_instruct": 3, "paraphrase": 5}
    assert Counter(found["slice"]) == {"a": 4, "b": 4}  # 3 questions and one rewrite for a
    assert max(Counter(found["family"]).values()) <= 2
    assert found["number"].to_list() == list(range(1, 9))


_LINES = st.lists(
    st.builds(
        lambda kind, language, family, part, chars: {
            "kind": kind, "prompt_language": language, "family": family, "slice": part, "prompt_chars": chars
        },
        st.sampled_from(["sft", "preference", "kto", "text"]),
        st.sampled_from(["zh", "en", "und", None]),
        st.sampled_from(["f1", "f2", "f3"]),
        st.sampled_from(["a", "b"]),
        st.sampled_from([None, 0, 9, 5000]),
    ),
    max_size=15,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(_LINES, st.integers(1, 20), st.randoms(use_true_random=False))
def test_caps_hold_and_order_counts_for_nothing(lines: list[dict[str, Any]], rows: int, draw: Any) -> None:
    whole = viewed(*(line(number, **more) for number, more in enumerate(lines, 1)))
    config = augment(**BOTH, rows=rows, per_family=2, balance=BALANCE, invent={"rows": 2, "seeds": 2})
    found = planned(whole, config)
    assert found.filter(pl.col("origin") != "self_instruct").height <= rows
    assert found.filter(origin="self_instruct").height <= 2
    assert max(Counter(found["family"]).values(), default=0) <= 2
    assert not found.select(pl.exclude("number").exclude("seeds")).is_duplicated().any()
    places = list(range(whole.height))
    draw.shuffle(places)
    assert planned(whole[places], config).equals(found)
