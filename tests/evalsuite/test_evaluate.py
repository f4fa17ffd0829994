import json
import math
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytest.importorskip("torch")

from evalsuite import voices
from evalsuite.evaluate import Outcome, evaluate
from evalsuite.scorecard import read_cards
from schemas.artifacts import Layout, digest_file
from schemas.errors import UserError
from tests.evalsuite.world import amend, eval_rows, make_world, recipe, silent
from tests.servers import serve
from tests.train.tiny import rows, write_artifact

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")

FILES = ["blind.csv", "comparison.json", "junit.xml", "predictions.parquet", "report.html", "report.md", "scores.json"]


def run(root: Path, *names: str, **parts: Any) -> list[Outcome]:
    return evaluate(recipe(**parts), names or ("tiny",), root=root, seed=17, lang="en", tell=silent)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("evaluate"))


@pytest.fixture(scope="module")
def outcome(world: Path) -> Outcome:
    return run(world, general={"path": "general.jsonl"})[0]


def test_everything_is_on_disk(outcome: Outcome) -> None:
    folder = outcome.layout.evaluation
    assert sorted(path.name for path in folder.iterdir()) == FILES
    told = pl.read_parquet(folder / "predictions.parquet")
    assert told.height == 6
    columns = {"id", "set", "language", "kind", "source", "length", "cluster", "prompt", "reference", "base", "tuned"}
    assert columns | {"base_tokens", "tuned_tokens", "base_stop", "tuned_stop"} <= set(told.columns)
    assert told["prompt"].n_unique() == 6
    saved = json.loads((folder / "comparison.json").read_bytes())
    assert saved["verdict"] == outcome.comparison.verdict
    assert "<h1" in (folder / "report.html").read_text(encoding="utf-8")


def test_each_set_and_language_has_its_own_numbers(outcome: Outcome) -> None:
    found = {(row.set, row.language): row.n for row in outcome.comparison.rows if row.metric == "bits_per_byte"}
    assert found == {
        ("eval", "en"): 3,
        ("eval", "zh"): 3,
        ("train", "en"): 2,
        ("train", "zh"): 2,
        ("general", "en"): 1,
        ("general", "zh"): 1,
    }
    answered = {row.set for row in outcome.comparison.rows if row.metric == "chrf"}
    assert answered == {"eval"}


def test_scores_come_back(outcome: Outcome) -> None:
    cards = read_cards(outcome.layout.evaluation / "scores.json")
    assert list(cards) == ["base", "tuned"]
    row = next(row for row in outcome.comparison.rows if row.metric == "bits_per_byte" and row.language == "zh")
    card = cards["tuned"]
    column = card.series["bits_per_byte"].column
    mine = ((card.items["set"] == row.set) & (card.items["language"] == "zh")).to_numpy()
    assert column.weights is not None
    told = (column.values[mine] * column.weights[mine]).sum() / column.weights[mine].sum()
    assert told == pytest.approx(row.tuned)
    assert card.series["chrf"].column.reasons[6] == "not_asked"
    assert card.model["template"] == cards["base"].model["template"]


def test_what_was_heard_is_not_asked_again(world: Path, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    from evalsuite import expect, predict

    monkeypatch.setattr(predict, "_generate", None)
    monkeypatch.setattr(expect, "score_passages", None)
    again = run(world, general={"path": "general.jsonl"})[0]
    assert repr(again.comparison.rows) == repr(outcome.comparison.rows)  # NaN equals nothing, itself neither


def test_panels_show_items_with_their_nearest_training_rows(outcome: Outcome) -> None:
    panels = outcome.comparison.panels
    assert {"items", "loops", "causes", "memory_sentences", "trim", "memory", "curve"} <= set(panels)
    assert panels["items"], "random weights change every answer"
    side = panels["items"][0]
    assert side["change"] in ("worse", "better")
    assert len(side["neighbours"]) == 3
    assert side["neighbours"][0]["source"] == "facts.jsonl"
    assert side["neighbours"][0]["similarity"] >= side["neighbours"][1]["similarity"]
    assert panels["curve"]["train"] == [[1, 2.0]]
    row = next(row for row in outcome.comparison.rows if row.metric == "nats_per_token" and row.set == "eval")
    shown = next(one for one in panels["perplexity"]["rows"] if one["language"] == row.language)
    assert shown["tuned"] == pytest.approx(math.exp(row.tuned))
    assert [row["side"] for row in panels["trim"]["rows"]] == ["base", "tiny"]


def test_an_eval_row_among_the_training_rows_is_invalid(tmp_path: Path) -> None:
    make_world(tmp_path)
    home = tmp_path / "runs" / "facts"
    shutil.rmtree(home / "data@0123")
    held = eval_rows()
    data = write_artifact(home / "data@0123", {"train": [*rows("sft", 4), held[0]], "dev": [], "eval": held})
    layout = Layout(tmp_path / "runs" / "tiny")
    amend(layout, data={"run": "facts", "digest": digest_file(data / "manifest.json"), "folder": data.name})
    found = run(tmp_path)[0].comparison
    assert (found.verdict, found.exit_code) == ("INVALID", 3)
    assert [note.code for note in found.invalid if "leak" in note.code]
    assert found.panels["leaks"][0]["how"] == "id"


def test_several_runs_share_one_load_and_one_base(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(world / "runs" / "tiny" / "model", world / "runs" / "twin" / "model")
    loads, real = [], voices._load
    monkeypatch.setattr(voices, "_load", lambda *parts: loads.append(1) or real(*parts))
    first, second = run(world, "tiny", "twin")
    assert len(loads) == 1
    assert (first.comparison.name, second.comparison.name) == ("tiny", "twin")
    numbers = [[(row.base, row.tuned) for row in one.comparison.rows] for one in (first, second)]
    assert repr(numbers[0]) == repr(numbers[1])


def test_other_numbers_are_refused(world: Path) -> None:
    shutil.copytree(world / "runs" / "tiny" / "model", world / "runs" / "half" / "model")
    layout = Layout(world / "runs" / "half")
    told = json.loads((layout.model / "run.json").read_text())
    amend(layout, hardware={**told["hardware"], "dtype": "bfloat16"})
    with pytest.raises(UserError, match="float32, float32, bfloat16") as fault:
        run(world, "tiny", "half")
    assert "--allow-mismatch" in fault.value.hint


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda root: shutil.rmtree(root / "runs" / "tiny" / "model"), "No data artifact"),
        (lambda root: shutil.rmtree(root / "runs" / "facts"), "is gone from runs/facts"),
        (lambda root: (root / "runs/facts/data@0123/manifest.json").write_text("{}"), "is gone"),
        (lambda root: shutil.rmtree(root / "base"), "no such folder"),
    ],
)
def test_what_is_gone_is_named(tmp_path: Path, spoil: Any, told: str) -> None:
    make_world(tmp_path)
    spoil(tmp_path)
    with pytest.raises(Exception, match=told):
        run(tmp_path)


def test_sampled_answers_are_paired_and_clustered(world: Path) -> None:
    drawn = {"max_new_tokens": 4, "temperature": 1.0}
    found = run(world, generation=drawn, metrics=("bleu",), policy={"primary": ["chrf@eval/en"], "minimum": 2})[0]
    row = next(row for row in found.comparison.rows if row.metric == "chrf" and row.language == "en")
    assert row.n == 9
    assert "3 clusters" in row.test
    told = pl.read_parquet(found.layout.evaluation / "predictions.parquet")
    assert sorted(told["seed"].unique().to_list()) == [17, 18, 19]


def test_a_sweep_and_further_draws(world: Path) -> None:
    found = run(world, sweep={"items": 3}, selfcheck=3)[0].comparison
    swept = found.panels["sweep"]
    assert len(swept["rows"]) == 6
    assert set(swept["advice"]) >= {"en", "zh"}
    assert {row.set for row in found.rows if row.metric == "inconsistency"} == {"eval"}
    doubt = [row for row in found.rows if row.metric == "doubt"]
    assert doubt
    assert all(row.base > 0 for row in doubt)


def test_raw_text_is_judged_by_its_likelihood(tmp_path: Path) -> None:
    make_world(tmp_path)
    home = tmp_path / "runs" / "facts"
    shutil.rmtree(home / "data@0123")
    held = [{"kind": "text", "text": f"Tea number {number} wants {number} minutes."} for number in range(4)]
    parts: Any = {"train": rows("text", 4), "dev": [], "eval": held}
    data = write_artifact(home / "data@0123", parts)
    layout = Layout(tmp_path / "runs" / "tiny")
    amend(layout, data={"run": "facts", "digest": digest_file(data / "manifest.json"), "folder": data.name})
    found = run(tmp_path, policy={"minimum": 2})[0].comparison
    assert [(row.metric, row.set, row.n) for row in found.rows if row.primary] == [("bits_per_byte", "text", 4)]
    assert not found.invalid


def test_the_harness_hears_both_sides_of_one_load(world: Path) -> None:
    pytest.importorskip("lm_eval")
    own = {"own": ["choice", "likelihood", "generate"], "bootstrap_iters": 0, "max_tokens": 4}
    found = run(world, harness=own)[0].comparison
    rows = found.panels["harness"]["rows"]
    assert {row["task"] for row in rows} >= {"own_choice_en", "own_likelihood_zh", "own_generate_en"}
    moved = [row for row in rows if row["task"].startswith("own_likelihood") and row["metric"] == "logprob"]
    assert moved
    assert all(row["base"] != row["tuned"] and row["n"] == 3 for row in moved)
    assert all(row["low"] < row["delta"] < row["high"] and 0 < row["p"] < 1 for row in moved)
    assert all(row["delta"] == pytest.approx(row["tuned"] - row["base"]) for row in moved)


def test_served_models(world: Path) -> None:
    with serve(answer=lambda body: f"It holds {len(body['model'])} l.") as server:
        sides = {
            name: {"base_url": server.url, "model": name.removesuffix("_endpoint")[:5]}
            for name in ("endpoint", "base_endpoint")
        }
        found = run(world, metrics=("exact",), policy={"primary": ["token_f1@eval/en"], "minimum": 2}, **sides)[0]
    assert [note.code for note in found.comparison.notes if note.code == "served"] == ["served"]
    told = pl.read_parquet(found.layout.evaluation / "predictions.parquet")
    assert told["tuned"].unique().to_list() == ["It holds 5 l."]
    assert told["base"].unique().to_list() == ["It holds 4 l."]
    with pytest.raises(UserError, match="the base has to be served as well"):
        run(world, endpoint=sides["endpoint"])
