"""Families: rows that must stay on one side of a split, because one gives the other away.

A row's family is its normalised first user prompt (NFKC, case folded, without whitespace and punctuation,
context included), whatever its kind: an sft row and a preference pair over one prompt are one family. Rows
without a user turn go by their first turn, text rows by the first 200 characters of their normal
form. A user may name a column of the source instead; rows where it is empty go by their prompt.
"""

import orjson
import polars as pl

from schemas.frames import FRAME, has_kind
from schemas.results import StageResult, drop_events
from schemas.text.normalise import digest, digests, prompt_forms

UNNAMED = "no_family"
"""The flag of a row that lacks the column which names families."""

# Enough to tell documents apart; two that open alike and end apart are one family, which is the safe side.
_OPENING = 200


def family_keys(frame: pl.DataFrame, column: str | None) -> StageResult:
    """Give every row its family; row-local.

    Args:
        frame: n rows of schema `FRAME`.
        column: A source column (a key of `meta`) whose value names the family, or None.

    Returns:
        All rows with `family` filled, a blake2b-128 digest in hex; a `flagged` event for each row that
        lacks the column and goes by its prompt.
    """
    forms = prompt_forms(frame.select(pl.when(has_kind("text")).then("text").otherwise(_prompt())).to_series())
    opening = pl.select(pl.when(_is_text(frame)).then(forms.str.head(_OPENING)).otherwise(forms)).to_series()
    families = digests(opening.fill_null(""))
    if column is None:
        return StageResult(frame.with_columns(families.alias("family")))
    named = pl.Series([_named(meta, column) for meta in frame["meta"]], dtype=pl.String)
    unnamed = frame.filter(named.is_null()).select(FRAME.names())
    marked = unnamed.with_columns(stage=pl.lit("families"), reasons=pl.concat_list(pl.lit(UNNAMED)))
    families = pl.select(pl.coalesce(named, families)).to_series()
    events = drop_events(marked).with_columns(verdict=pl.lit("flagged"))
    return StageResult(frame.with_columns(families.alias("family")), events=events)


def fold(decisions: pl.DataFrame) -> pl.DataFrame:
    """Which families become one because a duplicate of theirs was merged.

    Args:
        decisions: Pairs `family, into_family`, from any dedup stage.

    Returns:
        `family, label` of every family in a group of two or more, sorted; the label is the smallest name
        of its connected component.
    """
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    apart = decisions.select("family", "into_family").filter(pl.col("family") != pl.col("into_family"))
    for family, into in apart.iter_rows():
        one, other = sorted((find(family), find(into)))
        root[other] = one
    pairs = sorted((name, find(name)) for name in root)
    return pl.DataFrame(pairs, schema={"family": pl.String(), "label": pl.String()}, orient="row")


def relabel(frame: pl.DataFrame, folded: pl.DataFrame) -> pl.DataFrame:
    """Carry `fold` out on any rows with a `family`."""
    named = folded.select("family", folded="label")
    joined = frame.join(named, on="family", how="left", maintain_order="left")
    return joined.with_columns(family=pl.coalesce("folded", "family")).drop("folded")


def _is_text(frame: pl.DataFrame) -> pl.Series:
    return frame.select(has_kind("text")).to_series()


def _prompt() -> pl.Expr:
    """Content and context of the first user turn, or of the first turn."""
    content, context = (pl.element().struct.field(name).fill_null("") for name in ("content", "context"))
    said = pl.concat_str(content, pl.lit("\n"), context)
    asked = pl.col("messages").list.eval(said.filter(pl.element().struct.field("role") == "user")).list.first()
    answers = (pl.col(column).list.eval(said).list.first() for column in ("messages", "chosen"))
    return pl.coalesce(asked, *answers)


def _named(meta: str | None, column: str) -> str | None:
    value = orjson.loads(meta).get(column) if meta else None
    if value is None or value == "":
        return None
    return digest(f"{column}\x1f{orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()}")
