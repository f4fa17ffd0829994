"""Rewrites that would leak: near a row of eval or dev, as the leak check of the finished artifact sees it."""

from collections.abc import Iterable

import polars as pl

from dataprep import families, kinship, leaks
from dataprep.augment.repeats import FOUND
from dataprep.recipe import Split
from schemas.text.normalise import prompt_forms

STRICT = Split()
"""Says how near is near where the recipe's split links only equal prompts: a rewrite is never needed so badly."""


def leaking(
    children: pl.DataFrame, held: Iterable[pl.DataFrame], config: Split, *, common: pl.DataFrame
) -> pl.DataFrame:
    """Which of some rewrites are near a row that is held out, by prompt, answer or whole.

    Args:
        children: n rows of schema `FRAME`; `row` is the draft's number.
        held: Rows of eval and of dev, in parts, with a column `split`.
        config: `near` and `short`.
        common: `source, row` of rows whose answers are stock phrases, children among them.

    Returns:
        `number, detail` (`0.61 by prompt: chats/a.jsonl:7`) of every one that goes.
    """
    if config.near is None:
        config = STRICT
    forms = prompt_forms(kinship.texts(children)["prompt"])
    asked = pl.DataFrame({"form": forms}).with_row_index("at")
    ours = leaks.viewed(families.view(children, config).with_columns(split=pl.lit("train")), common)
    found: dict[int, tuple[float, str]] = {}
    for frame in held:
        equal = asked.join(_asked(frame), on="form", how="inner")  # also texts that are too short for n-grams
        found |= {at: (1.0, f"by prompt: {source}:{row}") for at, source, row in equal.drop("form").rows()}
        rows = families.view(frame, config).with_columns(frame["split"])
        theirs = leaks.viewed(rows.sort(pl.col("split") != "eval", maintain_order=True), common)
        for met in leaks.compared(theirs, [ours], config, floor=config.near or 1.0):
            for i, j, similarity in met.pairs.filter("over").select("i", "j", "similarity").iter_rows():
                place = f"{theirs.rows.item(i, 'source')}:{theirs.rows.item(i, 'row')}"
                found[j] = max(found.get(j, (0.0, "")), (similarity, f"by {met.key}: {place}"))
    lines = [(children.item(at, "row"), f"{found[at][0]:.2f} {found[at][1]}") for at in sorted(found)]
    return pl.DataFrame(lines, schema=FOUND, orient="row")


def _asked(frame: pl.DataFrame) -> pl.DataFrame:
    """What the user says in each row, as families compare it."""
    forms = prompt_forms(kinship.texts(frame)["prompt"])
    return frame.select("source", "row").with_columns(form=forms).filter(pl.col("form") != "")
