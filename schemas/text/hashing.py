"""Arithmetic modulo 2^64 that every hash of a text is made of."""

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]


def mixed(values: Hashes) -> Hashes:
    """Finalise hashes in place: the last steps of splitmix64 (Steele, Lea and Flood 2014)."""
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values


def powers_of(base: int, count: int) -> Hashes:
    """The first `count` powers of a number, from 1."""
    found = np.full(count, base, np.uint64)
    found[:1] = 1
    return np.cumprod(found)
