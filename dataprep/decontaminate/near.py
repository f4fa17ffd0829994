"""Reworded questions: prompts whose n-grams are nearly those of a benchmark question."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataprep.decontaminate.index import Index, mixed
from dataprep.decontaminate.postings import Places, Postings, met, postings
from dataprep.decontaminate.quotes import FOUND
from dataprep.dedup.pairs import jaccard
from schemas.text.ngrams import Grams, Tokens, ngrams

_SHARED = 3
"""N-grams that two questions must share before they are compared: one alone is often a turn of phrase."""

# One word of six replaced leaves 3 of 5 word 3-grams, and asks for something else: short questions must be closer.
_SHORT, _SHORT_THRESHOLD = 12, 0.8

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Asked:
    """The questions of an index, ready for many frames.

    Attributes:
        index: The index.
        rare: The rarest n-grams of each question: whoever is near it has `least` of them -> questions.
        least: int64, for each question.
        questions: The n-gram set of each question; none where it is too short to be compared.
        item: int64, the item of each question.
        thresholds: float64, the Jaccard similarity that counts as near to each question.
    """

    index: Index
    rare: Postings
    least: Places
    questions: Grams
    item: Places
    thresholds: NDArray[np.float64]


def asked(index: Index, *, threshold: float) -> Asked:
    """Prepare an index for the search.

    A set of n n-grams at Jaccard similarity t shares at least t * n of them, so k of any n - ceil(t * n) + k
    (the prefix filter of Bayardo, Ma and Srikant 2007); the rarest ones lead to the fewest candidates.
    """
    near = index.near.with_columns(size=pl.len().over("entry"), often=pl.len().over("key")).sort("entry", "key")
    short = max(threshold, _SHORT_THRESHOLD)
    demanded = pl.when(pl.col("size") < _SHORT).then(short).otherwise(threshold)
    must = (pl.col("size") * demanded - _ROUNDING).ceil().cast(pl.Int64)
    near = near.with_columns(least=pl.min_horizontal(must, pl.lit(_SHARED)), spare=pl.col("size").cast(pl.Int64) - must)
    ranked = near.sort("entry", "often", "key")
    prefix = ranked.filter(pl.int_range(pl.len()).over("entry") < pl.col("spare") + pl.col("least"))
    entries = near.unique("entry", keep="first", maintain_order=True)
    number = entries["entry"].to_numpy()
    count = int(number.max()) + 1 if len(number) else 0
    least, item, sizes = (np.zeros(count, np.int64) for _ in range(3))
    least[number], item[number], sizes[number] = entries["least"], entries["item"], entries["size"]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    thresholds = np.where(sizes < _SHORT, short, threshold)
    rare = postings(prefix["key"].to_numpy(), prefix["entry"].to_numpy().astype(np.int64))
    return Asked(index, rare, least, Grams(near["key"].to_numpy(), offsets), item, thresholds)


def near(pieces: pl.DataFrame, found: Tokens, known: Asked) -> pl.DataFrame:
    """Rows whose user asks nearly what an item asks.

    Args:
        pieces: `row, asks`: of every text, its row and whether the user says it.
        found: The tokens of these texts.
        known: What is looked for.

    Returns:
        Schema `FOUND`: the Jaccard similarity, and the whole piece.
    """
    sizes = known.index.sizes
    said = np.flatnonzero(pieces["asks"].to_numpy())
    grams = ngrams(_some(found, said), han=sizes.near_han, words=sizes.near_words)
    grams = Grams(mixed(grams.values, known.index.key), grams.offsets)
    prompt, entry = _candidates(grams, known)
    prompts, place = np.unique(prompt, return_inverse=True)
    similarity = jaccard(_joined(_sets(grams, prompts), known.questions), place, entry + len(prompts))
    close = similarity >= known.thresholds[entry] - _ROUNDING
    piece = said[prompt[close]]
    columns = {
        "row": pieces["row"].to_numpy()[piece],
        "item": known.item[entry[close]],
        "score": similarity[close].round(6),
        "piece": piece,
        "first": np.zeros(len(piece), np.int64),
        "last": found.grams.counts[piece],
    }
    best = pl.DataFrame(columns).cast(FOUND).sort("row", "item", -pl.col("score"), "piece")
    return best.unique(["row", "item"], keep="first", maintain_order=True)


def _some(found: Tokens, rows: Places) -> Tokens:
    """The tokens of some rows only."""
    kept = _of(found.grams, rows)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(found.grams.counts[rows])])
    return Tokens(Grams(found.grams.values[kept], offsets), found.han[kept])


def _of(grams: Grams, rows: Places) -> NDArray[np.bool_]:
    """True for the hashes of these rows."""
    chosen = np.zeros(len(grams.counts), np.bool_)
    chosen[rows] = True
    return np.repeat(chosen, grams.counts)


def _candidates(grams: Grams, known: Asked) -> tuple[Places, Places]:
    """Prompts and questions that share enough rare n-grams and are of like length."""
    at, entry = met(grams.values, known.rare)
    prompt = np.searchsorted(grams.offsets, at, side="right") - 1
    pairs = pl.DataFrame({"prompt": prompt, "entry": entry, "key": grams.values[at]})
    counts = pairs.unique(maintain_order=True).group_by("prompt", "entry", maintain_order=True).len()
    prompt, entry = counts["prompt"].to_numpy(), counts["entry"].to_numpy()
    enough = counts["len"].to_numpy() >= known.least[entry]
    # A prompt with repeats has fewer distinct n-grams than it has in all, never more.
    enough &= grams.counts[prompt] >= known.thresholds[entry] * known.questions.counts[entry] - _ROUNDING
    return prompt[enough], entry[enough]


def _sets(grams: Grams, rows: Places) -> Grams:
    """The n-gram sets of some rows, sorted and without repeats."""
    chosen = _of(grams, rows)
    owner = np.repeat(np.arange(len(grams.counts)), grams.counts)[chosen]
    own = pl.DataFrame({"row": owner, "key": grams.values[chosen]}).unique(maintain_order=True).sort("row", "key")
    counts = np.bincount(own["row"].to_numpy(), minlength=len(grams.counts))[rows]
    return Grams(own["key"].to_numpy(), np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]))


def _joined(one: Grams, other: Grams) -> Grams:
    offsets = np.append(one.offsets, other.offsets[1:] + one.offsets[-1])
    return Grams(np.concatenate([one.values, other.values]), offsets)
