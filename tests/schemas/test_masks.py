"""Loss weights token by token: borders within a token, characters of several tokens, spaces that belong to none."""

import copy
from typing import Any

import numpy as np
import pytest
from tokenizers.processors import ByteLevel

from schemas.masks import Span, token_range, token_weights
from tests.schemas.talks import encode, smollm2, talk


@pytest.fixture(scope="module")
def trimming() -> Any:
    """Spaces that belong to no token, as in Llama 3's tokenizer."""
    tokenizer = copy.deepcopy(smollm2())
    tokenizer.backend_tokenizer.post_processor = ByteLevel(trim_offsets=True)
    return tokenizer


def of(tokenizer: Any, text: str) -> Any:
    return tokenizer([text], add_special_tokens=False).encodings[0]


# Tokens of "a\n  x y \n <|im_end|>z": a|⏎␣|␣x|␣y|␣⏎|␣|<|im_end|>|z
SPACED = "a\n  x y \n <|im_end|>z"


@pytest.mark.parametrize(
    ("start", "end", "tokens"),
    [
        (0, 0, []),
        (4, 4, []),
        (21, 21, []),
        (20, 21, ["z"]),  # at the very end
        (0, 21, ["a", "ĊĠ", "Ġx", "Ġy", "ĠĊ", "Ġ", "<|im_end|>", "z"]),
        (0, 1, ["a"]),
        (4, 5, ["Ġx"]),  # from the middle of a token
        (2, 4, ["ĊĠ", "Ġx"]),  # from the middle of one to the middle of the next
        (4, 6, ["Ġx", "Ġy"]),
        (10, 20, ["<|im_end|>"]),
        (12, 15, ["<|im_end|>"]),
    ],
)
def test_tokens_that_hold_a_character_of_the_span(start: int, end: int, tokens: list[str]) -> None:
    encoding = of(smollm2(), SPACED)
    first, behind = token_range(encoding, Span(1, start, end))
    assert encoding.tokens[first:behind] == tokens


@pytest.mark.parametrize(
    ("start", "end", "tokens"),
    [
        (2, 2, []),
        (2, 4, []),  # spaces only: they belong to no token
        (3, 20, ["Ġx", "Ġy", "ĠĊ", "Ġ", "<|im_end|>"]),
        (4, 20, ["Ġx", "Ġy", "ĠĊ", "Ġ", "<|im_end|>"]),
        (5, 20, ["Ġy", "ĠĊ", "Ġ", "<|im_end|>"]),
        (9, 20, ["Ġ", "<|im_end|>"]),  # a token of nothing but a space
        (0, 10, ["a", "ĊĠ", "Ġx", "Ġy", "ĠĊ"]),
    ],
)
def test_spaces_that_belong_to_no_token(trimming: Any, start: int, end: int, tokens: list[str]) -> None:
    encoding = of(trimming, SPACED)
    assert encoding.tokens == of(smollm2(), SPACED).tokens
    assert encoding.offsets != of(smollm2(), SPACED).offsets
    first, behind = token_range(encoding, Span(1, start, end))
    assert encoding.tokens[first:behind] == tokens


@pytest.mark.parametrize("trim", [False, True])
@pytest.mark.parametrize(
    ("start", "end", "tokens"), [(0, 1, (0, 3)), (1, 2, (3, 6)), (2, 3, (6, 8)), (0, 3, (0, 8)), (1, 13, (3, 9))]
)
def test_a_chinese_character_of_several_tokens_is_whole(
    trimming: Any, trim: bool, start: int, end: int, tokens: tuple[int, int]
) -> None:
    """SmolLM2 has three tokens for each 龘, two for 好."""
    encoding = of(trimming if trim else smollm2(), "龘龘好<|im_end|>吗")
    assert len(encoding) == 11
    assert token_range(encoding, Span(0, start, end)) == tokens


def test_weights_are_those_of_the_spans_and_zero_elsewhere() -> None:
    chat = talk("smollm2")
    encoding = encode(chat, "a b c d")  # a|␣b|␣c|␣d
    spans = (Span(1, 2, 3), Span(3, 6, 7))
    assert token_weights(encoding, ()).tolist() == [0, 0, 0, 0]
    assert token_weights(encoding, spans).tolist() == [0, 1, 0, 1]
    assert token_weights(encoding, spans, [0.5, 0.0]).tolist() == [0, 0.5, 0, 0]
    assert token_weights(encoding, spans, [0.0, 0.25]).dtype == np.float32
    with pytest.raises(ValueError, match="zip"):
        token_weights(encoding, spans, [1.0])


def test_no_tokens_no_weights() -> None:
    assert token_weights(encode(talk("smollm2"), ""), ()).tolist() == []
