"""The guess at tokens: the figures of its source."""

import pytest

from schemas.text.tokens import guess_tokens


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("x" * 10, 3.0), ("水" * 10, 6.0), ("水x", 0.9), ("😀", 0.75)])
def test_the_guess(text: str, tokens: float) -> None:
    assert guess_tokens(text) == pytest.approx(tokens)
