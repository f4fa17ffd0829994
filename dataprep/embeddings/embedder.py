"""What an embedder is: a named model that turns texts into vectors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

BATCH = 64
"""Texts that are embedded at once."""


@dataclass(frozen=True)
class Embedder:
    """A model that turns texts into vectors.

    Attributes:
        name: What decides the vectors: the hash of the model's files, or the endpoint's address and model.
        embed: n texts, at most `BATCH` -> float32, n lines.
        at_once: How many batches may be under way at the same time.
    """

    name: str
    embed: Callable[[Sequence[str]], Vectors]
    at_once: int = 1
