"""From two cards to a verdict."""

import math
from typing import Any

import numpy as np
import polars as pl
import pytest

from evalsuite.compare import compare, compare_many
from evalsuite.comparison import Comparison
from evalsuite.policy import Policy, row_name
from evalsuite.scorecard import ScoreCard
from schemas.errors import UserError
from tests.evalsuite.cards import card, items

NOISE = np.random.default_rng(4).normal(0, 0.1, 100)
NOISE -= NOISE.mean()  # over 100 items: standard error .01, and a mean shift is what it is


def sides(shift: float, n: int = 100, **parts: Any) -> tuple[ScoreCard, ScoreCard]:
    """Two cards whose chrF differs by `shift` in the mean, with noise."""
    over = parts.pop("over", items(n))
    noise = NOISE[:n] - NOISE[:n].mean()
    return card("base", over, {"chrf": np.full(n, 0.5)}), card("tuned", over, {"chrf": 0.5 + noise + shift}, **parts)


def judged(shift: float, n: int = 100, **policy: Any) -> tuple[str, int, str | None]:
    found = compare(*sides(shift, n), policy=Policy(**{"primary": ["chrf@eval"], **policy}))
    return found.verdict, found.exit_code, found.rows[0].verdict


@pytest.mark.parametrize(
    ("shift", "n", "policy", "told"),
    [
        (-0.06, 100, {}, ("REGRESSED", 1, "REGRESSED")),
        (-0.06, 29, {}, ("INCONCLUSIVE", 0, "INCONCLUSIVE")),
        (-0.06, 29, {"require_conclusive": True}, ("INCONCLUSIVE", 3, "INCONCLUSIVE")),
        (-0.06, 100, {"margins": {"chrf": 0.1}}, ("NO REGRESSION", 0, "WORSE WITHIN MARGIN")),
        (0.0, 100, {}, ("NO REGRESSION", 0, "NO REGRESSION")),
        (0.0, 100, {"margins": {"chrf": 0.01}}, ("INCONCLUSIVE", 0, "INCONCLUSIVE")),
        (0.0, 100, {"must_improve": ["chrf@eval/en"]}, ("NOT IMPROVED", 1, "NO REGRESSION")),
        (0.06, 100, {"must_improve": ["chrf@eval"], "primary": []}, ("IMPROVED", 0, "IMPROVED")),
        (-0.06, 100, {"primary": []}, ("INCONCLUSIVE", 0, "REGRESSED")),  # shown, but nothing decides
    ],
)
def test_compare(shift: float, n: int, policy: dict[str, Any], told: tuple[str, int, str]) -> None:
    assert judged(shift, n, **policy) == told


def test_a_row() -> None:
    row = compare(*sides(-0.06), policy=Policy(), name="mine").rows[0]
    assert [row.n, row.base, row.tuned, row.delta] == pytest.approx([100, 0.5, 0.44, -0.06])
    reach = 1.984217 * float(np.std(NOISE, ddof=1)) / 10  # t of 99 degrees
    assert [row.low, row.high] == pytest.approx([-0.06 - reach, -0.06 + reach], rel=1e-6)
    assert (row.improved + row.worsened, row.worsened > 60, row.primary, row.adjusted) == (100, True, True, row.p)


def test_what_is_needed() -> None:
    row = compare(*sides(0.0), policy=Policy(margins={"chrf": 0.01})).rows[0]
    assert row.mde == pytest.approx(2.801585 * float(np.std(NOISE, ddof=1)) / 10, rel=1e-6)
    assert row.needed == math.ceil((2.801585 * float(np.std(NOISE, ddof=1)) / 0.01) ** 2)
    assert compare(*sides(0.0, 12), policy=Policy(margins={"chrf": 3.0})).rows[0].needed == 30
    assert compare(*sides(0.0), policy=Policy(margins={"chrf": 0.5})).rows[0].needed is None


def test_items_that_a_side_cannot_score_are_left_out_and_told() -> None:
    base, tuned = sides(0.0)
    tuned.series["chrf"].column.values[:15] = math.nan
    found = compare(base, tuned, policy=Policy())
    assert (found.rows[0].n, found.rows[0].excluded) == (85, 15)
    assert [note.code for note in found.notes] == ["one_sided"]
    tuned.series["chrf"].column.values[:] = math.nan
    row = compare(base, tuned, policy=Policy()).rows[0]
    assert (row.n, row.verdict, math.isnan(row.base), row.needed) == (0, "INCONCLUSIVE", True, None)
    assert compare(tuned, tuned, policy=Policy()).rows == []


def test_languages_are_never_pooled() -> None:
    over = items(100, language=["zh", "en"] * 50)
    found = compare(*sides(0.0, over=over), policy=Policy())
    assert [row_name(row) for row in found.rows if row.primary] == ["chrf@eval/zh", "chrf@eval/en"]
    assert [row.n for row in found.rows] == [50, 50]


def test_weights_make_a_ratio_of_sums() -> None:
    over, bytes_ = items(40), np.arange(1.0, 41.0)
    bits = np.linspace(0.5, 2.0, 40)
    base = card("base", over, {"bits_per_byte": bits}, weights={"bits_per_byte": bytes_})
    tuned = card("tuned", over, {"bits_per_byte": bits - 0.2 + NOISE[:40]}, weights={"bits_per_byte": bytes_})
    row = compare(base, tuned, policy=Policy()).rows[0]
    assert row.base == pytest.approx((bits * bytes_).sum() / bytes_.sum())
    assert row.delta == pytest.approx(row.tuned - row.base)
    assert (row.test, row.verdict) == ("weighted paired t", "IMPROVED")
    bytes_[:2] = math.nan  # both cards hold this array
    assert compare(base, tuned, policy=Policy()).rows[0].n == 38


@pytest.mark.parametrize(
    ("clusters", "test"),
    [
        ([""] * 100, "paired t"),
        ([f"d{place}" for place in range(100)], "paired t"),
        ([f"d{place // 4}" for place in range(100)], "cluster-robust t (25 clusters)"),
        (["d", "d", *[""] * 98], "cluster-robust t (99 clusters)"),
    ],
)
def test_clusters(clusters: list[str], test: str) -> None:
    assert compare(*sides(0.0, over=items(100, cluster=clusters)), policy=Policy()).rows[0].test == test


def test_order_does_not_matter() -> None:
    base, tuned = sides(-0.06)
    turned = card("tuned", tuned.items.reverse(), {"chrf": tuned.series["chrf"].column.values[::-1]})
    assert compare(base, turned, policy=Policy()) == compare(base, tuned, policy=Policy())


def test_samples_of_one_item_pair_by_their_turn() -> None:
    over = items(60, id=[f"i{place % 20}" for place in range(60)], cluster=[f"i{place % 20}" for place in range(60)])
    found = compare(*sides(0.0, 60, over=over), policy=Policy())
    assert (found.rows[0].n, found.rows[0].test) == (60, "cluster-robust t (20 clusters)")


def test_a_refusal_keeps_the_numbers_but_not_the_verdict() -> None:
    base, tuned = sides(0.06)
    fewer = card("tuned", tuned.items[:50], {"chrf": tuned.series["chrf"].column.values[:50]})
    found = compare(base, fewer, policy=Policy(primary=["chrf@eval", "rougeL@eval"]))
    assert (found.verdict, found.exit_code, [note.code for note in found.invalid]) == ("INVALID", 3, ["items"])
    assert found.rows[0].n == 50


def test_a_mismatch_can_be_allowed() -> None:
    pair = sides(0.0, model={"bits": 4})
    refused, allowed = (compare(*pair, policy=Policy(), allow_mismatch=allow) for allow in (False, True))
    assert (refused.verdict, allowed.verdict) == ("INVALID", "NO REGRESSION")
    assert refused.invalid == allowed.notes


def test_without_items() -> None:
    nothing = card("base", items(0), {"chrf": []})
    found = compare(nothing, nothing, policy=Policy())
    assert (found.verdict, found.rows, found.slices) == ("INVALID", [], [])


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ({"primary": ["chrff@eval/en"]}, r"'chrff@eval/en'.*did you mean 'chrf@eval/en'"),
        ({"primary": ["chrf@eval/zh"]}, "did you mean"),
        ({"must_improve": ["perplexity@reasked/zh"]}, "known: chrf@eval/en"),
    ],
)
def test_unknown_names(policy: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        compare(*sides(0.0), policy=Policy(**policy))


def test_holm_runs_over_all_adapters() -> None:
    pairs = [sides(0.0), sides(0.021), sides(0.06)]
    alone = [compare(*pair, policy=Policy()).rows[0] for pair in pairs]
    found = [one.rows[0] for one in compare_many(pairs, policy=Policy())]
    assert [row.adjusted for row in found] == pytest.approx([alone[0].p, alone[1].p * 2, alone[2].p * 3])
    assert alone[1].verdict == "IMPROVED"
    assert alone[1].p * 2 > 0.05
    assert found[1].verdict == "NO REGRESSION"


def sliced(sources: list[str]) -> Comparison:
    """The first 25 of 100 items are worse by 0.1; the others keep the mean."""
    over = items(100, source=sources, kind="sft", length=["short", "long"] * 50)
    base, tuned = sides(0.0, over=over)
    tuned.series["chrf"].column.values[:25] -= 0.2
    tuned.series["chrf"].column.values[25:] += 0.2 / 3
    return compare(base, tuned, policy=Policy())


def test_slices_warn_and_never_gate() -> None:
    found = sliced(["faq.csv"] * 25 + ["新闻.jsonl"] * 56 + ["few"] * 19)
    told = {row.slice: row.verdict for row in found.slices}
    assert list(told) == ["source=faq.csv", "source=新闻.jsonl", "length=long", "length=short"]
    assert (told["source=faq.csv"], told["source=新闻.jsonl"]) == ("REGRESSED", "IMPROVED")
    assert (found.verdict, [note.code for note in found.notes]) == ("NO REGRESSION", ["slices"])
    assert all(row.adjusted is not None and row.adjusted >= row.p and not row.primary for row in found.slices)


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        ([""] * 100, []),
        ([""] * 80 + ["邮件"] * 20, ["source=邮件"]),
        ([""] * 81 + ["邮件"] * 19, []),
        (["one"] * 100, []),
    ],
)
def test_slices_that_are_shown(sources: list[str], told: list[str]) -> None:
    assert [row.slice for row in sliced(sources).slices] == [*told, "length=long", "length=short"]


def test_a_recipes_own_columns_are_slices_too() -> None:
    over = items(100).with_columns(team=pl.Series(["红"] * 25 + ["blue"] * 65 + [None] * 10))
    base, tuned = sides(0.0, over=over)
    assert [row.slice for row in compare(base, tuned, policy=Policy()).slices] == ["team=blue", "team=红"]


def test_slices_need_scored_items() -> None:
    base, tuned = sides(0.0, over=items(100, source=["a"] * 25 + ["b"] * 75))
    tuned.series["chrf"].column.values[:6] = math.nan
    assert [row.slice for row in compare(base, tuned, policy=Policy()).slices] == ["source=b"]


def test_other_numbers_are_shown_unadjusted() -> None:
    base, tuned = sides(0.0)
    told = {"chrf": 0.5, "bleu": 0.9, "answer_tokens": 3.0}
    more = [
        card(side.name, side.items, {n: side.series["chrf"].column.values + v for n, v in told.items()})
        for side in (base, tuned)
    ]
    rows = {row.metric: row for row in compare(more[0], more[1], policy=Policy()).rows}
    assert [rows[name].primary for name in told] == [True, False, False]
    assert (rows["bleu"].adjusted, rows["bleu"].verdict, rows["answer_tokens"].verdict) == (None, "NO REGRESSION", None)
    with pytest.raises(UserError, match="better direction"):
        compare(more[0], more[1], policy=Policy(primary=["answer_tokens@eval"]))


@pytest.mark.parametrize("interval", ["bca", "percentile"])
def test_bootstrap_intervals(interval: str) -> None:
    plain, drawn, few = (
        compare(*sides(0.0, n), policy=Policy(interval=kind)).rows[0]
        for kind, n in (("t", 100), (interval, 100), (interval, 29))
    )
    assert drawn.p == plain.p
    assert drawn.low != plain.low
    assert drawn.low == pytest.approx(plain.low, rel=0.1)
    assert few.low == compare(*sides(0.0, 29), policy=Policy()).rows[0].low


def test_margins_for_what_was_not_measured_are_told() -> None:
    found = compare(*sides(0.0), policy=Policy(margins={"chfr": 0.1}))
    assert [(note.code, "chfr" in note.en) for note in found.notes] == [("unused_margin", True)]


def test_nothing_decides() -> None:
    over = items(40)
    side = card("base", over, {"bleu": np.arange(40.0)})
    found = compare(side, side, policy=Policy())
    assert (found.verdict, [note.code for note in found.notes]) == ("INCONCLUSIVE", ["nothing_gated"])


def test_sides_and_settings_are_told() -> None:
    base, tuned = sides(0.0, model={"run": "r1"})
    found = compare(base, tuned, policy=Policy(), name="mine")
    assert found.name == "mine"
    assert [side["name"] for side in found.sides] == ["base", "tuned"]
    assert found.sides[1]["run"] == "r1"
    assert found.settings == base.settings
