"""Leak check: whether a held-out row of the finished files has kin on another side, and what was compared to tell.

Every eval and dev row is compared with every train row, and every eval row with every dev row, by prompt, answer and
dialogue (`dataprep.kinship`). The search is exact at and above the threshold (`dataprep.crossing`): no hash decides
what is compared, and nothing is taken from the stages that drew the split.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataprep import crossing, families, kinship
from dataprep.dedup.blocks import threaded
from dataprep.dedup.pairs import TOLERANCE, subset
from dataprep.export import row_groups
from dataprep.kinship import KEYS
from dataprep.recipe import Split
from schemas.artifacts import SPLITS, read_manifest
from schemas.frames import FRAME, empty
from schemas.text.ngrams import Grams, concatenated

NEAREST = 10
"""Cross pairs that the certificate shows."""
_SHOWN = 200
LOOKED = 0.4
"""The certificate misses no pair from here on, whatever the threshold, so that it can say how near the nearest come."""
_BATCH = 10_000

_SIDE = ("split", "id", "source", "row", "text")
_ORDER = ("similarity", "left_source", "left_row", "right_source", "right_row", "key")


@dataclass(frozen=True)
class Part:
    """Some rows, as the search sees them.

    Attributes:
        rows: `split, common` and what else the caller wants of them; for each key `KEY_chars`.
        grams: The n-gram sets for each key.
    """

    rows: pl.DataFrame
    grams: Mapping[str, Grams]


@dataclass(frozen=True)
class Compared:
    """What the search found between the held-out rows and one part of the others, by one key.

    Attributes:
        key: One of `KEYS`.
        part: The others.
        pairs: `i` (held out), `j` (the other), `similarity`, `exempt` (by a stock answer) and `over` (a leak).
    """

    key: str
    part: Part
    pairs: pl.DataFrame


def certify(files: Mapping[str, Path], *, config: Split, common: pl.DataFrame) -> dict[str, Any]:
    """Compare the sides of a finished split.

    Args:
        files: Split name -> its Parquet file of schema `FRAME`.
        config: `near` and `short`, as the families were made with.
        common: `source, row` of rows whose answers are stock phrases: two of them are compared by their prompts only.

    Returns:
        `passed`; `threshold` and `short`; `complete_from` (no pair from there on is overlooked); `rows` of each split;
        `crossing` (how many families, contents and parents stand on two sides); `pairs_examined` (every
        row of one side with every row of another) and `pairs_measured` (those that no bound ruled out); `highest` and
        `highest_by` key, 0 where no pair came near; `over` (pairs that fail, counted by each key); `exempt` (rows and
        pairs); and the ten `nearest` pairs, `left` held out, `right` the other.
    """
    held = _joined([part for split in ("eval", "dev") for part in _parts(files, split, common)])
    measured, over, exempt, nearest = 0, 0, 0, [_shown(held, Compared("", held, _NO_PAIRS))]
    highest, floor = dict.fromkeys(KEYS, 0.0), min(LOOKED, config.near or 1.0)
    others = (part for split in ("dev", "train") for part in _parts(files, split, common))
    for found in compared(held, others, config, floor=floor):
        judged = found.pairs.filter(~pl.col("exempt"))
        measured += found.pairs.height
        over += int(judged["over"].sum())
        exempt += found.pairs.height - judged.height
        highest[found.key] = max(highest[found.key], float(np.max(judged["similarity"].to_numpy(), initial=0)))
        nearest = [_best(pl.concat([*nearest, _shown(held, found)]))]
    crossed = {name: table.height for name, table in crossings(files).items()}
    rows = {split: _height(path) for split, path in files.items()}
    return {
        "passed": not over and not any(crossed.values()),
        "threshold": config.near,
        "short": config.short,
        "complete_from": floor,
        "rows": rows,
        "crossing": crossed,
        "pairs_examined": rows["eval"] * (rows["dev"] + rows["train"]) + rows["dev"] * rows["train"],
        "pairs_measured": measured,
        "highest": round(max(highest.values()), 4),
        "highest_by": {key: round(value, 4) for key, value in highest.items()},
        "over": over,
        "exempt": {"rows": common.height, "pairs": exempt},
        "nearest": [_pair(row) for row in nearest[0].head(NEAREST).iter_rows(named=True)],
    }


def recheck(folder: Path) -> dict[str, Any]:
    """Make a data artifact's certificate again, from its files alone.

    Args:
        folder: Holds `train|dev|eval.parquet`, `ledger.parquet` and `manifest.json`.

    Returns:
        As from `certify`: equal to the manifest's, unless a file was changed.
    """
    config = Split.model_validate(read_manifest(folder / "manifest.json")["recipe"]["split"])
    flagged = pl.scan_parquet(folder / "ledger.parquet").filter(
        pl.col("stage") == families.STAGE, pl.col("reason") == families.COMMON
    )
    common = flagged.select("source", "row").collect()
    return certify({split: folder / f"{split}.parquet" for split in SPLITS}, config=config, common=common)


def crossings(files: Mapping[str, Path]) -> dict[str, pl.DataFrame]:
    """What must not stand on two sides and does: families, contents, parents.

    Returns:
        For `family`, `content` and `parent` the values, a column `value`.
    """
    rows = pl.concat(
        pl.scan_parquet(path).select(
            pl.lit(split).alias("split"),
            "family",
            content=pl.col("id").str.split("-").list.first(),
            parent=pl.col("parent_id").str.split("-").list.first(),
        )
        for split, path in files.items()
    ).collect()
    children = rows.drop_nulls("parent").select("split", value="parent")
    parents = rows.select("split", value="content").join(children.select("value"), on="value", how="semi")
    values = {name: rows.select("split", value=name) for name in ("family", "content")}
    values["parent"] = pl.concat([children, parents])
    return {name: _on_two_sides(table) for name, table in values.items()}


def _on_two_sides(table: pl.DataFrame) -> pl.DataFrame:
    sides = table.drop_nulls("value").group_by("value", maintain_order=True).agg(sides=pl.col("split").n_unique())
    return sides.filter(pl.col("sides") > 1).select("value").sort("value")


def kin_across(
    rows: pl.DataFrame,
    placed: pl.DataFrame,
    config: Split,
    *,
    common: pl.DataFrame,
    settled: pl.Series | None = None,
) -> pl.DataFrame:
    """Kin that families have overlooked and a draw has parted: the MinHash search finds nearly all pairs, not all.

    Args:
        rows: Of `families.view`, with the families as joined so far.
        placed: `family, split` as drawn.
        config: `near` and `short`.
        common: As for `certify`.
        settled: The split of each row when they were last compared; only pairs with a row that moved are looked at.

    Returns:
        `family, into_family` of each such pair: join them and draw again, until none is left.
    """
    drawn = rows.join(placed, on="family", how="left", maintain_order="left")
    drawn = drawn.with_columns(moved=pl.lit(value=True) if settled is None else drawn["split"] != settled)
    pairs = [pl.DataFrame(schema={"family": pl.String(), "into_family": pl.String()})]
    sides = [(drawn, drawn.filter("moved"))] + [(drawn.filter("moved"), drawn)] * (settled is not None)
    for ours, theirs in sides:
        held = ours.filter(pl.col("split") != "train").sort(pl.col("split") != "eval", maintain_order=True)
        batches = [batch for split in ("dev", "train") for batch in theirs.filter(split=split).iter_slices(_BATCH)]
        parts = (viewed(batch, common) for batch in batches)
        for found in compared(viewed(held, common), parts, config, floor=config.near or 1.0):
            over = found.pairs.filter("over")
            names = held["family"][over["i"]], found.part.rows["family"][over["j"]]
            pairs.append(pl.DataFrame(names, schema=pairs[0].schema))
    return pl.concat(pairs).unique(maintain_order=True)


def compared(held: Part, others: Iterable[Part], config: Split, *, floor: float) -> Iterator[Compared]:
    """Compare held-out rows with rows of other splits: eval with dev and train, dev with train.

    Args:
        held: Rows of eval, then rows of dev.
        others: Rows of dev or of train, in parts.
        config: `near` and `short`.
        floor: No pair of this similarity or more is overlooked.
    """
    evals = np.flatnonzero(held.rows["split"].to_numpy() == "eval")
    # numpy sorts and looks up without Python's lock
    indices = dict(zip(KEYS, threaded(lambda key: _indexed(held.grams[key], evals, floor), KEYS), strict=True))

    def met(task: tuple[Part, str]) -> Compared:
        part, key = task
        return _met(held, part, config, indices[key][part.rows["split"][0]], key)

    yield from threaded(met, ((part, key) for part in others if part.rows.height for key in KEYS))


def _indexed(grams: Grams, evals: NDArray[np.int64], floor: float) -> dict[str, crossing.Index]:
    """What rows of train, and rows of dev, are compared with."""
    return {"train": crossing.index(grams, floor), "dev": crossing.index(subset(grams, evals), floor)}


def _met(held: Part, part: Part, config: Split, index: crossing.Index, key: str) -> Compared:
    found = crossing.matches(index, part.grams[key])
    ours, theirs = held.rows[found.i], part.rows[found.j]
    exempt = ours["common"] & theirs["common"] & (key != "prompt")
    limits = [kinship.limits(side[f"{key}_chars"], config) for side in (ours, theirs)]
    over = found.similarity >= np.maximum(*limits) - TOLERANCE
    pairs = pl.DataFrame({"i": found.i, "j": found.j, "similarity": found.similarity, "exempt": exempt})
    return Compared(key, part, pairs.with_columns(over=pl.Series(over) & ~exempt & (config.near is not None)))


_NO_PAIRS = pl.DataFrame(
    schema={"i": pl.Int64(), "j": pl.Int64(), "similarity": pl.Float64(), "exempt": pl.Boolean(), "over": pl.Boolean()}
)


def _parts(files: Mapping[str, Path], split: str, common: pl.DataFrame) -> Iterator[Part]:
    """The rows of one file, a row group at a time."""
    for frame in chain([empty(FRAME)], row_groups(files[split])):
        words = kinship.texts(frame)
        rows = _marked(frame.select("id", "source", "row"), common).with_columns(
            pl.lit(split).alias("split"),
            *(words[key].str.strip_chars().str.head(_SHOWN).alias(key) for key in KEYS),
            **{f"{key}_chars": kinship.lengths(words[key]) for key in KEYS},
        )
        yield Part(rows, {key: kinship.grams_of(words[key]) for key in KEYS})


def viewed(view: pl.DataFrame, common: pl.DataFrame) -> Part:
    """Rows of `families.view`, with their `split`, as the search sees them; `common` as for `certify`."""
    return Part(_marked(view.drop(KEYS), common), {key: kinship.unpacked(view[key]) for key in KEYS})


def _marked(rows: pl.DataFrame, common: pl.DataFrame) -> pl.DataFrame:
    marks = common.select("source", "row", common=True).unique(maintain_order=True)
    joined = rows.join(marks, on=["source", "row"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("common").fill_null(value=False))


def _joined(parts: Sequence[Part]) -> Part:
    grams = {key: concatenated([part.grams[key] for part in parts]) for key in KEYS}
    return Part(pl.concat([part.rows for part in parts]), grams)


def _shown(held: Part, found: Compared) -> pl.DataFrame:
    """The nearest pairs of one comparison, as people see them."""
    pairs = found.pairs.filter(~pl.col("exempt"))
    # Rows of one template make millions of equal pairs: the first of them will do.
    pairs = pairs.filter(pl.col("similarity") >= pl.col("similarity").top_k(NEAREST).min())
    pairs = pairs.sort("similarity", "i", "j", descending=[True, False, False]).head(NEAREST)
    sides = {"left": held.rows[pairs["i"]], "right": found.part.rows[pairs["j"]]}
    named = [
        pl.Series(f"{side}_{name}", rows[found.key or KEYS[0]] if name == "text" else rows[name])
        for side, rows in sides.items()
        for name in _SIDE
    ]
    return pl.DataFrame([pairs["similarity"].round(4), pl.Series("key", [found.key] * pairs.height, pl.String), *named])


def _best(pairs: pl.DataFrame) -> pl.DataFrame:
    """The nearest first; two rows that are alike by several keys stand once."""
    ranked = pairs.sort(_ORDER, descending=[True] + [False] * 5)
    places = [f"{side}_{name}" for side in ("left", "right") for name in ("source", "row")]
    return ranked.unique(places, keep="first", maintain_order=True).head(NEAREST)


def _pair(row: Mapping[str, Any]) -> dict[str, Any]:
    sides = {side: {name: row[f"{side}_{name}"] for name in _SIDE} for side in ("left", "right")}
    return {"similarity": row["similarity"], "key": row["key"], **sides}


def _height(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())
