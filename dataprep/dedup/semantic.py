"""Semantic duplicates: rows of one kind whose embeddings are near; optional, and flagged rather than dropped.

Three parts like near-duplicates: `view` is row-local, `decide` looks at the views of all rows, `apply` is row-local
again. Rows of which each has a number that the other lacks are never the same: embeddings barely see numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from dataprep.dedup.calibration import Calibration, Shares, calibrate, lightly_edited
from dataprep.dedup.leaders import Matches, elect
from dataprep.dedup.minhash import numbers_in, other_numbers
from dataprep.dedup.nearest import Rows, cosines, near_pairs
from dataprep.dedup.outcome import by_merit, carry_out, decided
from dataprep.dedup.sets import as_grams, as_lists
from dataprep.dedup.spoken import spoken
from dataprep.embeddings import Embedder, Vectors, embed
from dataprep.recipe import Semantic
from schemas.errors import UserError
from schemas.results import StageResult
from schemas.text.ngrams import Grams
from schemas.text.normalise import digests

STAGE = "semantic_dedup"
SEMANTIC = "semantic_duplicate"

_WHERE = ("id", "source", "row", "kind", "family")
_PROBED = "0123"
"""First hex digits of the texts that calibration is measured on: a quarter of them."""

_RANDOM_PAIRS = 20_000


@dataclass(frozen=True)
class Decided:
    """What `decide` found.

    Attributes:
        decisions: Schema `DECISIONS`, one line for each row that goes or is flagged.
        calibrations: The measured threshold of each key; empty where the recipe names one.
    """

    decisions: pl.DataFrame
    calibrations: Mapping[str, Calibration]


@dataclass(frozen=True)
class _Side:
    """The rows by one key: their vectors, numbers and groups, and the similarity that counts."""

    vectors: Vectors
    numbers: Grams
    groups: Rows
    threshold: float


def view(frame: pl.DataFrame, config: Semantic, embedder: Embedder, *, cache: Path) -> pl.DataFrame:
    """The embeddings of rows.

    Args:
        frame: n rows of schema `FRAME`, families given.
        config: Keys, and whether to calibrate.
        embedder: From `open_embedder`.
        cache: Where vectors are kept, such as `.gristmill/embeddings`.

    Returns:
        `id, source, row, kind, family, group`; for each key the vector in `KEY`, list[f32], empty for a blank text,
        that of its edited copy in `KEY_edited`, null where it isn't measured, and its numbers in `KEY_numbers`.
    """
    columns: dict[str, pl.Series] = {}
    for key in config.keys:
        texts = frame.select(spoken(key)).to_series()
        columns[key] = embed(texts, embedder, cache=cache)
        columns[f"{key}_edited"] = _edited(texts, embedder, cache, wanted=config.threshold is None)
        columns[f"{key}_numbers"] = as_lists(numbers_in(texts))
    group = pl.format("{}{}", pl.col("kind").cast(pl.String), pl.col("label").cast(pl.String).fill_null(""))
    return frame.select(*_WHERE, group=group).with_columns(**columns)


def _edited(texts: pl.Series, embedder: Embedder, cache: Path, *, wanted: bool) -> pl.Series:
    """The vectors of edited copies of the texts that are measured; null for the others."""
    chosen = digests(texts).str.slice(0, 1).is_in(list(_PROBED)) & (texts != "") & wanted
    copies = [lightly_edited(text) if use else None for text, use in zip(texts, chosen, strict=True)]
    vectors = embed(pl.Series(copies, dtype=pl.String), embedder, cache=cache)
    return vectors.set(~chosen, None)


def decide(view: pl.DataFrame, config: Semantic, *, order: Mapping[str, int], flags: pl.DataFrame) -> Decided:
    """Which rows are semantic duplicates, and of which.

    The row with the fewest flags stays, among those the first by (place of its source, source, row), and every row
    that goes has been compared with the one that stays.

    Args:
        view: Rows of `view`.
        config: Keys and threshold.
        order: Source name -> its place.
        flags: `source, row, flags`: how many rules flagged a row; absent rows count as 0.
    """
    rows = by_merit(view, order, flags)
    vectors = {key: _matrix(rows[key]) for key in config.keys}
    measured: dict[str, Calibration] = (
        {} if config.threshold else {key: _measured(rows[f"{key}_edited"], vectors[key]) for key in config.keys}
    )
    sides = [
        _Side(
            vectors[key],
            as_grams(rows[f"{key}_numbers"]),
            rows["group"].rank("dense").cast(pl.Int64).to_numpy(),
            config.threshold or measured[key].threshold,
        )
        for key in config.keys
    ]
    elected = elect(rows.height, link=lambda active: _links(sides, active), compare=lambda i, j: _compared(sides, i, j))
    return Decided(decided(rows.select(_WHERE), elected, config.keys), measured)


def _matrix(lists: pl.Series) -> Vectors:
    """Vectors as one array, zeros for blank texts.

    Raises:
        UserError: If they have different lengths: the endpoint's model was exchanged.
    """
    sizes = lists.list.len().fill_null(0)
    filled = sizes.filter(sizes > 0).unique(maintain_order=True)
    if len(filled) > 1:
        hint = "remove .gristmill/embeddings, then run again"
        raise UserError("embeddings have different lengths: the model was exchanged under its name", hint=hint)
    matrix = np.zeros((len(lists), filled[0] if len(filled) else 1), np.float32)
    matrix[(sizes > 0).to_numpy()] = lists.explode().drop_nulls().to_numpy().reshape(-1, matrix.shape[1])
    return matrix


def _measured(edited: pl.Series, vectors: Vectors) -> Calibration:
    """The threshold by which edited copies and random pairs lie apart."""
    probed = np.flatnonzero((edited.list.len().fill_null(0) > 0).to_numpy())
    copies = _matrix(edited.gather(probed))
    own = np.einsum("nd,nd->n", vectors[probed], copies, dtype=np.float64) if len(probed) else np.zeros(0)
    return calibrate(own, _random_pairs(vectors))


def _random_pairs(vectors: Vectors) -> Shares:
    """Similarities of random pairs; the rows are in a fixed order, so that the draw is."""
    filled = np.flatnonzero(vectors.any(axis=1))
    if len(filled) < 2:
        return np.zeros(0)
    draw = np.random.default_rng(17)
    i = draw.integers(len(filled), size=_RANDOM_PAIRS)
    j = (i + draw.integers(1, len(filled), size=_RANDOM_PAIRS)) % len(filled)
    return cosines(vectors, filled[i], filled[j])


def _links(sides: list[_Side], active: Rows) -> Matches:
    """Pairs with near vectors by any key among some rows."""
    i, j = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for side in sides:
        filled = active[side.vectors[active].any(axis=1)]
        for group in np.unique(side.groups[filled]):
            rows = filled[side.groups[filled] == group]
            one, other = near_pairs(side.vectors[rows], threshold=side.threshold)
            i.append(rows[one])
            j.append(rows[other])
    return _compared(sides, np.concatenate(i), np.concatenate(j))


def _compared(sides: list[_Side], i: Rows, j: Rows) -> Matches:
    """Pairs of rows with the first key by which they are near."""
    similarity, key = np.zeros(len(i)), np.full(len(i), -1)
    for number, side in enumerate(sides):
        rest = np.flatnonzero(key < 0)
        measured = cosines(side.vectors, i[rest], j[rest])
        near = (measured >= side.threshold) & (side.groups[i[rest]] == side.groups[j[rest]])
        near &= ~other_numbers(side.numbers, i[rest], j[rest])
        similarity[rest[near]], key[rest[near]] = measured[near], number
    return Matches(i, j, similarity, key)


def apply(frame: pl.DataFrame, decisions: pl.DataFrame, config: Semantic) -> StageResult:
    """Semantic duplicates go or are flagged, in any part of the rows: see `outcome.carry_out`."""
    return carry_out(frame, decisions, SEMANTIC, stage=STAGE, flag=config.action == "flag")
