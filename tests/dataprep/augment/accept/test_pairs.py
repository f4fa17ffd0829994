"""All rules together: they let harmless rewordings pass, and see what was planted."""

import polars as pl
import pytest

from dataprep.augment.accept import judge_rewrites
from dataprep.recipe.augment import Accept
from tests.dataprep.augment.accept import pairs_chinese, pairs_english, pairs_patterns

LISTS = (pairs_chinese, pairs_english, pairs_patterns)
HARMLESS = [pair for pairs in LISTS for pair in pairs.HARMLESS]
FAULTS = [pair for pairs in LISTS for pair in pairs.FAULTS]


@pytest.fixture(scope="module")
def told() -> dict[tuple[str, str, str], list[str]]:
    rows = [(source, rewrite, style) for style, source, rewrite in HARMLESS]
    rows += [(source, rewrite, "plain") for _, source, rewrite in FAULTS]
    pairs = pl.DataFrame(rows, schema=["source", "rewrite", "style"], orient="row").with_columns(finish=pl.lit("stop"))
    reasons = judge_rewrites(pairs, Accept())["reasons"].to_list()
    return {row: list(broken) for row, broken in zip(rows, reasons, strict=True)}


@pytest.mark.parametrize(("style", "source", "rewrite"), HARMLESS)
def test_harmless_rewording_is_accepted(
    style: str, source: str, rewrite: str, told: dict[tuple[str, str, str], list[str]]
) -> None:
    assert told[source, rewrite, style] == []


@pytest.mark.parametrize(("rule", "source", "rewrite"), FAULTS)
def test_planted_fault_is_rejected(
    rule: str, source: str, rewrite: str, told: dict[tuple[str, str, str], list[str]]
) -> None:
    assert rule in told[source, rewrite, "plain"]
