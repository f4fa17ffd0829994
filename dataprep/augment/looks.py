"""The looks that a draft must stand: one after another, the cheap ones first, each with the name of its reason."""

from pathlib import Path

import polars as pl

from dataprep.augment import judging, meaning
from dataprep.augment.accept import judge_rewrites
from dataprep.augment.invented import form_reasons
from dataprep.augment.making import Makers, writer
from dataprep.augment.repeats import FOUND
from dataprep.pii import screen
from dataprep.recipe.augment import Accept, Meaning
from dataprep.rules import judge, measure
from dataprep.stages import Context
from dataprep.validate import validate


def judged(drafts: pl.DataFrame, parents: pl.DataFrame, config: Accept) -> pl.DataFrame:
    """The drafts with what the rules of acceptance say of their texts.

    Args:
        drafts: Schema `DRAFTS`, nothing judged.
        parents: Rows of schema `FRAME`: those that new questions were shown.
        config: Rules that are off, and limits.

    Returns:
        The same with `reasons` and `detail`: `fault` or `not_read` where no text came, else every rule that one of its
        texts breaks.
    """
    came = drafts.filter(pl.col("finish") != "error")
    invented = came.filter(origin="self_instruct")
    rewrites = came.filter(pl.col("origin") != "self_instruct")
    pairs = pl.concat(
        rewrites.filter(pl.col(f"{part}_before").is_not_null()).select(
            "number", "style", "finish", source=f"{part}_before", rewrite=f"{part}_after"
        )
        for part in ("prompt", "answer")
    )
    of_pairs = pl.concat([pairs.select("number"), judge_rewrites(pairs.drop("number"), config)], how="horizontal")
    forms = form_reasons(invented, parents, config)
    unread = pl.col("fault").str.starts_with("not_read")
    faults = drafts.filter(finish="error").select(
        "number",
        reasons=pl.concat_list(pl.when(unread).then(pl.lit("not_read")).otherwise(pl.lit("fault"))),
        detail="fault",
    )
    told = pl.concat([of_pairs, pl.concat([invented.select("number"), forms], how="horizontal"), faults])
    once = told.group_by("number", maintain_order=True).agg(
        reasons=pl.col("reasons").explode().drop_nulls().unique(maintain_order=True),
        detail=pl.col("detail").drop_nulls().first(),
    )
    return (
        drafts.drop("reasons", "detail")
        .join(once, on="number", how="left", maintain_order="left")
        .select(drafts.columns)
    )


def wordings(drafts: pl.DataFrame, config: Meaning, *, root: Path) -> pl.DataFrame:
    """Drafts whose words an embedding model finds too far from their source's (schema `FOUND`); not new questions."""
    found = [pl.DataFrame(schema=FOUND)]
    for part in ("prompt", "answer"):
        own = drafts.filter(pl.col(f"{part}_before").is_not_null())
        near = meaning.similarities(own[f"{part}_before"], own[f"{part}_after"], config, root=root)
        far = own.select("number", cosine=near).filter(pl.col("cosine") < config.floor)
        found.append(far.select("number", detail=pl.format("{} {}", pl.col("cosine").round(2), pl.lit(part))))
    return pl.concat(found).unique("number", keep="first", maintain_order=True)


class Looks:
    """Drafts and what was said of them so far.

    Attributes:
        drafts: Schema `DRAFTS`.
    """

    def __init__(self, drafts: pl.DataFrame) -> None:
        self.drafts = drafts

    @property
    def standing(self) -> pl.DataFrame:
        """The drafts that nothing was said against."""
        return self.drafts.filter(pl.col("reasons").list.len() == 0)

    def left(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows (whose `row` is the draft's number) of standing drafts."""
        return rows.filter(pl.col("row").is_in(self.standing["number"].implode()))

    def reject(self, reason: str, found: pl.DataFrame) -> None:
        """Note a reason against drafts (`number, detail`)."""
        told = found.select("number", said="detail")
        marked = self.drafts.join(told, on="number", how="left", maintain_order="left")
        hit = pl.col("number").is_in(told["number"].implode())
        self.drafts = marked.with_columns(
            reasons=pl.when(hit).then(pl.concat_list("reasons", pl.lit(reason))).otherwise("reasons"),
            detail=pl.coalesce("detail", "said"),
        ).select(self.drafts.columns)

    def by_rules(self, rows: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Let new rows pass the stages that every row has passed: pii, validate, rules.

        Returns:
            Those that stand, their signals, and what was noted of them.
        """
        recipe = context.recipe
        screened = screen(rows, recipe.pii, seed=context.seed)
        valid = validate(screened.kept, recipe.validate_)
        signals = measure(valid.kept, recipe, answers=context.answers)
        good = judge(valid.kept, signals, recipe.rules)
        for result in (screened, valid, good):
            named = pl.format("{}: {}", "stage", pl.col("reasons").list.join(", "))
            self.reject("broken_rule", result.dropped.select(number="row", detail=named))
        events = pl.concat([screened.events, valid.events, good.events])
        return good.kept, signals, events.filter(pl.col("verdict") != "dropped")

    def by_judge(self, parents: pl.DataFrame, makers: Makers) -> None:
        """Let a model read what stands."""
        config, own = makers.config.judge, self.standing
        assert config is not None
        endpoint = config.endpoint or writer(makers.config)
        crew, seed = makers.crew, makers.seed
        scores = judging.judge_drafts(
            endpoint, own, parents, cache=makers.cache, tell=crew.tell, seed=seed, watch=crew.watch
        )
        graded = own.select("number").hstack(scores)
        self.drafts = self.drafts.update(graded.drop("reason"), on="number", how="left")
        low = graded.filter(pl.col("score").fill_null(0) < config.least)
        told = pl.concat_str(
            pl.col("score").cast(pl.String).fill_null("?"), pl.lit(": "), pl.col("reason").fill_null("")
        )
        self.reject("judge", low.select("number", detail=told))
