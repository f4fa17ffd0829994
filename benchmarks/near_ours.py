"""gristmill's near-duplicates as a process of its own. CORPUS THRESHOLD SIZE OUT; size 0 takes the default."""

import sys
from pathlib import Path

import polars as pl

from dataprep.dedup import minhash
from dataprep.recipe import Near
from dataprep.stages import NO_FLAGS
from schemas.frames import FRAME


def main() -> None:
    """Read, sketch in pieces as the pipeline does, decide, write the kept ids."""
    corpus, threshold, size, out = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    sizes = {"han": size, "words": size} if size else {}
    near = Near(threshold=threshold, short=threshold, exact_below=0, numbers=False, **sizes)
    rows = pl.scan_ndjson(corpus).select("id", "text").collect().with_row_index("row")
    views = [minhash.view(_framed(piece), near) for piece in rows.iter_slices(10_000)]
    gone = minhash.decide(pl.concat(views), near, order={"corpus": 0}, flags=NO_FLAGS)
    kept = rows.join(gone.select(row=pl.col("row").cast(pl.UInt32)), on="row", how="anti", maintain_order="left")
    Path(out).write_text("\n".join(kept["id"]), encoding="utf-8")


def _framed(rows: pl.DataFrame) -> pl.DataFrame:
    """Texts as canonical rows."""
    nothing = {name: pl.lit(None, dtype) for name, dtype in FRAME.items()}
    empty = {name: pl.lit([], FRAME[name]) for name in ("messages", "chosen", "rejected")}
    said = {"source": pl.lit("corpus"), "kind": pl.lit("text", FRAME["kind"]), "family": pl.lit("")}
    own = {"id": pl.col("id"), "row": pl.col("row").cast(pl.Int64), "text": pl.col("text")}
    return rows.select(**{**nothing, **empty, **said, **own}).select(FRAME.names())


if __name__ == "__main__":
    main()
