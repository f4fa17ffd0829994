"""Loss masks: which tokens of a text fall into the spans that a model is trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Span:
    """What the assistant says in one turn, its end-of-turn token included.

    Attributes:
        message: Index of the message.
        start: First character, just behind the generation prompt.
        end: One behind the last character.
    """

    message: int
    start: int
    end: int


def token_weights(encoding: Any, spans: Sequence[Span], weights: Sequence[float] | None = None) -> NDArray[np.float32]:
    """The loss weight of every token: its span's, or 0 outside of all spans.

    A token that reaches over a span's border counts as inside: it holds a character that was said.

    Args:
        encoding: A `tokenizers.Encoding` of n tokens.
        spans: Disjoint, in order.
        weights: One for each span; null is 1 for all.
    """
    told = np.zeros(len(encoding), dtype=np.float32)
    for span, weight in zip(spans, weights or [1.0] * len(spans), strict=True):
        first, behind = token_range(encoding, span)
        told[first:behind] = weight
    return told


def token_range(encoding: Any, span: Span) -> tuple[int, int]:
    """The tokens that hold a span's characters: first one, and one behind the last.

    Asking for single characters is ten times as fast as taking all offsets. Spaces may belong to no token
    (tokenizers trim them off), and a Chinese character may be several tokens with the same place.
    """
    places = range(span.start, span.end)
    first = next((token for place in places if (token := encoding.char_to_token(place)) is not None), None)
    if first is None:
        return 0, 0
    last = next(token for place in reversed(places) if (token := encoding.char_to_token(place)) is not None)
    while last + 1 < len(encoding) and encoding.token_to_chars(last + 1)[0] < span.end:
        last += 1
    while first and encoding.token_to_chars(first - 1)[1] > span.start:
        first -= 1
    return first, last + 1
