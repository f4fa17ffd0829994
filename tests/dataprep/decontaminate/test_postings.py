"""Postings find exactly what a dictionary finds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dataprep.decontaminate.postings import met, postings

_KEYS = st.lists(st.integers(0, 40) | st.integers(0, (1 << 64) - 1), max_size=30)


@given(keys=_KEYS, values=_KEYS)
def test_met(keys: list[int], values: list[int]) -> None:
    known = postings(np.array(keys, np.uint64), np.arange(len(keys)))
    at, numbers = met(np.array(values, np.uint64), known)
    expected = [
        (place, number) for place, value in enumerate(values) for number, key in enumerate(keys) if key == value
    ]
    assert list(zip(at.tolist(), numbers.tolist(), strict=True)) == expected
