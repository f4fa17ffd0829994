"""Columns that only some metrics need: they read message texts, so they are made when one of them is asked for."""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from dataprep.validate.tools import good_tool_json
from schemas.artifacts import SPLITS
from schemas.frames import content, field, has_kind
from schemas.records import LISTS

SAMPLED = 20_000
"""Rows whose prompts are read for words: those with the smallest ids, which are hashes, so the choice is fair."""


def longer_chosen(folder: Path) -> pl.DataFrame:
    """`id, longer_chosen` of preference pairs whose answers differ in length."""
    chosen, rejected = (content("assistant", column=side).str.len_chars() for side in ("chosen", "rejected"))
    pairs = _scan(folder).filter(has_kind("preference")).select("id", chosen=chosen, rejected=rejected)
    uneven = pairs.filter(pl.col("chosen") != pl.col("rejected"))
    return uneven.select("id", longer_chosen=pl.col("chosen") > pl.col("rejected")).collect()


def tool_json(folder: Path) -> pl.DataFrame:
    """`id, good_tool_json` of rows that have tools or call one."""
    calls = [field("tool_calls", column=column).list.drop_nulls().list.len() > 0 for column in LISTS]
    with_tools = _scan(folder).filter(pl.any_horizontal(*calls, pl.col("tools").is_not_null()))
    frame = with_tools.select("id", "tools", *LISTS).collect()
    return frame.select("id").with_columns(good_tool_json(frame).alias("good_tool_json"))


EXTRAS: Mapping[str, Callable[[Path], pl.DataFrame]] = {"longer_chosen": longer_chosen, "good_tool_json": tool_json}
"""Column -> what makes it: a frame of `id` and that column, for the rows that it is about."""


def topics(folder: Path, column: str) -> pl.DataFrame:
    """`id, topic`: what a source column says, of every kept row that has it."""
    path = "$." + f'["{column}"]'.replace("\\", "")
    found = _scan(folder).select("id", topic=pl.col("meta").str.json_path_match(path))
    return found.drop_nulls("topic").collect()


def prompt_words(folder: Path) -> pl.DataFrame:
    """How many of the sampled prompts hold each word: `word, rows`, most first.

    A word is a run of three or more letters of any script but Chinese, or two neighbouring Han characters: Chinese
    writes no spaces, and two characters make most of its words.
    """
    said = pl.coalesce(pl.col("text"), content("user")).str.to_lowercase()
    sample = _scan(folder).select("id", said=said).bottom_k(SAMPLED, by="id").collect()
    shifted = pl.col("said").str.replace_all(r"\p{Han}(\p{Han}*)", "$1")  # the pairs that begin one character later
    letters = r"\p{Han}\p{Han}|[\p{L}--\p{Han}]{3,}"
    found = sample.select(
        word=pl.concat_list(
            pl.col("said").str.extract_all(letters), shifted.str.extract_all(r"\p{Han}\p{Han}")
        ).list.unique()
    )
    counted = found.explode("word").drop_nulls().group_by("word", maintain_order=True).agg(rows=pl.len())
    return counted.sort("rows", "word", descending=[True, False])


def _scan(folder: Path) -> pl.LazyFrame:
    return pl.concat(pl.scan_parquet(folder / f"{name}.parquet") for name in SPLITS)
