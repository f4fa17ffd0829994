"""How the stages with a global step look at rows, decide and act: from the context to each one's own functions."""

import polars as pl

from dataprep import mix
from dataprep.annotate.stage import carry_out
from dataprep.decontaminate import decontaminate
from dataprep.dedup import answers, exact, semantic
from dataprep.stages import Context, Tables
from schemas.results import StageResult


def apply_what_people_said(frame: pl.DataFrame, context: Context) -> StageResult:
    """What people decided about rows and wrote in them."""
    assert context.labels is not None
    return carry_out(frame, context.labels, context.recipe, seed=context.seed)


def view_duplicates(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """What exact duplicates, conflicts and often-given answers are told by."""
    same = answers.view(frame, context.recipe.dedup).select(
        "source", "row", "answer_key", asked_key="prompt_key", shown="shown"
    )
    return exact.keys(frame, context.recipe.dedup).join(same, on=["source", "row"], how="left", maintain_order="left")


def decide_duplicates(view: pl.DataFrame, context: Context) -> Tables:
    """Equal rows, rows with one prompt and several answers, answers under many prompts."""
    config = context.recipe.dedup
    duplicates = exact.decide(view, order=context.order)
    linked = duplicates.select("family", "into_family")  # equal rows are one family, also where they all stay
    if not config.exact:
        duplicates = duplicates.clear()
    survivors = view.join(duplicates, on=["source", "row"], how="anti", maintain_order="left")
    answered = survivors.drop_nulls("answer_key").with_columns(prompt_key="asked_key").select(answers.VIEW.names())
    repeated = answers.decide(answered, config, order=context.order)
    return {
        "duplicates": duplicates,
        "conflicts": exact.conflicts(survivors, order=context.order),
        "linked": linked,
        "repeated": repeated,
        "often": answers.top(answered, repeated),
    }


def drop_duplicates(frame: pl.DataFrame, tables: Tables, context: Context) -> StageResult:
    """Equal rows go, the other two classes are flagged."""
    result = exact.apply(frame, tables["duplicates"], tables["conflicts"], context.recipe.dedup)
    flagged = answers.apply(result.kept, tables["repeated"])
    return StageResult(flagged.kept, result.dropped, pl.concat([result.events, flagged.events]))


def view_meanings(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The vectors of rows."""
    config, opened = context.recipe.dedup.semantic, context.embedder
    assert config is not None and opened is not None
    embedder, cache = opened
    return semantic.view(frame, config, embedder, cache=cache)


def decide_meanings(view: pl.DataFrame, context: Context) -> Tables:
    """Rows that say the same, and the measured thresholds."""
    config = context.recipe.dedup.semantic
    assert config is not None
    found = semantic.decide(view, config, order=context.order, flags=context.flags)
    measured = [{"key": key, "threshold": told.threshold} for key, told in found.calibrations.items()]
    schema = {"key": pl.String(), "threshold": pl.Float64()}
    return {"duplicates": found.decisions, "calibrations": pl.DataFrame(measured, schema=schema)}


def drop_meanings(frame: pl.DataFrame, tables: Tables, context: Context) -> StageResult:
    """Rows that say the same go or are flagged."""
    config = context.recipe.dedup.semantic
    assert config is not None
    return semantic.apply(frame, tables["duplicates"], config)


def take_out_benchmarks(frame: pl.DataFrame, context: Context) -> StageResult:
    """Rows that give a benchmark away go or are flagged."""
    assert context.benchmarks is not None
    return decontaminate(frame, context.benchmarks, context.recipe.decontaminate)


def view_train(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The rows of train, as the plan of a mix needs them."""
    assert context.placed is not None
    return mix.train_view(frame, context.placed)


def plan_mix(view: pl.DataFrame, context: Context) -> Tables:
    """How often every family of every group counts."""
    assert context.tokens is not None
    return {"plan": mix.decide(view, context.recipe.mix, tokens=context.tokens, seed=context.seed)}


def mix_rows(frame: pl.DataFrame, tables: Tables, context: Context) -> StageResult:
    """Repeats, families that go, system prompts."""
    assert context.placed is not None
    return mix.apply_sides(frame, tables["plan"], context.placed, context.recipe.mix)
