"""Passes: where the order of stages is cut, and what a second run doesn't do again."""

from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.make import Outcome
from dataprep.passes import passes, run_pass, signals_of
from dataprep.pipeline import STAGES
from dataprep.recipe import DataRecipe
from dataprep.shards import Shard, Store
from dataprep.stages import Context, KeyedStage, MapStage, SignalStage
from dataprep.workers import Crew
from schemas.errors import ConservationError, RuntimeFault
from schemas.results import StageResult, apply_rules
from tests.dataprep.conftest import runner
from tests.dataprep.rows import framed, plain

ROWS = framed(plain("水"), plain("泠泉茶机"), plain(""))


MEASURED, LIMIT = [1], [1]
"""Settings of the stage below."""


def judged(frame: pl.DataFrame, signals: pl.DataFrame) -> StageResult:
    measured = frame.hstack(signals.select("chars"))
    result = apply_rules(measured, {"short": pl.col("chars") >= LIMIT[0]}, stage="length")
    return StageResult(result.kept.drop("chars"), result.dropped, result.events)


LENGTH = SignalStage(
    "length",
    measure=lambda frame, _: frame.select("id", chars=pl.col("text").str.len_chars()),
    measured=lambda _: MEASURED,
    judge=lambda frame, signals, _: judged(frame, signals),
    settings=lambda _: LIMIT,
)


@pytest.fixture(autouse=True)
def settings() -> None:
    MEASURED[0], LIMIT[0] = 1, 1


def context() -> Context:
    return Context(DataRecipe.model_validate({"sources": [{"path": "raw"}]}), seed=1, order={"a.jsonl": 0})


def some_shards(store: Store) -> list[Shard]:
    counts = [{"stage": "read", "rows_in": 3, "kept": 3, "dropped": 0}]
    return [store.put(name, StageResult(ROWS.with_columns(source=pl.lit(name))), counts) for name in "ab"]


def once(root: Path, stage: Any = LENGTH) -> tuple[list[Shard], Store]:
    shards = some_shards(Store(root))
    store = Store(root)
    with Crew() as crew:
        done, _ = run_pass(shards, [stage], context(), store, crew)
    return done, store


def test_decisions_and_measures_begin_a_pass() -> None:
    cut = passes(STAGES)
    assert [stage for part in cut for stage in part] == STAGES
    assert all(isinstance(stage, MapStage) for part in cut for stage in part[1:])
    assert [part[0].name for part in cut if not isinstance(part[0], MapStage)] == [
        stage.name for stage in STAGES if not isinstance(stage, MapStage)
    ]
    assert passes([]) == []


def test_a_repeated_pass_takes_its_shards_from_the_store(tmp_path: Path) -> None:
    first, store = once(tmp_path)
    assert (store.made, store.remembered) == (2, 0)
    again, store = once(tmp_path)
    assert (store.made, store.reused, store.remembered) == (0, 2, 0)
    assert again == first
    assert [shard.rows for shard in first] == [2, 2]


def test_a_changed_threshold_judges_again_with_the_same_signals(tmp_path: Path) -> None:
    once(tmp_path)
    LIMIT[0] = 2
    done, store = once(tmp_path)
    assert (store.made, store.remembered) == (2, 2)
    assert [shard.rows for shard in done] == [1, 1]


def test_a_changed_measure_measures_again(tmp_path: Path) -> None:
    once(tmp_path)
    MEASURED[0] = 2
    _, store = once(tmp_path)
    assert (store.made, store.remembered) == (2, 0)


def test_signals_can_be_had_after_the_pass(tmp_path: Path) -> None:
    shards = some_shards(Store(tmp_path))
    once(tmp_path)
    store = Store(tmp_path)
    assert [signals_of(shard, LENGTH, context(), store)["chars"].to_list() for shard in shards] == [[1, 4, 0]] * 2
    assert store.remembered == 2


def test_progress_is_told_for_each_shard(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    store = Store(tmp_path)
    with Crew(progress=lambda what, rows: told.append((what, rows))) as crew:
        run_pass(some_shards(store), [LENGTH], context(), store, crew)
    assert told == [("length", 3), ("length", 3)]


@pytest.mark.parametrize(
    ("apply", "fault", "told"),
    [
        (lambda frame, _: StageResult(frame.head(1)), ConservationError, "stage odd: 3 rows in"),
        (lambda frame, _: StageResult(frame.drop("text")), RuntimeFault, "stage odd changed the frame's schema"),
    ],
)
def test_a_stage_that_breaks_its_word_is_named(tmp_path: Path, apply: Any, fault: type[Exception], told: str) -> None:
    with pytest.raises(fault, match=told):
        once(tmp_path, MapStage("odd", apply=apply, settings=lambda _: None))


def test_another_decision_makes_another_shard(tmp_path: Path) -> None:
    gone = ["水"]

    def stage() -> KeyedStage:
        return KeyedStage(
            "keyed",
            view=lambda frame, _: frame.select("text"),
            decide=lambda view, _: {"gone": view.filter(pl.col("text").is_in(gone)).unique(maintain_order=True)},
            apply=lambda frame, tables, _: apply_rules(
                frame, {"gone": ~pl.col("text").is_in(tables["gone"]["text"].implode())}, stage="keyed"
            ),
            settings=lambda _: None,
        )

    first, _ = once(tmp_path, stage())
    gone.append("")
    second, store = once(tmp_path, stage())
    assert ([shard.rows for shard in first], [shard.rows for shard in second], store.made) == ([2, 2], [1, 1], 2)


def reused(made: Outcome) -> int:
    log: dict[str, int] = orjson.loads((made.layout.data / "run.log.json").read_bytes())
    return log["reused_signals"]


def test_a_run_with_another_threshold_reuses_the_signals(made: Outcome, ran: Path) -> None:
    run = runner(ran)
    assert reused(made) == 0
    stricter = run(rules={"thresholds": {"too_short_answer": 6}})
    assert reused(stricter) == 3  # one shard of each file
    assert "too_short_answer" in {entry["reason"] for entry in stricter.manifest["flags"]}
    assert reused(run(language={"detect": False})) == 0
