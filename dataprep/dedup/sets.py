"""Sets of hashes as a column of lists, and back."""

import numpy as np
import polars as pl
import pyarrow as pa

from schemas.text.ngrams import Grams


def as_lists(grams: Grams) -> pl.Series:
    """The set of each row as list[u64]."""
    series = pl.from_arrow(pa.LargeListArray.from_arrays(pa.array(grams.offsets), pa.array(grams.values)))
    assert isinstance(series, pl.Series)
    return series


def as_grams(series: pl.Series) -> Grams:
    """The sets of a column from `as_lists`."""
    array = series.rechunk().to_arrow()
    offsets = array.offsets.to_numpy()
    values = array.values.to_numpy()
    return Grams(values, offsets.astype(np.int64))
