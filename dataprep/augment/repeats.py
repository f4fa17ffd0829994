"""Rewrites that are there already: too near another row of train, or an earlier rewrite.

A rewrite is compared with every row of train but its parent by all that the user says, and with its brothers by the
words that were rewritten: a long context that both carry makes no difference. Rewritten answers are compared with
their brothers alone: whoever stands near their prompt stood near their parent's.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from dataprep import crossing, kinship
from dataprep.dedup.minhash import numbers_in, other_numbers
from dataprep.dedup.pairs import TOLERANCE
from dataprep.recipe.duplicates import Near
from schemas.text.ngrams import concatenated
from schemas.text.normalise import digests, prompt_forms

FOUND = pl.Schema({"number": pl.Int64(), "detail": pl.String()})


def repeats(children: pl.DataFrame, drafts: pl.DataFrame, train: Iterable[pl.DataFrame], config: Near) -> pl.DataFrame:
    """Which of some rewrites repeat something.

    Args:
        children: n rows of schema `FRAME`, in the order of their numbers.
        drafts: The n drafts that they are made of.
        train: Rows of schema `FRAME`: all of train, in parts.
        config: From which similarity on texts are near; whether near ones go at all is no matter here.

    Returns:
        `number, detail` (`0.83 chats/a.jsonl:7`) of every one that goes; of two that are near one another the later.
    """
    if children.is_empty():
        return pl.DataFrame(schema=FOUND)
    asked = _Texts(kinship.texts(children)["prompt"], config)
    reworded = (drafts["target"] != "answer").to_numpy()
    gone: dict[int, str] = {}
    for part in train:
        for child, similarity, other in _near(asked, part, config):
            if reworded[child] and part.item(other, "id") != children.item(child, "parent_id"):
                gone.setdefault(child, f"{similarity:.2f} {part.item(other, 'source')}:{part.item(other, 'row')}")
    families = children["parent_id"].to_list()
    own = _Texts(drafts.select(pl.concat_str("prompt_after", "answer_after", ignore_nulls=True)).to_series(), config)
    strangers = ((i, j, s) for i, j, s in asked.pairs() if families[i] != families[j] and reworded[i] and reworded[j])
    brothers = ((i, j, s) for i, j, s in own.pairs() if families[i] == families[j])
    for i, j, similarity in sorted({*strangers, *brothers}):
        first, second = sorted((i, j))
        if first not in gone:
            gone.setdefault(second, f"{similarity:.2f} {children.item(first, 'source')}:{children.item(first, 'row')}")
    numbers = children["row"].to_list()
    return pl.DataFrame([(numbers[at], gone[at]) for at in sorted(gone)], schema=FOUND, orient="row")


class _Texts:
    """Texts as they are compared: n-gram sets, numbers, and whole for those too short for n-grams."""

    def __init__(self, texts: pl.Series, config: Near) -> None:
        texts = texts.fill_null("")
        self.grams = kinship.grams_of(texts)
        self.limits = np.where(kinship.lengths(texts).to_numpy() < config.short_below, config.short, config.threshold)
        self.numbers = numbers_in(texts if config.numbers else texts.clear(len(texts)))
        self.forms = digests(prompt_forms(texts))
        self.index = crossing.index(self.grams, float(min(config.threshold, config.short)))

    def pairs(self) -> Iterator[tuple[int, int, float]]:
        """Near pairs among them, i below j."""
        yield from ((i, j, s) for i, j, s in self.near(self) if i < j)

    def near(self, others: "_Texts") -> Iterator[tuple[int, int, float]]:
        """Near pairs of one of these and one of the others, equal ones first."""
        places = pl.DataFrame({"form": self.forms}).with_row_index("i")
        theirs = pl.DataFrame({"form": others.forms}).with_row_index("j")
        equal = places.join(theirs, on="form", how="inner").select("i", "j").sort("i", "j")
        yield from ((i, j, 1.0) for i, j in equal.iter_rows())
        found = crossing.matches(self.index, others.grams)
        limits = np.maximum(self.limits[found.i], others.limits[found.j])
        close = found.similarity >= limits - TOLERANCE
        both = concatenated([self.numbers, others.numbers])
        close &= ~other_numbers(both, found.i, found.j + len(self.limits))
        yield from zip(found.i[close].tolist(), found.j[close].tolist(), found.similarity[close].tolist(), strict=True)


def _near(asked: _Texts, part: pl.DataFrame, config: Near) -> Iterator[tuple[int, float, int]]:
    """Near pairs of a rewrite and a row, the nearest row of each first."""
    others = _Texts(kinship.texts(part)["prompt"], config)
    found = sorted((i, -similarity, j) for i, j, similarity in asked.near(others))
    yield from ((i, -similarity, j) for i, similarity, j in found)
