"""What goes out to people: rows of a run, the form that they are shown in, and the tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import polars as pl

from dataprep.annotate.choosing import choose
from dataprep.annotate.disputes import disputed
from dataprep.annotate.forms import form_named, render_config
from dataprep.annotate.labelling import TASK_FIELDS, LabellingConfig, check_config, parse_config
from dataprep.annotate.store import read_stored
from dataprep.annotate.suggesting import judge_suggestions
from dataprep.annotate.table import write_sheet
from dataprep.annotate.tasks import Ask, Batch, make_tasks
from schemas.artifacts import Layout, read_manifest, write_file
from schemas.errors import UserError


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
        suggest: Whether the judge's scores are filled in.
    """

    form: str = "review"
    lang: str = "en"
    config: Path | None = None
    where: str | None = None
    uncertain: Sequence[str] = ()
    count: int | None = None
    again: bool = False
    suggest: bool = False


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

    Args:
        layout: The run.
        wish: What is to be shown.
        seed: Of the draw and of the sides of pairs.

    Raises:
        UserError: If nothing fits, or the form can't work.
    """
    form = form_named(wish.form)
    xml = wish.config.read_text(encoding="utf-8") if wish.config else render_config(form, lang=wish.lang)
    config = parse_config(xml)
    check_config(config, (*TASK_FIELDS, *form.fields))
    rows = choose(
        layout, where=wish.where, uncertain=wish.uncertain, count=None if wish.again else wish.count, seed=seed
    )
    number = 1
    if wish.again:
        rows, number = _again(layout, rows, wish.count)
    rows = rows.filter(pl.col("kind").cast(pl.String).is_in(form.kinds))
    if rows.is_empty():
        raise UserError(
            f"no row of {layout.root.name} fits the form {form.name} (kinds {', '.join(form.kinds)})",
            hint="widen --where, or take another --form: review, pair, conversation, tags",
        )
    ask = Ask(layout.root.name, digest_of(layout), seed, lang=wish.lang, round=number)
    suggestions = judge_suggestions(pl.read_parquet(layout.data / "signals.parquet")) if wish.suggest else None
    batch = make_tasks(rows, form, config, ask, suggestions=suggestions)
    told = rows.explode("why").drop_nulls("why").select(pl.col("why").str.split(": ").list.first())
    why = dict(told.group_by("why", maintain_order=True).len().sort("why").iter_rows())
    return Outgoing(xml, config, batch, number, why)


def digest_of(layout: Layout) -> str:
    """What names the data artifact of a run."""
    return str(read_manifest(layout.manifest)["key"])


def _again(layout: Layout, rows: pl.DataFrame, count: int | None) -> tuple[pl.DataFrame, int]:
    """The rows on which people are at odds, and the number of the next round."""
    answers = read_stored(layout)
    if answers.is_empty():
        raise UserError("no answers have come back yet", hint="gristmill label pull, then push --disputed")
    places = {one.record: place for place, one in enumerate(disputed(answers))}
    at_odds = rows.filter(pl.col("id").is_in(list(places)))
    ranked = at_odds.sort(pl.col("id").replace_strict(places, return_dtype=pl.Int64))
    return ranked.head(ranked.height if count is None else count), int(answers["round"].max() or 1) + 1  # type: ignore[arg-type]


def write_tasks(outgoing: Outgoing, path: Path) -> list[Path]:
    """Write tasks to a file: `.json` for Label Studio, with the config beside it, or `.csv` for a spreadsheet.

    Returns:
        What was written.

    Raises:
        UserError: For another ending.
    """
    if path.suffix == ".csv":
        write_sheet(path, outgoing.batch.tasks, outgoing.config)
        return [path]
    if path.suffix != ".json":
        raise UserError(f"{path}: tasks are written as .json or .csv", hint=f"-o {path.with_suffix('.json')}")
    write_file(path, orjson.dumps(list(outgoing.batch.tasks), option=orjson.OPT_INDENT_2))
    config = path.with_suffix(".xml")
    write_file(config, outgoing.xml.encode())
    return [path, config]
