"""Embeddings that are kept: a text is embedded once for each model, however often it is met."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl

from dataprep.embeddings.embedder import BATCH, Embedder, Vectors
from schemas.artifacts import digest_json, staged
from schemas.text.normalise import digests

_LONGEST = 8000
"""Characters of a text that are embedded: models cut longer ones anyway, endpoints refuse them."""

_GROUP = 32 * BATCH
"""Texts between two writes: what an interruption can lose."""


def embed(texts: pl.Series, embedder: Embedder, *, cache: Path) -> pl.Series:
    """Embed texts; what the cache has is not asked again.

    Args:
        texts: n texts.
        embedder: The model.
        cache: A folder; vectors lie in it by model, as Parquet files, by the hash of their text.

    Returns:
        n vectors of length 1, list[f32]; a blank text or null has an empty list.
    """
    said = texts.fill_null("").str.slice(0, _LONGEST)
    asked = pl.DataFrame({"key": digests(said), "text": said}).with_row_index("place")
    asked = asked.filter(pl.col("text").str.contains(r"\S"))
    folder = cache / digest_json(embedder.name)
    known = _known(folder, asked["key"])
    todo = asked.unique("key", keep="first", maintain_order=True)
    todo = todo.join(known, on="key", how="anti", maintain_order="left").sort(pl.col("text").str.len_chars(), "key")
    made = [_made(group, embedder, folder) for group in todo.iter_slices(_GROUP)]
    vectors = asked.join(pl.concat([known, *made]), on="key", how="left", maintain_order="left")
    every = pl.DataFrame({"place": range(len(texts))}, schema={"place": pl.UInt32})
    found = every.join(vectors.select("place", "vector"), on="place", how="left", maintain_order="left")["vector"]
    return found.fill_null(pl.Series([[]], dtype=pl.List(pl.Float32))).alias(texts.name)


def _known(folder: Path, keys: pl.Series) -> pl.DataFrame:
    """`key, vector` of the texts that were embedded before."""
    nothing = pl.DataFrame(schema={"key": pl.String, "vector": pl.List(pl.Float32)})
    wanted = pl.DataFrame({"key": keys}).unique(maintain_order=True)
    found = [pl.read_parquet(path).join(wanted, on="key", how="semi") for path in sorted(folder.glob("*.parquet"))]
    return pl.concat([nothing, *found]).unique("key", keep="first", maintain_order=True)


def _made(texts: pl.DataFrame, embedder: Embedder, folder: Path) -> pl.DataFrame:
    """Embed texts and keep their vectors."""
    batches: Sequence[list[str]] = [part["text"].to_list() for part in texts.iter_slices(BATCH)]
    with ThreadPoolExecutor(embedder.at_once) as pool:
        vectors = _normalised(np.concatenate(list(pool.map(embedder.embed, batches))))
    fresh = pl.DataFrame({"key": texts["key"], "vector": vectors}).cast({"vector": pl.List(pl.Float32)})
    folder.mkdir(parents=True, exist_ok=True)
    with staged(folder / f"{digest_json(texts['key'].to_list())}.parquet") as draft:
        fresh.write_parquet(draft)
    return fresh


def _normalised(vectors: Vectors) -> Vectors:
    """Vectors of length 1, so that their product is their cosine."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
    return scaled
