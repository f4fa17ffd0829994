"""The sheet for people: what is drawn, what a cell and a card say, that no work is written over."""

import csv
import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataprep.augment.cards import card_of, first_questions, manner, rule_sentence
from dataprep.augment.drafts import DRAFTS
from dataprep.augment.sheet import FILL, MOST, write_sheet
from schemas.frames import FRAME, empty
from tests.dataprep.augment.written import draft, drafts, refused, variety
from tests.dataprep.report.artifacts import HOSTILE
from tests.dataprep.rows import ask, framed, plain
from tests.page_reader import Reader


def written(frame: pl.DataFrame, folder: Path, **more: Any) -> tuple[list[dict[str, str]], str]:
    settings = {"count": 50, "seed": 17, "lang": "zh", "name": "茶", **more}
    sheet, page = write_sheet(frame, folder, **settings)
    text = sheet.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""))), page.read_text(encoding="utf-8")


def test_a_sheet_tells_everything(tmp_path: Path) -> None:
    rows, page = written(variety(), tmp_path, questions={"raw/a.jsonl:3": "水箱多大？"})
    assert (tmp_path / "augmented.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(rows) == 14  # four accepted, ten of the twelve rejected
    assert [row["#"] for row in rows[:6]] == ["1", "2", "3", "4", "5", "6"]
    assert rows[-1]["#"] == "16"
    assert [row[name] for row in rows for name in FILL] == [""] * 2 * len(rows)
    assert rows[1]["改写 · 回答"] == "请用清水。"
    assert (rows[2]["原文 · 提问"], rows[2]["改写 · 提问"]) == ("水箱多大？", "水箱能放进洗碗机吗？")
    assert rows[3]["风格"] == "法文 → 德文"
    assert (rows[0]["拒绝原因"], rows[0]["原始行"]) == ("", "raw/a.jsonl:1")
    assert rows[4]["拒绝原因"].startswith("numbers：")
    assert rows[4]["拒绝原因"].endswith("(30 -> 40)")
    reader = Reader(page)
    assert reader.open == []
    assert reader.ids == ["sheet_accepted", "sheet_rejected"]
    assert "<del>怎样</del>" in page
    assert "<ins>如何</ins>" in page
    assert "水箱多大？" in page
    assert "共接受 4 条" in page


def test_the_draw_is_even_over_methods_and_rules(tmp_path: Path) -> None:
    many = [draft(n) for n in range(1, 41)] + [draft(41, style="formal"), draft(42, origin="back_translation")]
    bad = [refused(50 + n, "numbers") for n in range(30)] + [refused(90, "names", "numbers")]
    rows, _ = written(drafts(*many, *bad), tmp_path, count=10)
    numbers = [int(row["#"]) for row in rows]
    assert len(numbers) == 12
    assert {41, 42, 90} <= set(numbers)
    assert sum(number < 50 for number in numbers) == 10
    assert numbers == sorted(numbers)
    shuffled, _ = written(drafts(*many, *bad).sample(fraction=1, shuffle=True, seed=3), tmp_path, count=10)
    other, _ = written(drafts(*many, *bad), tmp_path, count=10, seed=18)
    assert [int(row["#"]) for row in shuffled] == numbers
    assert [int(row["#"]) for row in other] != numbers


@pytest.mark.parametrize(
    "frame",
    [pl.DataFrame(schema=DRAFTS), drafts(draft(1)), drafts(refused(1, "numbers")), drafts(draft(1, prompt_after="😀"))],
    ids=["none", "one accepted", "one rejected", "emoji"],
)
def test_hardly_any_draft_is_no_fault(tmp_path: Path, frame: pl.DataFrame) -> None:
    rows, page = written(frame, tmp_path, lang="en", count=1)
    assert len(rows) == frame.height
    assert Reader(page).open == []
    assert page.count('class="item"') == frame.height


def test_nothing_of_a_draft_becomes_markup_or_a_formula(tmp_path: Path) -> None:
    evil, harmless = (written(variety(text), tmp_path, lang="en")[1] for text in (HOSTILE, ""))
    assert Reader(evil).tags == Reader(harmless).tags
    assert Reader(evil).attributes == Reader(harmless).attributes
    rows, _ = written(drafts(draft(1, prompt_after='=HYPERLINK("x")', source="@a")), tmp_path)
    assert rows[0]["改写 · 提问"] == '\'=HYPERLINK("x")'
    assert rows[0]["原始行"] == "'@a:1"


def test_long_texts_are_cut_on_the_page_only(tmp_path: Path) -> None:
    rows, page = written(drafts(draft(1, prompt_before="问" * 9000, prompt_after="答" * 3000)), tmp_path)
    assert "共 9,000 个字符，显示前 2,000 个" in page
    assert page.count("问") <= MOST + 10
    assert rows[0]["原文 · 提问"] == "问" * 9000


def test_a_sheet_that_was_begun_is_kept(tmp_path: Path) -> None:
    written(variety(), tmp_path)
    written(variety(), tmp_path)
    assert not list(tmp_path.glob("*judged*"))
    sheet = tmp_path / "augmented.csv"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace(",,\n", ",y,\n", 1), encoding="utf-8")
    begun = sheet.read_bytes()
    written(variety(), tmp_path)
    assert (tmp_path / "augmented.judged-1.csv").read_bytes() == begun
    assert sheet.read_bytes() != begun


def test_a_card_shows_answers_where_they_were_reworded() -> None:
    lines = variety().to_dicts()
    assert [label for label, _ in card_of(lines[0], "en", most=99).texts] == ["source", "rewrite"]
    both = ["source · prompt", "rewrite · prompt", "source · answer", "rewrite · answer"]
    assert [label for label, _ in card_of(lines[1], "en", most=99).texts] == both
    new = ["question of the seed", "new question", "new answer"]
    assert [label for label, _ in card_of(lines[2], "en", most=99, question="?").texts] == new
    assert [label for label, _ in card_of(lines[2], "en", most=99).texts] == new[1:]


def test_a_card_of_a_draft_that_never_came() -> None:
    card = card_of(variety().to_dicts()[5], "en", most=99)
    assert [pieces for _, pieces in card.texts] == [[("", "第 6 台怎样清洗？")], [("", "(empty)")]]
    assert (card.head, card.detail) == ("#6 · paraphrase · in other words · Chinese", "503")
    assert card.why == "gristmill why 'raw/a.jsonl#augmented:6'"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"style": "plain"}, "换种说法"),
        ({"style": "mine"}, "mine"),
        ({"style": "backtranslation", "pivots": "fr+xx"}, "法文 → xx"),
    ],
)
def test_manner(told: dict[str, str], words: str) -> None:
    assert manner(told, "zh") == words


def test_a_rule_may_have_a_sentence_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "dataprep.reasons.REASONS", {"a": ("other", "别的"), "rewrite_a": ("own", "自己的"), "b": ("b", "乙")}
    )
    assert [rule_sentence(rule, "zh") for rule in ("a", "b", "c")] == ["自己的", "乙", ""]


def test_first_questions(tmp_path: Path) -> None:
    framed(ask("甲？", "1"), ask("乙？", "2"), ask("丙？", "3"), plain("丁"), source="raw/a.jsonl").write_parquet(
        tmp_path / "train.parquet"
    )
    assert first_questions(tmp_path, variety()) == {"raw/a.jsonl:3": "丙？"}
    empty(FRAME).write_parquet(tmp_path / "train.parquet")
    assert first_questions(tmp_path, variety()) == {}
