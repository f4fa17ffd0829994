"""What was found, as people read it: the words of the row around a match."""

import numpy as np

from schemas.text.ngrams.characters import HAN, WORD, characters

_AROUND = 20
"""Characters shown on either side of a match."""

_LONGEST = 300
"""Characters of a match that are shown."""


def span(text: str, first: int, last: int) -> str:
    """A stretch of a text, given in tokens, with a little around it.

    Args:
        text: The whole text.
        first: Its first token.
        last: The token behind its last one; beyond the end means the end.

    Returns:
        One line; what is left out is marked by `…`.
    """
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    kinds = characters().kinds[points]
    before = np.concatenate([[0], kinds[:-1]])
    starts = np.flatnonzero((kinds == HAN) | ((kinds == WORD) & (before != WORD)))
    if not len(starts):
        return " ".join(text[:_LONGEST].split())
    left = int(starts[min(first, len(starts) - 1)])
    right = int(starts[last]) if last < len(starts) else len(text)
    left, right = max(0, left - _AROUND), min(len(text), right + _AROUND, left + _LONGEST)
    shown = " ".join(text[left:right].split())
    return f"{'…' * (left > 0)}{shown}{'…' * (right < len(text))}"
