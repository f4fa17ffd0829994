"""Reasons with examples, contradicting rows, the rows to read: which are chosen, and what is marked."""

from pathlib import Path

import polars as pl
import pytest

from dataprep.report.artifact import Artifact
from dataprep.report.browser import FILTERS, MOST, ROW, choices, entries
from dataprep.report.examples import conflicts, reasons
from schemas.frames import event_frame
from tests.dataprep.report.artifacts import artifact, event, rows
from tests.dataprep.rows import ask, framed


@pytest.fixture
def made(tmp_path: Path) -> Artifact:
    return Artifact(tmp_path, artifact(tmp_path))


def test_examples_are_spread_over_all_rows_of_a_reason(made: Artifact) -> None:
    short, twin = reasons(made, "reasons", ("dropped", "merged"), "zh")
    assert (short.reason, short.rows, short.share, short.stage) == ("too_short", "9", "9.7%", "质量规则")
    assert [each.why for each in short.examples] == [f"gristmill why raw/a.jsonl:{row}" for row in (200, 203, 206)]
    assert [(each.detail, each.why) for each in twin.examples] == [("→ raw/a.jsonl:1", "gristmill why raw/a.jsonl:300")]


def test_edits_show_what_went_and_what_came(made: Artifact) -> None:
    [masked] = reasons(made, "edits", ("changed",), "en")
    assert masked.anchor == "edits-pii-pii_email"
    assert masked.examples[0].pieces == [
        ("del", "a@b"),
        ("", " → "),
        ("ins", "[EMAIL]"),
    ]


@pytest.mark.parametrize("key", ["reasons", "flags", "edits"])
def test_an_older_manifest_has_no_reasons(tmp_path: Path, key: str) -> None:
    assert reasons(Artifact(tmp_path, {"rows": {"read": 1}}), key, ("dropped",), "en") == []


def test_rows_that_contradict_stand_together_with_the_difference_marked(made: Artifact) -> None:
    [[first, second]] = conflicts(made)
    assert first.pieces == [("", "user: 问？ ⏎ assistant: 甲")]
    assert second.pieces == [("", "user: 问？ ⏎ assistant: "), ("mark", "乙")]


def test_a_group_with_one_row_left_is_no_contradiction(made: Artifact) -> None:
    lines = [event(1, "flagged", "same_prompt_other_answer", into="x", before="user: 问？")]
    event_frame(lines).write_parquet(made.folder / "ledger.parquet")
    assert conflicts(made) == []


def test_rows_to_read_come_from_every_stratum(tmp_path: Path) -> None:
    kept = pl.concat([rows(150), framed(ask("罕见？", "唯一。"), source="rare.jsonl")]).with_columns(
        family=pl.col("id")
    )
    found = entries(Artifact(tmp_path, artifact(tmp_path, kept)), "en")
    assert len(found) == MOST
    assert len({entry.why for entry in found}) == MOST
    assert {entry.values["source"] for entry in found} == {"raw/a.jsonl", "rare.jsonl"}
    assert {entry.values["kind"] for entry in found} == {"sft", "preference", "kto", "text"}
    assert {entry.values["split"] for entry in found} == {"train", "dev", "eval"}
    assert ["same_prompt_other_answer"] in [entry.values["flag"] for entry in found]
    assert [key for key, _ in choices(found, "en")] == list(FILTERS)


def test_without_signals_the_language_comes_from_the_text(made: Artifact) -> None:
    (made.folder / "signals.parquet").unlink()
    told = {entry.place: entry.values["language"] for entry in entries(Artifact(made.folder, made.manifest), "zh")}
    assert (told["raw/a.jsonl:1"], told["raw/a.jsonl:2"]) == ("zh", "en")


def test_a_row_shows_everything_that_it_holds(made: Artifact) -> None:
    shown = {entry.place: entry for entry in entries(made, "zh")}
    pair, vote = shown["raw/a.jsonl:81"], shown["raw/a.jsonl:82"]
    assert pair.texts == [("用户", "哪种茶好？"), ("更好的回答", "绿茶"), ("较差的回答", "都行")]
    assert (vote.texts[-1], vote.notes) == (("助手", "Yes"), ["踩"])
    assert pair.opening == "哪种茶好？"


def test_long_rows_are_cut_and_say_so(tmp_path: Path) -> None:
    kept = framed(ask("问" * 2000, "答" * 2000), ask("", "")).with_columns(family=pl.col("id"))
    long, blank = entries(Artifact(tmp_path, artifact(tmp_path, kept)), "zh")
    assert sum(len(text) for _, text in long.texts) <= ROW + 2 * len(" …")
    assert long.texts[0][0] == "用户 · 共 2,000 个字符，显示前 900 个"
    assert [text for _, text in blank.texts] == ["（空）", "（空）"]
