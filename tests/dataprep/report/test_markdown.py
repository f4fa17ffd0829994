"""Report and card: every number there, nothing of the data rendered."""

import polars as pl
import pytest
import yaml

from dataprep.files import FAULTS
from dataprep.phrases import PHRASES
from dataprep.reasons import REASONS, reason_sentence
from dataprep.report.markdown import code, escape, table
from dataprep.validate import RULES
from tests.dataprep.conftest import Desk, ask, write_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", "`∅`"), ("a`b|c", "`aˋb¦c`"), ("a\nb", "`a ⏎ b`"), ("<script>", "`<script>`")],
)
def test_dataset_text_stays_in_its_code_span(text: str, shown: str) -> None:
    assert code(text) == shown


def test_escape() -> None:
    assert escape("a|b<c>`\n") == "a\\|b&lt;c>\\` "


def test_table() -> None:
    assert table(["a", "b"], [["x", "1"]], right=(1,)) == "| a | b |\n| --- | ---: |\n| x | 1 |"


def test_the_report_adds_up(run: Desk) -> None:
    outcome = run()
    text = (outcome.layout.data / "report.md").read_text(encoding="utf-8")
    assert "**32 rows read = 27 kept + 5 dropped.**" in text
    assert "| `raw/a.jsonl` | alpaca | 25 | 21 | 4 | to meta: fact |" in text
    assert "| **total** |  | **32** | **27** | **5** |  |" in text
    assert "- **duplicate** (exact_dedup): 2." in text
    assert "`raw/b.jsonl:1` → `raw/a.jsonl:2`" in text


def test_the_report_in_chinese(run: Desk) -> None:
    text = (run(lang="zh").layout.data / "report.md").read_text(encoding="utf-8")
    assert "**读入 32 行 = 保留 27 行 + 剔除 5 行。**" in text
    assert "前面已有相同内容" in text


def test_the_card_says_what_is_there(run: Desk) -> None:
    card = {"title": "泠泉客服", "license": "cc-by-4.0", "description": "茶机问答。"}
    text = (run(card=card).layout.data / "README.md").read_text(encoding="utf-8")
    header = yaml.safe_load(text.split("---")[1])
    assert (header["pretty_name"], header["license"], header["language"]) == ("泠泉客服", "cc-by-4.0", ["zh"])
    assert header["size_categories"] == ["n<1K"]
    assert [config["config_name"] for config in header["configs"]] == ["sft", "text"]
    assert "茶机问答。" in text


def test_evil_text_is_not_rendered(run: Desk, desk: object) -> None:
    evil = "| x |\n# <script>alert(1)</script> `"
    write_lines(desk / "raw" / "evil.jsonl", [ask(evil, ""), ask(evil, "")])  # type: ignore[operator]
    text = (run().layout.data / "report.md").read_text(encoding="utf-8")
    shown = [line for line in text.splitlines() if "script" in line]
    assert shown
    assert all(line.count("`") % 2 == 0 and "| x |" not in line for line in shown)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_reason_has_its_sentence(lang: str) -> None:
    assert [reason for reason in (*FAULTS, *RULES) if not reason_sentence(reason, lang)] == []
    assert [reason for reason, pair in REASONS.items() if not all(pair)] == []
    assert [key for key, pair in PHRASES.items() if not all(pair)] == []


def test_unknown_reasons_have_none() -> None:
    assert reason_sentence("made_up") == ""
    assert reason_sentence("not_big5", "zh") == reason_sentence("not_ENCODING", "zh")
    assert "tools" in reason_sentence("would_lose_tools")


def test_every_reason_of_a_real_run_has_its_sentence(run: Desk) -> None:
    ledger = pl.read_parquet(run().layout.ledger)
    assert [reason for reason in ledger["reason"].unique() if not reason_sentence(reason)] == []
