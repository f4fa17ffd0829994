"""The plan of augmentation: which rows of train are reworded, in which ways, and which ones seed new questions."""

import hashlib
from collections.abc import Mapping

import numpy as np
import polars as pl

from dataprep.augment.balance import share_out
from dataprep.augment.drafts import PLAN
from dataprep.augment.seeds import invent
from dataprep.augment.ways import menus
from dataprep.recipe.augment import Augment


def plan(rows: pl.DataFrame, config: Augment, *, seed: int, order: Mapping[str, int]) -> pl.DataFrame:
    """Say what is to be asked for.

    Rows come in the order of a hash of the seed and their ids, all for the first time before any for the second,
    until `config.rows` rewrites are planned; with `config.balance`, those of the slice that stands lowest come first.
    New questions (`config.invent`) have a number of their own, and are planned first: few as they are, they aren't
    to find all families full.

    Of preferences and judged answers (kto) only the prompt is reworded: another wording of an answer would no longer
    be the one that was judged. Where target is `both`, that also holds for rows whose answer speaks another
    language, or is none that can be reworded. Texts that are empty or longer than `ways.LONGEST` are passed over.

    Args:
        rows: All rows of train: `id, source, row, kind, family, prompt_language, answer_language, prompt_chars,
            answer_chars, single`, and `slice`, "" without balance. Rows of other kinds only count in their slices.
        config: The section `augment`.
        seed: Another seed, another choice.
        order: Source name -> its place in the recipe; breaks ties, with source and row.

    Returns:
        Schema `PLAN`, by number. `language` is that of the text that is reworded: of the answer where `target` is
        `answer`.

    Raises:
        UserError: If no language has a style.
    """
    rank = pl.col("source").replace_strict(dict(order), default=len(order), return_dtype=pl.Int64)
    drawn = rows.with_columns(_draws(seed, rows["id"]), rank=rank).sort("draw", "rank", "source", "row")
    invented = invent(drawn, config)
    planned = pl.concat([_reworded(drawn, config, invented), invented])
    ranked = planned.with_columns(rank=rank, origin_rank=pl.col("origin").replace_strict(_ORIGINS))
    # Within one parent and origin, drafts stand in the order in which they were planned.
    ranked = ranked.sort("parent_id", "rank", "source", "row", "origin_rank", maintain_order=True)
    return ranked.with_columns(number=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)).select(PLAN.names())


_ORIGINS = {"paraphrase": 0, "back_translation": 1, "self_instruct": 2}


def _reworded(drawn: pl.DataFrame, config: Augment, invented: pl.DataFrame) -> pl.DataFrame:
    offers, ways = menus(drawn, config)
    taken = share_out(
        offers,
        wanted=config.rows,
        per_family=config.per_family,
        standing=pl.concat([drawn["slice"], invented["slice"]]),
        made=invented["family"],
    )
    parents = offers.select("source", "row", "family", "slice", "menu", parent_id="id")[taken["place"]]
    asked = parents.with_columns(taken["turn"]).join(ways, on=["menu", "turn"], how="left", maintain_order="left")
    numbered = asked.with_columns(number=pl.lit(0, pl.Int64), seeds=pl.lit(None, PLAN["seeds"]))
    return numbered.select(PLAN.names())


def _draws(seed: int, ids: pl.Series) -> list[pl.Series]:
    """Two numbers for each row: `draw`, its place in the order, and `pick`, where its ways begin."""
    digests = [hashlib.blake2b(f"augment:{seed}:{id_}".encode(), digest_size=16).digest() for id_ in ids]
    numbers = np.frombuffer(b"".join(digests), dtype=">u8").reshape(-1, 2).astype(np.uint64)
    return [pl.Series("draw", numbers[:, 0]), pl.Series("pick", numbers[:, 1])]
