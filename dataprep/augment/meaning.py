"""How near a rewrite is to its source by an embedding model: a floor, for no model tells a changed meaning by it."""

from pathlib import Path

import numpy as np
import polars as pl

from dataprep.embeddings import embed, open_embedder
from dataprep.recipe.augment import Meaning


def similarities(before: pl.Series, after: pl.Series, config: Meaning, *, root: Path) -> pl.Series:
    """Cosine similarity of n pairs of texts.

    Args:
        before: n texts.
        after: n texts.
        config: The embedding model; a folder is relative to `root`.
        root: The working folder; vectors are kept in its `.gristmill/embeddings`, with those of deduplication.

    Returns:
        n cosines (Float64), -1 to 1; null where a text is null or blank.

    Raises:
        UserError: If the folder is no model, or the endpoint can't be asked.
        MissingExtra: If torch, transformers or openai is absent.
    """
    both = pl.DataFrame({"before": before, "after": after}, schema={"before": pl.String, "after": pl.String})
    spoken = both.select(pl.all_horizontal(pl.all().str.contains(r"\S")).fill_null(False)).to_series()
    pairs = both.filter(spoken)
    cosines = np.full(len(both), np.nan)
    if pairs.height:
        texts = pl.concat([pairs["before"], pairs["after"]])
        model = None if config.model is None else root / config.model
        embedder = open_embedder(config.model_copy(update={"model": model}))
        vectors = np.array(embed(texts, embedder, cache=root / ".gristmill" / "embeddings").to_list(), np.float32)
        cosines[spoken.to_numpy()] = np.einsum("ij,ij->i", *np.split(vectors, 2), dtype=np.float64)
    return pl.Series("similarity", cosines, pl.Float64).fill_nan(None)
