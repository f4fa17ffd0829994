"""What goes out to people: rows of a run, the form that they are shown in, and the tasks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import polars as pl

from dataprep.annotate.choosing import choose
from dataprep.annotate.disputes import disputed
from dataprep.annotate.forms import FORMS, form_named, render_config
from dataprep.annotate.labelling import TASK_FIELDS, LabellingConfig, check_config, parse_config
from dataprep.annotate.returning import read_xml
from dataprep.annotate.store import come_back, read_stored
from dataprep.annotate.suggesting import suggestions
from dataprep.annotate.table import write_sheet
from dataprep.annotate.tasks import Ask, Batch, make_tasks
from dataprep.augment.drafts import SUFFIX
from dataprep.mix.apply import SYSTEM
from schemas.artifacts import Layout, read_manifest, write_file
from schemas.errors import UserError

_ALL = 1 << 62
"""A count that draws all rows, in the order of the draw: rewrites among them are left out afterwards."""


@dataclass(frozen=True)
class Wish:
    """What is to be shown to whom.

    Attributes:
        form: Name of the form.
        lang: `en` or `zh`, of the form.
        config: A labelling config of one's own over the form's fields, or None.
        where: A SQL expression over the rows, or None.
        uncertain: Names of doubts.
        count: So many rows at most, or None.
        again: Only records on which the answers that came back so far are at odds, as the next round.
        suggest: Whose opinion is filled in, one of `SUGGESTERS`; "" for nobody's.
    """

    form: str = "review"
    lang: str = "en"
    config: Path | None = None
    where: str | None = None
    uncertain: Sequence[str] = ()
    count: int | None = None
    again: bool = False
    suggest: str = ""


@dataclass(frozen=True)
class Outgoing:
    """Ready to be sent, or written.

    Attributes:
        xml: The labelling config.
        config: The same, read.
        batch: The tasks, and the rows that the form can't show.
        round: Which pass over the rows it is, from 1.
        why: Doubt -> rows that were chosen for it.
    """

    xml: str
    config: LabellingConfig
    batch: Batch
    round: int
    why: dict[str, int]


def prepare(layout: Layout, wish: Wish, *, seed: int) -> Outgoing:
    """Choose rows of a run and make tasks of them.

    Rows go out as the stage `labels` will meet them, so that their hash still fits: without the system prompt that a
    mix has put in front. Rewrites stay out: they are made anew after that stage, from rows that it may have changed.

    Args:
        layout: The run.
        wish: What is to be shown.
        seed: Of the draw and of the sides of pairs.

    Raises:
        UserError: If nothing fits, or the form can't work.
    """
    form = form_named(wish.form)
    xml = read_xml(wish.config) if wish.config else render_config(form, lang=wish.lang)
    config = parse_config(xml)
    check_config(config, (*TASK_FIELDS, *form.fields))
    drawn = None if wish.count is None or wish.again else _ALL
    rows = choose(layout, kinds=form.kinds, where=wish.where, uncertain=wish.uncertain, count=drawn, seed=seed)
    number = 1
    if wish.again:
        rows, number = _again(layout, rows, config)
    rewritten = pl.col("source").str.ends_with(SUFFIX)
    left_out = dict.fromkeys(rows.filter(rewritten)["id"], "form_rewrite")
    rows = rows.filter(~rewritten)
    rows = rows.head(rows.height if wish.count is None else wish.count)
    if rows.is_empty():
        made = f"; {len(left_out)} rewrites do not count" if left_out else ""
        raise UserError(
            f"no row of {layout.root.name} fits the form {form.name} (kinds {', '.join(form.kinds)}){made}",
            hint=f"widen --where, or take another --form: {', '.join(FORMS)}",
        )
    ask = Ask(layout.root.name, digest_of(layout), seed, lang=wish.lang, round=number)
    filled = suggestions(layout, rows, wish.suggest) if wish.suggest else None
    batch = make_tasks(_unprompted(layout, rows), form, config, ask, suggestions=filled)
    told = rows.explode("why").drop_nulls("why").select(pl.col("why").str.split(": ").list.first())
    why = dict(told.group_by("why", maintain_order=True).len().sort("why").iter_rows())
    return Outgoing(xml, config, replace(batch, left_out={**left_out, **batch.left_out}), number, why)


def digest_of(layout: Layout) -> str:
    """What names the data artifact of a run."""
    return str(read_manifest(layout.manifest)["key"])


def _again(layout: Layout, rows: pl.DataFrame, config: LabellingConfig) -> tuple[pl.DataFrame, int]:
    """The rows on which people are at odds about what the config asks, and the number of the next round."""
    answers, run = read_stored(layout), layout.root.name
    if answers.is_empty():
        raise UserError(f"no answers about {run} have come back yet", hint=come_back(layout))
    known = answers.filter(pl.col("question").is_in(list(config.questions)))
    places = {one.record: place for place, one in enumerate(disputed(known))}
    if not places:
        raise UserError(f"people are not at odds about any row of {run}", hint=f"gristmill label agreement {run}")
    at_odds = rows.filter(pl.col("id").is_in(list(places)))
    ranked = at_odds.sort(pl.col("id").replace_strict(places, return_dtype=pl.Int64))
    return ranked, int(answers["round"].max() or 1) + 1  # type: ignore[arg-type]


def _unprompted(layout: Layout, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows without the system prompts that a mix has given them."""
    events = pl.scan_parquet(layout.ledger).filter(pl.col("reason") == SYSTEM).select("source", "row").collect()
    given = events.unique(maintain_order=True).with_columns(_given=pl.lit(value=True))
    marked = rows.join(given, on=["source", "row"], how="left", maintain_order="left")
    bare = pl.when("_given").then(pl.col("messages").list.slice(1)).otherwise("messages")
    return marked.with_columns(messages=bare).drop("_given")


def write_tasks(outgoing: Outgoing, path: Path) -> tuple[list[Path], Outgoing]:
    """Write tasks to a file: `.json` for Label Studio, with the config beside it, or `.csv` for a spreadsheet.

    Returns:
        The files, and `outgoing` without the tasks that are too long for a spreadsheet.

    Raises:
        UserError: For another ending.
    """
    if path.suffix == ".csv":
        too_long = dict.fromkeys(write_sheet(path, outgoing.batch.tasks, outgoing.config), "form_too_long")
        tasks = [task for task in outgoing.batch.tasks if task["data"]["record_id"] not in too_long]
        return [path], replace(outgoing, batch=Batch(tasks, {**outgoing.batch.left_out, **too_long}))
    if path.suffix != ".json":
        raise UserError(f"{path}: tasks are written as .json or .csv", hint=f"-o {path.with_suffix('.json')}")
    write_file(path, orjson.dumps(list(outgoing.batch.tasks), option=orjson.OPT_INDENT_2))
    config = path.with_suffix(".xml")
    if not (config.is_file() and read_xml(config) == outgoing.xml):  # It may be the person's own.
        write_file(config, outgoing.xml.encode())
    return [path, config], outgoing
