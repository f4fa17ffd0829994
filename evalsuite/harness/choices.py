"""Wrong answers for multiple choice: other items' references, about as long, so that length gives nothing away."""

import numpy as np
import polars as pl

DISTRACTORS = 3
WINDOW = 8
"""Neighbours by length on either side that are looked at: more than three, for those that answer the same question."""


def with_choices(items: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """Put each reference among up to three others, nearest in length.

    Two references that differ in case, width or punctuation alone count as one, and the reference of another item
    with the same prompt is never a wrong answer. The outcome doesn't hang on the rows' order.

    Args:
        items: `id`, `prompt`, `reference`, of one language; no null reference.
        seed: Of ties and of the right answer's place.

    Returns:
        The items that have at least one wrong answer, by id, with `choices` (list of texts) and `gold` (the right
        one's place, from 0).
    """
    items = items.sort("id").with_columns(_key("reference").alias("key"))
    if items.is_empty():
        return items.with_columns(choices=pl.lit([], pl.List(pl.String)), gold=pl.lit(0, pl.Int64)).drop("key")
    generator = np.random.default_rng(seed)
    pool = items.unique("key", keep="first", maintain_order=True)
    picked, found = _nearest(items, pool, generator)
    order = np.argsort(np.where(found, generator.random(found.shape), np.inf), axis=1)
    picked, found = np.take_along_axis(picked, order, axis=1), np.take_along_axis(found, order, axis=1)
    texts = np.concatenate([pool["reference"].to_numpy(), items["reference"].to_numpy()])[picked]
    choices = [row[:count].tolist() for row, count in zip(texts, found.sum(axis=1), strict=True)]
    gold = np.argmin(order, axis=1)  # place of column 0, the reference itself
    told = items.with_columns(pl.Series("choices", choices, pl.List(pl.String)), pl.Series("gold", gold, pl.Int64))
    return told.filter(pl.col("choices").list.len() > 1).drop("key")


def _key(column: str) -> pl.Expr:
    """What two wordings of one answer share: letters and digits; the text itself where it has none (an emoji)."""
    text = pl.col(column).str.normalize("NFKC").str.to_lowercase()
    bare = text.str.replace_all(r"[^\p{L}\p{N}\p{M}+\-]", "")
    return pl.when(bare == "").then(text.str.strip_chars()).otherwise(bare)


def _nearest(items: pl.DataFrame, pool: pl.DataFrame, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """For n items, (n, 4) places in pool + items, the reference itself first, and which of them exist."""
    size, n = pool.height, items.height
    lengths = pool["reference"].str.len_chars().to_numpy().astype(np.int64)
    sorted_pool = np.lexsort((generator.permutation(size), lengths))
    rank = np.empty(size, dtype=np.int64)
    rank[sorted_pool] = np.arange(size)
    where = items.join(pool.select("key", row=pl.int_range(size)), on="key", how="left", maintain_order="left")
    home = where["row"].to_numpy()
    around = rank[home][:, None] + np.concatenate([np.arange(-WINDOW, 0), np.arange(1, WINDOW + 1)])
    near = sorted_pool[np.clip(around, 0, size - 1)]
    # An integer distance plus less than one: ties fall at random.
    own = items["reference"].str.len_chars().to_numpy().astype(np.int64)
    distance = np.abs(lengths[near] - own[:, None]) + generator.random(near.shape)
    codes = pl.concat([pool["prompt"], items["prompt"]]).rank("dense").to_numpy()
    barred = (around < 0) | (around >= size) | (codes[near] == codes[size:][:, None])
    distance[barred] = np.inf
    best = np.argsort(distance, axis=1)[:, :DISTRACTORS]
    found = np.isfinite(np.take_along_axis(distance, best, axis=1))
    picked = np.concatenate([size + np.arange(n)[:, None], np.take_along_axis(near, best, axis=1)], axis=1)
    return picked, np.concatenate([np.ones((n, 1), dtype=bool), found], axis=1)
