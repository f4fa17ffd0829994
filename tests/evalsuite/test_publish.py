import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

from evalsuite import publish as module
from evalsuite.compare import compare
from evalsuite.comparison import Comparison
from evalsuite.items import Item, frame_of_items
from evalsuite.metrics.exact import exact
from evalsuite.policy import Policy
from evalsuite.predict import Answer
from evalsuite.publish import ANSWERED, predictions, publish, versions, write_reports
from evalsuite.score import Heard, score
from evalsuite.scorecard import ITEMS, ScoreCard, read_cards
from tests.evalsuite.hearings import heard, item
from tests.evalsuite.report.stories import story

FILES = ["blind.csv", "comparison.json", "junit.xml", "predictions.parquet", "report.html", "report.md", "scores.json"]
REPORTS = ["comparison.json", "junit.xml", "report.html", "report.md"]
SIDES = [f"{side}{part}" for side in ("base", "tuned") for part in ("", "_tokens", "_stop", "_fault")]
ITEM_LIST = [
    item("t", set="train"),
    item("a", "多大？", "1.8 升", context="水箱 1.8 升。", language="zh", row=7, slices={"team": "红"}),
    item("b"),
]


def pair() -> tuple[Heard, Heard]:
    failed = Answer("", "error", 0, "prompt_too_long")
    return heard("base", {"a": "两升", "b": failed}), heard("tea", {"a": Answer("1.8", "length", 3), "b": "right"})


def scored(sides: tuple[Heard, Heard], items: list[Item]) -> tuple[ScoreCard, ScoreCard]:
    return score(items, frame_of_items(items), sides, {"exact": exact()}, {"data": "d"})


def published(folder: Path, sides: tuple[Heard, Heard], items: list[Item], **parts: Any) -> Comparison:
    cards = scored(sides, items)
    comparison = compare(*cards, policy=Policy(primary=parts.pop("primary", ("token_f1@eval",))))
    publish(folder, comparison, cards, items, sides, **{"lang": "en", "seed": 17, **parts})
    return comparison


def test_a_prediction_has_all_that_was_asked_and_said() -> None:
    sides = pair()
    told = predictions(ITEM_LIST, sides, scored(sides, ITEM_LIST)[0].items)
    assert told.columns == [*ITEMS, "team", "row", "seed", "question", "context", "reference", *SIDES]
    assert told.schema["base_fault"] == told.schema["team"] == pl.String
    assert pl.Null not in told.schema.values()
    assert told["id"].to_list() == ["a", "b"]
    first = told.row(0, named=True)
    shared = {"set": "eval", "language": "zh", "kind": "sft", "source": "a.csv", "length": "short", "team": "红"}
    assert shared.items() <= first.items()
    said = {"base": "两升", "base_tokens": 1, "base_stop": "eos", "base_fault": None}
    said |= {"tuned": "1.8", "tuned_tokens": 3, "tuned_stop": "length", "tuned_fault": None}
    asked = {"row": 7, "seed": 0, "question": "多大？", "context": "水箱 1.8 升。", "reference": "1.8 升"}
    assert {**said, **asked}.items() <= first.items()
    second = told.row(1, named=True)
    assert (second["base"], second["base_stop"], second["base_fault"]) == ("", "error", "prompt_too_long")
    assert (second["team"], second["tuned_fault"], len(second["prompt"])) == (None, None, len(first["prompt"]))


def test_each_draw_is_a_prediction() -> None:
    told = {("b", seed): str(seed) for seed in (17, 18, 19)}
    sides = heard("base", told), heard("tea", told)
    found = predictions(ITEM_LIST, sides, scored(sides, ITEM_LIST)[0].items)
    assert found.select("id", "seed", "tuned").rows() == [("b", 17, "17"), ("b#18", 18, "18"), ("b#19", 19, "19")]


def test_everything_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "tea" / "eval"
    comparison = published(folder, pair(), ITEM_LIST, lang="zh")
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert pl.read_parquet(folder / "predictions.parquet")["tuned"].to_list() == ["1.8", "right"]
    cards = read_cards(folder / "scores.json")
    assert list(cards) == ["base", "tuned"]
    assert cards["base"].series["token_f1"].column.reasons == {0: "not_asked", 2: "error"}
    told = json.loads((folder / "comparison.json").read_bytes())
    assert (told["format"], told["name"], told["verdict"]) == (1, "tea", comparison.verdict)
    with (folder / "blind.csv").open(encoding="utf-8-sig", newline="") as file:
        assert sorted(row["id"] for row in csv.DictReader(file)) == ["a", "b"]


def test_a_model_that_answered_nothing(tmp_path: Path) -> None:
    items = [item("t", set="train")]
    published(tmp_path, (heard("base", {}), heard("tea", {})), items, primary=())
    assert sorted(path.name for path in tmp_path.iterdir()) == [name for name in FILES if name != "blind.csv"]
    told = pl.read_parquet(tmp_path / "predictions.parquet")
    assert (told.height, told.schema) == (0, {**ITEMS, **ANSWERED})


@pytest.mark.parametrize(("lang", "title"), [("en", "Before and after: tea"), ("zh", "微调前后对比：tea")])
def test_reports(tmp_path: Path, lang: str, title: str) -> None:
    write_reports(tmp_path / "new", story(), lang=lang)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == REPORTS
    assert title in (tmp_path / "new" / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "new" / "report.md").read_text(encoding="utf-8").startswith("# ▼ ")
    assert ElementTree.parse(tmp_path / "new" / "junit.xml").getroot().tag.startswith("testsuite")
    assert json.loads((tmp_path / "new" / "comparison.json").read_bytes())["exit_code"] == 1


def test_a_report_that_fails_leaves_the_older_files_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(self: pl.DataFrame, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("the disk is full")

    published(tmp_path, pair(), ITEM_LIST)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr(pl.DataFrame, "write_parquet", dying)
        with pytest.raises(OSError, match="disk is full"):
            published(tmp_path, pair(), ITEM_LIST)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_versions_leave_out_what_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIBRARIES", ("polars", "no-such-library"))
    assert versions() == {"polars": pl.__version__}
