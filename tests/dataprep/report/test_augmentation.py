"""The section on rewrites: numbers, rules with examples, methods, slices, diversity; nothing where none were made."""

from pathlib import Path
from typing import Any

import pytest

from dataprep.report import augmentation
from dataprep.report.artifact import Artifact
from dataprep.report.html import render
from dataprep.report.markdown import report
from gristmill.balance import _augmented
from tests.dataprep.augment.written import drafts, refused, told_of, variety
from tests.dataprep.report.artifacts import artifact


@pytest.fixture
def made(tmp_path: Path) -> Artifact:
    return Artifact(tmp_path, artifact(tmp_path))


def told(**more: Any) -> dict[str, Any]:
    return {"augmentation": {**told_of(variety()), **more}}


def test_the_numbers_come_first() -> None:
    assert augmentation.numbers(told(), "en") == [
        ("asked for", "16", ""),
        ("accepted", "4", "(25.0%)"),
        ("no answer came", "1", ""),
        ("tokens sent", "1,600", ""),
        ("tokens received", "800", ""),
        ("cost", "0.012", "CNY"),
    ]
    assert [value for _, value in augmentation.makers(told(), "zh")] == ["m · http://127.0.0.1:8000/v1", "p-1"]


@pytest.mark.parametrize(
    ("cost", "shown"),
    [(None, []), (0.0, ["0.00"]), (0.00042, ["0.00042"]), (0.1, ["0.10"]), (1234.5, ["1,234.50"])],
)
def test_a_cost_is_shown_where_there_is_a_price(cost: float | None, shown: list[str]) -> None:
    found = augmentation.numbers(told(cost=cost), "en")
    assert [value for key, value, _ in found if key == "cost"] == shown


@pytest.mark.parametrize("manifest", [{}, {"augmentation": None}])
def test_without_rewrites_there_is_nothing(made: Artifact, manifest: dict[str, Any]) -> None:
    older = {key: value for key, value in made.manifest.items() if key != "augmentation"} | manifest
    for part in (augmentation.numbers, augmentation.makers, augmentation.rules, augmentation.methods):
        assert part(manifest, "en") == []
    assert augmentation.balance(manifest) == augmentation.diversity(manifest, "en") == []
    assert augmentation.chart(manifest, "en") == augmentation.equal_parts(manifest, "en") == ""
    assert augmentation.rejections(Artifact(made.folder, older), "en") == []
    assert 'id="augmentation"' not in render(made.folder, older)
    assert "Augmentation" not in report(older, made.ledger.drop("place").collect())


def test_rules_come_with_drafts_that_they_met_first(made: Artifact) -> None:
    near, negation, numbers, fault = augmentation.rejections(made, "en")
    assert (near.rule, near.drafts, near.share, near.width, near.open) == ("near_identical", "9", "56.2%", 100.0, True)
    assert (negation.width, negation.open) == (22.2, False)
    # nine, evenly; the one that negation met first before the one that other rules met earlier
    assert [card.head.split(" ")[0] for card in near.examples] == ["#7", "#10", "#13"]
    assert [card.head.split(" ")[0] for card in negation.examples] == ["#16", "#5"]
    assert [rule for rule, _ in numbers.examples[0].reasons] == ["numbers", "negation"]
    assert fault.examples[0].detail == "503"


def test_accepted_ones_are_spread_over_all(made: Artifact) -> None:
    assert [card.head.split(" ")[0] for card in augmentation.accepted(made, "en")] == ["#1", "#2", "#3", "#4"]
    [_, _, new, _] = augmentation.accepted(made, "zh")
    assert new.texts[0] == ("种子问题", [("", "第 1 台机器的滤芯怎样更换滤芯？")])


def test_drafts_may_be_gone(made: Artifact) -> None:
    (made.folder / "augmented.parquet").unlink()
    assert augmentation.accepted(made, "en") == []
    assert [rule.examples for rule in augmentation.rejections(made, "en")] == [[]] * 4


def test_no_draft_may_be_accepted(made: Artifact) -> None:
    drafts(refused(1, "numbers")).write_parquet(made.folder / "augmented.parquet")
    assert augmentation.accepted(made, "en") == []
    assert 'id="augmentation"' in render(made.folder, {**made.manifest, **told(accepted=0, diversity=None)})


def test_methods_slices_and_diversity() -> None:
    assert augmentation.methods(told(), "zh") == [
        ["改写", "换种说法", "13", "1", "7.7%"],
        ["回译", "", "1", "1", "100.0%"],
    ]
    assert augmentation.balance(told()) == [["zh · 短", "40", "9", "3", "43"]]
    assert "40 → 43" in augmentation.chart(told(), "en")
    lines = augmentation.diversity(told(), "en")
    assert [line[:4] for line in lines] == [
        ["distinct-1", "0.150", "0.150", "the same"],
        ["distinct-2", "0.500", "0.400", "less varied"],
        ["self-BLEU", "0.200", "0.190", "more varied"],
    ]
    assert "1,200 words" in augmentation.equal_parts(told(), "en")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["## Augmentation", "- accepted: 4 (25.0%)", "- cost: 0.012 CNY", "| near_identical | 9 |"]),
        (
            "zh",
            [
                "## 数据增强",
                "- 接受: 4 (25.0%)",
                "| 改写 | 换种说法 | 13 | 1 | 7.7% |",
                "| zh · 短 | 40 | 9 | 3 | 43 |",
            ],
        ),
    ],
)
def test_the_balance_sheet_has_it_in_brief(made: Artifact, lang: str, words: list[str]) -> None:
    text = report(made.manifest, made.ledger.drop("place").collect(), lang=lang)
    assert [line for line in words if line not in text] == []


@pytest.mark.parametrize(("lang", "words"), [("en", "Augmentation: asked for 16"), ("zh", "数据增强：请求 16")])
def test_the_terminal_has_it_in_brief(capsys: pytest.CaptureFixture[str], lang: str, words: str) -> None:
    _augmented(told(model="[bold]"), lang)
    shown = capsys.readouterr().out
    assert words in shown
    assert "near_identical" in shown
    _augmented({}, lang)
    assert capsys.readouterr().out == ""
