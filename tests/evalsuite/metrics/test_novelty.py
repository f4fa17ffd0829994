import numpy as np
import pytest

from evalsuite.metrics.metric import Sample
from evalsuite.metrics.novelty import novelty, novelty_share


@pytest.mark.parametrize(
    ("answer", "support", "n", "share"),
    [
        ("", "a", 1, None),
        ("a", "a", 2, None),
        ("a b", "a b", 2, 0.0),
        ("a b", "b a", 2, 1.0),
        ("茶很好喝", "茶很贵", 1, 0.5),
        ("茶很好喝", "茶很贵", 2, 2 / 3),
        ("The tea 👍", "the TEA", 1, 0.0),
    ],
)
def test_new_grams_are_counted(answer: str, support: str, n: int, share: float | None) -> None:
    assert novelty_share(answer, support, n=n) == (None if share is None else pytest.approx(share))


def test_reasons_are_told() -> None:
    samples = [Sample("a", "q", "", None, "a b", "en"), Sample("b", "q", "x", None, "x", "en")]
    scored = novelty().score(samples)
    assert scored["novelty_2"].reasons == {0: "no_grounding", 1: "too_short"}
    np.testing.assert_array_equal(scored["novelty_1"].values, [np.nan, 0])
