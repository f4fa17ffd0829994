import json
import math
from pathlib import Path
from typing import Any

import pytest

from evalsuite.harness import tasks as harness_tasks
from evalsuite.harness.results import rows
from evalsuite.harness.run import run
from evalsuite.harness.settings import Harness
from evalsuite.harness.tasks import load_tasks
from schemas.errors import MissingExtra, UserError
from tests.evalsuite.harness_fakes import Fake, folder_task, value, write


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import datasets
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets")


@pytest.mark.parametrize("splits", ["", "training_split: train\nfewshot_split: train\n"])
def test_a_folder_of_tasks_with_examples_that_are_the_same_for_both_models(tmp_path: Path, splits: str) -> None:
    folder = folder_task(tmp_path)
    write(folder, "mine.yaml", (folder / "mine.yaml").read_text(encoding="utf-8") + splits)
    data = {"mine": str(tmp_path / "data.jsonl")} if splits else {}
    settings = Harness(folders=(str(folder),), tasks=("mine",), few_shot=3, limit=5, data=data)
    loaded = load_tasks(settings)
    base, tuned = (run(Fake(cost), loaded, settings=settings, seed=17) for cost in (1.0, 2.0))
    assert [(row["task"], row["metric"], row["n"]) for row in rows(base, tuned)] == [("mine", "acc", 5)]
    prompts = [sample["arguments"][0][0] for sample in base["samples"]["mine"]]
    # No question is its own example: by default the harness draws from all six.
    assert [prompt.count(f"问{place}") for place, prompt in enumerate(prompts)] == [1] * 5
    assert [prompt.count("问") for prompt in prompts] == [4] * 5


def test_bootstraps_stay_in_this_process_and_off_the_terminal(tmp_path: Path, capfd: Any) -> None:
    folder = folder_task(tmp_path, metric="perplexity", aggregation="perplexity")
    settings = Harness(folders=(str(folder),), tasks=("mine",), bootstrap_iters=50)
    results = run(Fake(), load_tasks(settings), settings=settings, seed=17)
    (row,) = rows(results, results)
    assert (row["base"], row["base_stderr"]) == (pytest.approx(math.e**2), pytest.approx(0.0, abs=1e-9))
    assert capfd.readouterr() == ("", "")


def test_a_group_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_task(tmp_path)
    write(folder, "other.yaml", (folder / "mine.yaml").read_text(encoding="utf-8").replace("mine", "other"))
    write(folder, "both.yaml", "group: both\ntask: [mine, other]\naggregate_metric_list: [{metric: acc}]\n")
    monkeypatch.setattr(harness_tasks, "standard_folder", lambda: pytest.fail("all members are at hand"))
    settings = Harness(folders=(str(folder),), tasks=("both",))
    results = run(Fake(), load_tasks(settings), settings=settings, seed=17)
    found = {row["task"]: (row["base"], row["n"], row["higher_is_better"]) for row in rows(results, results)}
    assert found == {"mine": (0.0, 6, True), "other": (0.0, 6, True), "both": (0.0, 12, True)}


@pytest.fixture
def standard(monkeypatch: pytest.MonkeyPatch) -> None:
    root = harness_tasks.standard_folder()
    monkeypatch.setattr(harness_tasks, "standard_folder", lambda: root / "hellaswag")  # reading all takes 20 s


@pytest.mark.usefixtures("standard")
@pytest.mark.parametrize(
    ("settings", "error", "message", "hint"),
    [
        ({"tasks": ["hellaswag"]}, UserError, "hellaswag needs the hub", "eval.harness.data.hellaswag: FILE"),
        ({"tasks": ["helaswag"]}, UserError, "did you mean hellaswag?", ""),
        ({"tasks": ["hellaswag"], "data": {"hellaswag": "no.jsonl"}}, UserError, "no such file: no.jsonl", ""),
        ({"tasks": ["hellaswag"], "data": {"hellaswag": "a.txt"}}, UserError, "not a .json", ""),
        ({"tasks": ["x"], "folders": ["nowhere"]}, UserError, "no such folder: nowhere", ""),
        ({}, UserError, "names nothing to run", "eval.harness.own"),
    ],
)
def test_tasks_that_cannot_be_loaded(settings: dict[str, Any], error: Any, message: str, hint: str) -> None:
    with pytest.raises(error, match=message) as raised:
        load_tasks(Harness.model_validate(settings))
    assert hint in raised.value.hint


@pytest.mark.usefixtures("standard")
def test_a_standard_task_runs_on_a_local_file(tmp_path: Path) -> None:
    docs = [
        {"activity_label": "A", "ctx_a": f"He sits {place}.", "ctx_b": "he", "endings": ["a", "bb", "ccc", "dddd"]}
        | {"label": str(place % 4)}
        for place in range(8)
    ]
    write(tmp_path, "val.jsonl", "\n".join(json.dumps(doc) for doc in docs))
    settings = Harness(tasks=("hellaswag",), data={"hellaswag": str(tmp_path / "val.jsonl")}, few_shot=2)
    results = run(Fake(), load_tasks(settings), settings=settings, seed=17)
    assert value(results, "hellaswag", "acc") == pytest.approx(2 / 8)  # the shortest ending
    prompts = [sample["arguments"][0][0] for sample in results["samples"]["hellaswag"]]
    assert [prompt.count(f"sits {place}.") for place, prompt in enumerate(prompts)] == [1] * 8


@pytest.mark.parametrize(
    ("extra", "error", "message"),
    [
        ("process_results: !function part.score\n", MissingExtra, "The task mine needs the package no_such_package"),
        ("unsafe_code: true\n", UserError, "runs code that the model writes"),
        ("doc_to_image: question\n", UserError, "needs images or sound"),
        ("test_split: dev\n", UserError, "The task mine can't be loaded"),
    ],
)
def test_folder_tasks_that_are_refused(tmp_path: Path, extra: str, error: Any, message: str) -> None:
    folder = folder_task(tmp_path)
    text = (folder / "mine.yaml").read_text(encoding="utf-8")
    write(
        folder,
        "mine.yaml",
        text.replace("test_split: test\n", "") + ("" if "dev" in extra else "test_split: test\n") + extra,
    )
    write(folder, "part.py", "import no_such_package\n")
    with pytest.raises(error, match=message):
        load_tasks(Harness(folders=(str(folder),), tasks=("mine",)))
