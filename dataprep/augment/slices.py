"""Slices of train: topic, length, language, source, or what they are together; `balance` fills the thin ones."""

import numpy as np
import polars as pl

from dataprep.recipe.augment import Balance
from dataprep.topics.clusters import learn_clusters, nearest
from schemas.frames import first
from schemas.text.tokens import ASCII_CHARACTER, FURTHER_BYTE

SAMPLE = 4000
"""Rows that topics are learnt from: those with the smallest ids, which are hashes of the content."""

BANDS = {16: "short", 64: "medium", 256: "long"}
"""Most tokens of what is asked: a phrase, a sentence or two, a paragraph. Of the prompts of two Alpaca sets 29%
(English) and 82% (Chinese) are short, under 4% long; of two sets of preferences 16% short, 22% long, 9% longer."""

LONGER = "very long"

OTHER = "topic: other"
"""Rows that share no telling term with others, and all rows where no topics are found."""

_TERMS = 2  # that name a topic


def slices(frame: pl.DataFrame, view: pl.DataFrame, config: Balance) -> pl.Series:
    """Name the slice of every row, such as `en · short`, `topic: refund, invoice` or `chats/a.jsonl`.

    Args:
        frame: n rows of schema `FRAME`: all of train, as topics are found among them.
        view: n lines in the same order with `prompt_language`.
        config: What a slice is.

    Returns:
        n names, called `slice`. Lengths and topics are those of the first user turn, `context` included, or of the
        text; so is the language (`und` where there is none). Names stay the same in any order of the rows.
    """
    said = pl.concat_str(
        first("content", role="user"), first("context", role="user"), separator="\n", ignore_nulls=True
    )
    asked = frame.select(pl.coalesce(pl.when(said != "").then(said), "text", pl.lit("")).alias("asked"))["asked"]
    parts = {
        "topic": lambda: _topics(asked, frame["id"], config.topics),
        "length": lambda: _bands(asked),
        "language": lambda: view["prompt_language"].fill_null("und"),
        "source": lambda: frame["source"],
    }
    named = [parts[by]().alias(str(place)) for place, by in enumerate(dict.fromkeys(config.by))]
    return pl.select(pl.concat_str(named, separator=" · ").alias("slice")).to_series()


def _bands(asked: pl.Series) -> pl.Series:
    chars, size = asked.str.len_chars(), asked.str.len_bytes()
    tokens = ASCII_CHARACTER * chars + FURTHER_BYTE * (size - chars)
    return tokens.cut(list(BANDS), labels=[*BANDS.values(), LONGER]).cast(pl.String)


def _topics(asked: pl.Series, ids: pl.Series, size: int) -> pl.Series:
    texts = asked.to_list()
    sample = np.argsort(ids.rank("ordinal").to_numpy(), kind="stable")[:SAMPLE]
    clusters = learn_clusters([texts[place] for place in sample], size)
    if clusters is None:
        return pl.repeat(OTHER, len(texts), dtype=pl.String, eager=True)
    names = [f"topic: {', '.join(terms[:_TERMS])}" if terms else OTHER for terms in clusters.labels]
    return pl.Series([*names, OTHER], dtype=pl.String).gather(nearest(texts, clusters) % (len(names) + 1))
