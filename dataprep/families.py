"""Families: rows that must stay on one side of a split, because one gives the other away.

`family_keys` gives every row its first family: the normalised first user prompt (NFKC, case folded, without
whitespace and punctuation, context included), whatever its kind: an sft row and a preference pair over one prompt
are one family. Rows without a user turn go by their first turn, text rows by the first 200 characters of their
normal form. A user may name a column of the source instead; rows where it is empty go by their prompt.

`view` and `decide` then join families: those whose rows were merged, have a common parent, an equal value
in a column that the recipe names, or texts that are near one another (`dataprep.kinship`). A joined family bears the
smallest name of its members, so most names stay when rows are added.
"""

import numpy as np
import orjson
import polars as pl

from dataprep import kinship
from dataprep.dedup.pairs import components
from dataprep.recipe import Split
from schemas.frames import EVENTS, FRAME, event_frame, has_kind
from schemas.results import StageResult, drop_events
from schemas.text.normalise import digest, digests, prompt_forms

STAGE = "families"
UNNAMED = "no_family"
"""The flag of a row that lacks the column which names families."""
COMMON = "common_answer"
"""The flag of a row whose answer doesn't link it, because so many others answer alike."""

VIEW = pl.Schema(
    {
        "id": pl.String(),
        "parent_id": pl.String(),
        "source": pl.String(),
        "row": pl.Int64(),
        "family": pl.String(),
        "links": pl.List(pl.String()),
        **{key: pl.List(pl.UInt32()) for key in kinship.KEYS},
        **{f"{key}_chars": pl.Int32() for key in kinship.KEYS},
    }
)
_PAIRS = {"family": pl.String(), "into_family": pl.String()}
_PROSE = r"(?i)\.(txt|md)(\.(gz|zst|zstd))?$"

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
    families = pl.select(pl.coalesce(named, families)).to_series()
    events = _flags(frame.filter(named.is_null()), UNNAMED)
    return StageResult(frame.with_columns(families.alias("family")), events=events)


def view(frame: pl.DataFrame, config: Split) -> pl.DataFrame:
    """What the joining of families looks at; row-local.

    Args:
        frame: n rows of schema `FRAME`, first families given.
        config: `near`, `linked_by` and `document`.

    Returns:
        n rows of schema `VIEW`: `links` are digests that kin have in common, the n-gram sets take 4 bytes an n-gram.
    """
    words = kinship.texts(frame)
    if config.near is None:
        words = words.with_columns(pl.lit("").alias(key) for key in kinship.KEYS)
    made = {key: kinship.packed(kinship.grams_of(words[key])) for key in kinship.KEYS}
    chars = {f"{key}_chars": kinship.lengths(words[key]) for key in kinship.KEYS}
    return frame.with_columns(links=_links(frame, config), **made, **chars).select(VIEW.names())


def decide(rows: pl.DataFrame, config: Split, *, pairs: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Which families become one.

    Args:
        rows: Of `view`, of the whole set.
        config: `near` and `short`.
        pairs: `family, into_family` of merged rows and of other kin, such as semantic neighbours.

    Returns:
        `families`: as from `fold`; `common`: `id, source, row` of rows whose answers link nobody, because too many
        rows answer alike.
    """
    edges = [pairs.select(_PAIRS.keys()), _through_parents(rows), _through(_exploded(rows))]
    crowded = np.zeros(rows.height, bool)
    if config.near is not None:
        found = {key: kinship.linked(rows[key], rows[f"{key}_chars"], config) for key in kinship.KEYS}
        crowded = kinship.crowds(found["answer"].i, found["answer"].j, rows["family"])
        for key, pairs_found in found.items():
            i, j = pairs_found.i, pairs_found.j
            linking = ~(crowded[i] & crowded[j]) | (key == "prompt")
            edges.append(
                pl.DataFrame({"family": rows["family"][j[linking]], "into_family": rows["family"][i[linking]]})
            )
    common = rows.filter(pl.Series(crowded)).select("id", "source", "row")
    return {"families": fold(pl.concat(edges)), "common": common.sort("id")}


def common_events(common: pl.DataFrame) -> pl.DataFrame:
    """A `flagged` ledger line for each row of `common`, from `decide`."""
    said = {"stage": STAGE, "verdict": "flagged", "reason": COMMON}
    return event_frame({**row, **said} for row in common.iter_rows(named=True))


def _flags(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    marked = rows.select(FRAME.names()).with_columns(stage=pl.lit(STAGE), reasons=pl.concat_list(pl.lit(reason)))
    return drop_events(marked).with_columns(verdict=pl.lit("flagged")).select(EVENTS.names())


def fold(decisions: pl.DataFrame) -> pl.DataFrame:
    """Which families become one because a duplicate of theirs was merged.

    Args:
        decisions: Pairs `family, into_family`, from any dedup stage.

    Returns:
        `family, label` of every family in a group of two or more, sorted; the label is the smallest name
        of its connected component.
    """
    apart = decisions.select(_PAIRS.keys()).filter(pl.col("family") != pl.col("into_family"))
    names = pl.concat([apart["family"], apart["into_family"]]).unique().sort()
    numbered = pl.DataFrame({"family": names}).with_row_index("number")
    one, other = (
        apart.join(numbered, left_on=column, right_on="family", how="left", maintain_order="left")["number"]
        for column in _PAIRS
    )
    labels = components(len(names), one.to_numpy().astype(np.int64), other.to_numpy().astype(np.int64))
    return pl.DataFrame({"family": names, "label": names.gather(labels)})


def join(folded: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Fold further pairs `family, into_family`, of families as they were or as they are now named."""
    return fold(pl.concat([folded.rename({"label": "into_family"}), pairs.select(_PAIRS.keys())]))


def relabel(frame: pl.DataFrame, folded: pl.DataFrame) -> pl.DataFrame:
    """Carry `fold` out on any rows with a `family`."""
    named = folded.select("family", folded="label")
    joined = frame.join(named, on="family", how="left", maintain_order="left")
    return joined.with_columns(family=pl.coalesce("folded", "family")).drop("folded")


def census(families: pl.Series) -> dict[str, int | float]:
    """How many families there are, and how large the largest is.

    Args:
        families: The final family of every kept row.

    Returns:
        `families`, `rows`, `largest` (its rows), `largest_share` and `linked` (rows that have kin).
    """
    sizes = families.value_counts()["count"].cast(pl.Int64)
    largest = int(sizes.max() or 0)  # type: ignore[arg-type]
    return {
        "families": sizes.len(),
        "rows": families.len(),
        "largest": largest,
        "largest_share": largest / max(families.len(), 1),
        "linked": int(sizes.filter(sizes > 1).sum()),
    }


def _links(frame: pl.DataFrame, config: Split) -> pl.Series:
    """Digests of the values that a row shares with its kin: of the columns in `linked_by`, and of its document."""
    if not (config.linked_by or config.document):
        return pl.repeat([], frame.height, dtype=VIEW["links"], eager=True)
    links: list[list[str]] = [[] for _ in range(frame.height)]
    for column in config.linked_by:
        for at, meta in enumerate(frame["meta"]):
            named = _named(meta, column)
            links[at].extend([] if named is None else [named])
    if config.document:
        for at in frame.select((has_kind("text") & pl.col("source").str.contains(_PROSE)).arg_true()).to_series():
            links[at].append(digest(f"document\x1f{frame.item(at, 'source')}"))
    return pl.Series(links, dtype=VIEW["links"])


def _exploded(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("family", link="links").explode("link").drop_nulls("link")


def _through_parents(rows: pl.DataFrame) -> pl.DataFrame:
    """Children with their parents and with one another; ids are compared by content, without `-n`."""
    children = rows.drop_nulls("parent_id").select("family", link=_content("parent_id"))
    parents = rows.select("family", link=_content("id")).join(children.select("link"), on="link", how="semi")
    return _through(pl.concat([children, parents]))


def _content(column: str) -> pl.Expr:
    return pl.col(column).str.split("-").list.first()


def _through(links: pl.DataFrame) -> pl.DataFrame:
    """Pairs of families with an equal link: each with the smallest name among them."""
    least = pl.col("family").min().over("link")
    return links.select("family", into_family=least).filter(pl.col("family") != pl.col("into_family"))


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
