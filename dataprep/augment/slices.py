"""Slices of train: topic, length, language, source, or what they are together; `balance` fills the thin ones."""

import numpy as np
import polars as pl

from dataprep.recipe.augment import Balance
from dataprep.topics.clusters import learn_clusters, nearest
from schemas.frames import first
from schemas.text.tokens import ASCII_CHARACTER, FURTHER_BYTE

SAMPLE = 4000
"""Rows of a language that its topics are learnt from: those with the smallest ids, which are hashes of the content."""

LEAST = 0.05
"""A language with a smaller part of the rows has no topics: of the prompts of three English sets, 4% are taken for
another language or none."""

BANDS = {16: "short", 64: "medium", 256: "long"}
"""Most tokens of what is asked: a phrase, a sentence or two, a paragraph. Of the prompts of two Alpaca sets 29%
(English) and 82% (Chinese) are short, under 4% long; of two sets of preferences 16% short, 22% long, 9% longer."""

LONGER = "very long"

OTHER = "topic: other"
"""Rows that share no telling term with others, and all rows of a language that has no topics."""

_TERMS = 2  # that name a topic


def slices(frame: pl.DataFrame, view: pl.DataFrame, config: Balance) -> pl.Series:
    """Name the slice of every row, such as `en · short`, `topic: refund, invoice` or `chats/a.jsonl`.

    Args:
        frame: n rows of schema `FRAME`: all of train, as topics are found among them.
        view: n lines in the same order with `prompt_language`.
        config: What a slice is.

    Returns:
        n names, called `slice`, the same in any order of the rows. Lengths and topics are those of the first user
        turn, `context` included, or of the text. Topics are found within each language.
    """
    said = pl.concat_str(
        first("content", role="user"), first("context", role="user"), separator="\n", ignore_nulls=True
    )
    asked = frame.select(pl.coalesce(pl.when(said != "").then(said), "text", pl.lit("")).alias("asked"))["asked"]
    spoken = view["prompt_language"].fill_null("und")
    parts = {
        "topic": lambda: _topics(asked, frame["id"], spoken, config.topics),
        "length": lambda: _bands(asked),
        "language": lambda: spoken,
        "source": lambda: frame["source"],
    }
    named = [parts[by]().alias(str(place)) for place, by in enumerate(dict.fromkeys(config.by))]
    return pl.select(pl.concat_str(named, separator=" · ").alias("slice")).to_series()


def _bands(asked: pl.Series) -> pl.Series:
    chars, size = asked.str.len_chars(), asked.str.len_bytes()
    tokens = (ASCII_CHARACTER * chars + FURTHER_BYTE * (size - chars)).to_numpy()
    return pl.Series([*BANDS.values(), LONGER], dtype=pl.String).gather(np.searchsorted(list(BANDS), tokens))


def _topics(asked: pl.Series, ids: pl.Series, languages: pl.Series, size: int) -> pl.Series:
    """Topics within each language, as many as its part of the rows: texts of two languages share few terms."""
    rows = pl.DataFrame({"at": np.arange(len(ids)), "id": ids, "language": languages}).sort("language", "id")
    names = np.full(len(ids), OTHER, dtype=object)
    for own in rows.partition_by("language"):
        share = own.height / rows.height
        if share >= LEAST:
            texts = asked.gather(own["at"]).to_list()
            names[own["at"].to_numpy()] = _named(texts, max(2, round(share * size)))
    return pl.Series(names, dtype=pl.String)


def _named(texts: list[str], size: int) -> list[str]:
    clusters = learn_clusters(texts[:SAMPLE], size)
    if clusters is None:
        return [OTHER] * len(texts)
    names = [f"topic: {', '.join(terms[:_TERMS])}" if terms else OTHER for terms in clusters.labels]
    return [names[cluster] if cluster >= 0 else OTHER for cluster in nearest(texts, clusters).tolist()]
