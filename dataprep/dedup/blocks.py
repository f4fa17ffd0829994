"""Work over the sets of many rows in blocks that fit the cache, on some threads."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from schemas.text.ngrams import Grams

Rows = NDArray[np.int64]
P = TypeVar("P")
T = TypeVar("T")

BLOCK = 1 << 17
"""Hashes that are worked on at once."""
_THREADS = min(4, os.cpu_count() or 1)


def places(grams: Grams, rows: Rows) -> Rows:
    """Where the hashes of some rows stand in `grams.values`, one row after the other."""
    starts = grams.offsets[rows]
    counts = grams.offsets[rows + 1] - starts
    ends = np.cumsum(counts)
    standing: Rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)
    return standing


def cuts(sizes: Rows, *, most: int) -> list[slice]:
    """Slices of at most so many consecutive items and of about a cache's worth of hashes."""
    found, start, done = [], 0, np.cumsum(sizes)
    while start < len(sizes):
        before = done[start - 1] if start else 0
        stop = int(np.searchsorted(done, before + BLOCK, side="right"))
        stop = min(max(stop, start + 1), start + most, len(sizes))
        found.append(slice(start, stop))
        start = stop
    return found


def threaded(work: Callable[[P], T], parts: Iterable[P]) -> Iterator[T]:
    """Do the work of every part, results in their order; parts are asked for as they are needed."""
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        for part in parts:
            waiting.append(pool.submit(work, part))
            if len(waiting) > 2 * _THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
