from dataclasses import replace
from typing import Any

import orjson
import polars as pl
import pytest

from evalsuite import panels
from evalsuite.compare import compare
from evalsuite.comparison import Comparison
from evalsuite.config import EvalRecipe
from evalsuite.items import frame_of_items
from evalsuite.metrics.catalogue import Options, families
from evalsuite.policy import Policy
from evalsuite.report import render_html, render_markdown
from evalsuite.report.names import NAMES
from evalsuite.score import Heard, score
from evalsuite.sweep import SETTINGS
from schemas.frames import frame_of
from schemas.text.script import language
from tests.evalsuite.hearings import heard, item
from tests.train.tiny import rows as facts

ITEMS = [item("a", reference="one two"), item("b", reference="three"), item("t", set="train")]
TRAIN = frame_of(facts("sft", 4), sources=["facts.jsonl"] * 4, rows=range(1, 5))
LEAKS = pl.DataFrame({"item": ["a"], "train_id": ["r"], "how": ["id"]})
RUN: dict[str, Any] = {
    "stages": [
        {"losses": {"train": [[1, 9.0]], "dev": []}, "best_step": None, "findings": {"en": [], "zh": []}},
        {
            "losses": {"train": [[1, 2.0], [2, 1.0]], "dev": [[2, 1.5]]},
            "best_step": 2,
            "findings": {"en": ["Fine."], "zh": ["正常。"]},
        },
    ]
}


def added(
    base: dict[str, Any] | None = None,
    tuned: dict[str, Any] | None = None,
    *,
    run: Any = None,
    leaks: Any = None,
    **parts: Any,
) -> Comparison:
    recipe = EvalRecipe.model_validate({"metrics": ["bleu", "loops"], **parts})
    sides = (
        heard("base", {"a": "one two", "b": "x"}, **(base or {})),
        heard("tea", {"a": "one", "b": "three"}, **(tuned or {})),
    )
    cards = score(ITEMS, frame_of_items(ITEMS), sides, families(recipe.metrics, Options()), {})
    data = panels.Data(TRAIN, None, LEAKS.clear() if leaks is None else leaks)
    comparison = compare(*cards, policy=Policy(primary=()))
    return panels.add(comparison, ITEMS, sides, cards, data, run=run, recipe=recipe)


def test_the_panels_of_a_plain_evaluation() -> None:
    found = added()
    every = {"perplexity", "items", "loops", "causes", "memory_sentences", "trim", "memory", "leaks"}
    assert set(found.panels) == every
    assert found.panels["perplexity"]["rows"] == []
    assert [one["id"] for one in found.panels["items"]] == ["a", "b"]
    assert [row["side"] for row in found.panels["trim"]["rows"]] == ["base", "tea"]
    assert (found.panels["leaks"], found.panels["memory"]) == ([], [])
    assert added(leaks=LEAKS).panels["leaks"] == [{"item": "a", "train_id": "r", "how": "id"}]


def test_what_loading_has_to_say_is_told_once() -> None:
    before = len(added().notes)
    found = added({"notes": ["two_loads", "served"]}, {"notes": ["two_loads", "self_check_failed"]})
    assert [note.code for note in found.notes[before:]] == ["two_loads", "served", "self_check_failed"]
    assert found.notes[:before] == added().notes


def test_notes_are_in_english_and_chinese() -> None:
    notes = list(panels.NOTES.values())
    assert list(panels.NOTES) == [note.code for note in notes]
    frame = pl.DataFrame({"en": [note.en for note in notes], "zh": [note.zh for note in notes]})
    told = frame.select(language(pl.col(name)).alias(name) for name in ("en", "zh"))
    assert told.rows() == [("en", "zh")] * len(notes)


def test_the_curve_is_the_last_stages() -> None:
    assert added(run=RUN).panels["curve"] == {
        "train": [[1, 2.0], [2, 1.0]],
        "dev": [[2, 1.5]],
        "best": 2,
        "findings": {"en": ["Fine."], "zh": ["正常。"]},
    }
    stage = {name: value for name, value in RUN["stages"][0].items() if name != "best_step"}
    assert panels.curve({"stages": [stage]})["best"] is None


def test_the_sweep_comes_with_advice_for_the_tuned_model() -> None:
    row = {"setting": "greedy", "n": 3, "stopped": 1.0, "rep_4": 0.0, "chrf": 40.0}
    base, tuned = {**row, "side": "base", "looped": 0.0}, {**row, "side": "tea", "looped": 0.5}
    told = added({"sweep": [base]}, {"sweep": [tuned]}).panels["sweep"]
    assert told["rows"] == [base, tuned]
    assert told["advice"]["code"] == "decode_model"
    assert "sweep" not in added({"sweep": []}, {}).panels
    assert next(iter(SETTINGS)) == "greedy"


def test_the_harness_is_shown_when_both_sides_have_it() -> None:
    empty: dict[str, Any] = {"samples": {}, "results": {}, "higher_is_better": {}, "configs": {}}
    assert added({"harness": empty}, {"harness": empty}).panels["harness"] == {"rows": []}
    assert "harness" not in added({"harness": empty}).panels


def test_the_checker_is_judged_on_the_half_that_was_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"precision": 0.9, "recall": 0.8, "f1": 0.85, "n": 58, "hits": 1, "misses": 2, "false_alarms": 3}
    table = {"numbers/open/zh": {**told, "n": 1}, "numbers/held/zh": told, "names/held/all": {**told, "n": 7}}
    monkeypatch.setattr(panels, "checker_table", lambda: table)
    found = added(metrics=["bleu", "grounding"]).panels["checker"]["rows"]
    shared = {"half": "held", "precision": 0.9, "recall": 0.8}
    assert found == [
        {"kind": "numbers", "language": "zh", "n": 58, **shared},
        {"kind": "names", "language": "all", "n": 7, **shared},
    ]
    assert {"numbers", "names", "urls", "all", "held", *found[0]} - set(NAMES) == {"n"}


def test_no_side_answered() -> None:
    nobody: tuple[Heard, Heard] = heard("base", {}), heard("tea", {})
    cards = score(ITEMS, frame_of_items(ITEMS), nobody, families(("bleu",), Options()), {})
    comparison = compare(*cards, policy=Policy(primary=()))
    recipe = EvalRecipe(metrics=("bleu",))
    data = panels.Data(TRAIN.clear(), None, LEAKS.clear())
    found = panels.add(comparison, ITEMS, nobody, cards, data, run=None, recipe=recipe)
    assert (found.panels["items"], found.panels["loops"], found.panels["trim"]) == ([], [], {"rows": []})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_reports_take_every_panel(lang: str) -> None:
    found = added(run=RUN)
    found = replace(
        found, panels={**found.panels, "checker": {"rows": [{"kind": "urls", "half": "held", "recall": 0.8}]}}
    )
    orjson.dumps(found.as_dict(), option=orjson.OPT_SERIALIZE_NUMPY)
    page = render_html(found, lang=lang)
    for key in ("looped_before", "chrf_after", "urls", "held"):
        assert NAMES[key][("en", "zh").index(lang)] in page
        assert f">{key}<" not in page
        assert f" {key} |" not in render_markdown(found, lang=lang)
