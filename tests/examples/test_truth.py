"""The pipeline finds every planted defect that it covers, and calls nothing else a defect."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataprep.make import Outcome, load_recipe, make_dataset
from examples.mill.truth import PERSONAL, REASONS

ROOT = Path(__file__).parents[2]
RAW = "examples/data/raw"

HIDDEN = "pii_*"
CLEANED = {"mojibake", "html_tag", "html_entity", "zero_width", "stop_token"}
FLAGGED = {"open_fence", "same_prompt_other_answer"}

# Paragraphs of a few dozen words, which rules for whole web pages find short of sentences or full of numbers.
TOO_SHORT_FOR_THE_WEB = {"web_sentences", "web_alpha_words"}

# White space around planted rows, and line ends inside cells of the Windows file.
WHITE_SPACE = ["trailing_space", "blank_lines", "line_ending"]


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((ROOT / "examples/data/TRUTH.json").read_text(encoding="utf-8"))
    return told


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "examples" / "data", root / "examples" / "data")
    recipe, name, seed = load_recipe(ROOT / "configs" / "quickstart.yaml")
    return make_dataset(recipe, name=name, seed=seed, root=root)


@pytest.fixture(scope="module")
def ledger(outcome: Outcome) -> pl.DataFrame:
    return pl.read_parquet(outcome.layout.ledger)


@pytest.fixture(scope="module")
def curated(outcome: Outcome) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(outcome.layout.split(split)) for split in ("train", "dev", "eval"))


def _planted(truth: dict[str, Any], *kinds: str, at: str | None = None) -> set[tuple[str, int]]:
    places = [item[at] if at else item for kind in kinds for item in truth["planted"][kind]]
    return {(f"{RAW}/{place['file']}", place["row"]) for place in places}


def _rows(frame: pl.DataFrame) -> set[tuple[str, int]]:
    return set(frame.select("source", "row").iter_rows())


@pytest.mark.parametrize("reason", sorted(set(REASONS.values()) - FLAGGED - {HIDDEN}))
def test_the_ledger_names_the_planted_rows_and_no_others(
    truth: dict[str, Any], ledger: pl.DataFrame, reason: str
) -> None:
    kinds = [kind for kind, told in REASONS.items() if told == reason]
    assert _rows(ledger.filter(pl.col("reason") == reason)) == _planted(truth, *kinds)


def test_an_open_fence_is_flagged(truth: dict[str, Any], ledger: pl.DataFrame) -> None:
    flagged = ledger.filter(pl.col("reason") == "open_fence", pl.col("verdict") == "flagged")
    assert _rows(flagged) == _planted(truth, "open_fence")


def test_a_contradiction_is_flagged_with_the_row_that_it_contradicts(
    truth: dict[str, Any], ledger: pl.DataFrame
) -> None:
    flagged = ledger.filter(pl.col("reason") == "same_prompt_other_answer", pl.col("verdict") == "flagged")
    kind = "conflicting_answer"
    assert _rows(flagged) == _planted(truth, kind) | _planted(truth, kind, at="of")


def test_nothing_is_flagged_that_was_not_planted(ledger: pl.DataFrame) -> None:
    flagged = ledger.filter(pl.col("verdict") == "flagged")
    assert set(flagged["reason"]) == {*FLAGGED, *TOO_SHORT_FOR_THE_WEB, "no_family"}
    short = flagged.filter(pl.col("reason").is_in(TOO_SHORT_FOR_THE_WEB))
    assert len(_rows(short)) <= 20
    assert all("/texts/" in source for source in short["source"])


def test_only_paragraphs_are_flagged_as_rows_without_a_fact(truth: dict[str, Any], ledger: pl.DataFrame) -> None:
    flagged = ledger.filter(pl.col("reason") == "no_family")
    assert set(flagged["source"]) == {f"{RAW}/{path}" for path in truth["passages"]}


def test_nothing_is_dropped_that_was_not_planted(truth: dict[str, Any], ledger: pl.DataFrame) -> None:
    kinds = [kind for kind, reason in REASONS.items() if reason not in CLEANED | FLAGGED | {HIDDEN}]
    assert _rows(ledger.filter(pl.col("verdict").is_in(["dropped", "merged"]))) == _planted(truth, *kinds)


def test_nothing_is_changed_that_was_not_planted(truth: dict[str, Any], ledger: pl.DataFrame) -> None:
    changed = ledger.filter(pl.col("verdict") == "changed", ~pl.col("reason").is_in(WHITE_SPACE))
    kinds = [kind for kind, reason in REASONS.items() if reason in CLEANED | {HIDDEN}]
    assert _rows(changed) == _planted(truth, *kinds)


def test_a_repeat_is_merged_into_the_row_that_it_repeats(
    truth: dict[str, Any], ledger: pl.DataFrame, curated: pl.DataFrame
) -> None:
    places = {row["id"]: (row["source"], row["row"]) for row in curated.select("id", "source", "row").to_dicts()}
    merged = ledger.filter(pl.col("reason") == "duplicate")
    into = {(source, row): places[keeper] for source, row, keeper in merged.select("source", "row", "into").iter_rows()}
    assert into == {
        (f"{RAW}/{item['file']}", item["row"]): (f"{RAW}/{item['of']['file']}", item["of"]["row"])
        for item in truth["planted"]["exact_duplicate"]
    }


@pytest.mark.parametrize("detail", PERSONAL)
def test_planted_personal_data_is_exchanged(truth: dict[str, Any], ledger: pl.DataFrame, detail: str) -> None:
    planted = {(f"{RAW}/{item['file']}", item["row"]) for item in truth["planted"]["pii"] if item["detail"] == detail}
    found = ledger.filter(pl.col("reason") == PERSONAL[detail], pl.col("verdict") == "changed")
    assert planted
    assert _rows(found) == planted


def test_no_planted_number_or_address_is_left_anywhere(outcome: Outcome) -> None:
    for path in sorted(outcome.layout.data.rglob("*")):
        if path.suffix in {".jsonl", ".md", ".html", ".json"}:
            assert not re.search(r"13800004321|fang\.xiaoman@example|990101199003", path.read_text(encoding="utf-8")), (
                path
            )


def test_a_near_copy_is_merged_into_the_row_that_it_copies(truth: dict[str, Any], ledger: pl.DataFrame) -> None:
    merged = ledger.filter(pl.col("reason") == "near_duplicate")
    pairs = {
        (f"{source}:{row}", detail.partition(" (")[0])
        for source, row, detail in merged.select("source", "row", "detail").iter_rows()
    }
    places = [
        (f"{RAW}/{item['file']}:{item['row']}", f"{RAW}/{item['of']['file']}:{item['of']['row']}")
        for item in truth["planted"]["near_duplicate"]
    ]
    # Of the two the first in the recipe's order stays, whichever is the copy.
    assert {frozenset(pair) for pair in pairs} == {frozenset(pair) for pair in places}


def test_all_rows_of_a_fact_stay_on_one_side(outcome: Outcome) -> None:
    sides = pl.concat(
        pl.read_parquet(outcome.layout.split(split)).select(
            fact=pl.coalesce(pl.col("meta").str.json_path_match(path) for path in ("$.fact", "$.log[0].fact")),
            split=pl.lit(split),
        )
        for split in ("train", "dev", "eval")
    )
    crossing = sides.drop_nulls().group_by("fact").agg(pl.col("split").n_unique()).filter(pl.col("split") > 1)
    assert crossing.height == 0


def test_every_row_is_read_and_every_chat_conversation_is_one(truth: dict[str, Any], outcome: Outcome) -> None:
    assert outcome.manifest["rows"]["read"] == sum(truth["rows"].values())


def test_a_mended_row_says_what_was_meant(truth: dict[str, Any], curated: pl.DataFrame) -> None:
    mended = pl.DataFrame(sorted(_planted(truth, *CLEANED)), schema=["source", "row"], orient="row")
    answers = curated.join(mended, on=["source", "row"]).select(
        pl.col("messages").list.eval(pl.element().struct.field("content")).list.join("\n").alias("said")
    )
    assert answers.height == mended.height
    assert answers.filter(pl.col("said").str.contains(r"[<>\x{200B}\x{2060}\x{FEFF}]|&[a-z#0-9]+;|Â|Ã|ï¼")).height == 0
