"""What is shown before training: learned text, lengths, losses, end tokens."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from schemas.chat import Chat
from schemas.frames import EVENTS, empty, event_frame
from tests.train import tiny
from train.config import Stage
from train.data import Tokens, token_frame
from train.lengths import Fitted
from train.model import Base
from train.preview import BINS, examples, measure


@pytest.fixture(scope="module")
def base() -> Base:
    tokenizer = tiny.chat_tokenizer()
    stop = tokenizer.convert_tokens_to_ids("<|im_end|>")
    return Base("here", {}, tokenizer, Chat(tokenizer), "its own", (stop,))


def tokens(*rows: tuple[list[int], list[float]], hidden: int = 0) -> Tokens:
    told = [
        {"id": str(place), "source": "a", "row": place, "ids": ids, "weights": weights, "prompt": 0, "hidden": hidden}
        for place, (ids, weights) in enumerate(rows)
    ]
    return Tokens(token_frame(told), empty(EVENTS))


def test_sizes_are_counted_by_hand(base: Base) -> None:
    stop = base.stops[0]
    rows = tokens(([1, 2, stop], [0, 1, 1]), ([1, 2, 3, 4], [0, 0, 1, 0]), ([stop], [0]), hidden=2)
    line = {"id": "9", "source": "a", "row": 9, "stage": "train", "verdict": "dropped", "reason": "over_length"}
    sizes = measure(Fitted(Tokens(rows.rows, event_frame([line])), over=1, lost=7, trained=3), base)
    assert (sizes.rows, sizes.tokens, sizes.trained, sizes.hidden) == (3, 8, 3, 6)
    assert sizes.quantiles == (3, 4, 4, 4)
    assert (sizes.over, sizes.lost, sizes.reasons) == (1, 0.7, {"over_length": 1})
    assert sizes.stopped == 0.5  # of the two rows with a trained token
    assert len(sizes.bins) == BINS
    assert sum(sizes.bins) == 3
    assert (sizes.bins[-1], sizes.bins[BINS * 3 // 4 - 1], sizes.bins[BINS // 4 - 1]) == (1, 1, 1)


def test_an_empty_split(base: Base) -> None:
    sizes = measure(Fitted(tokens(), over=0, lost=0, trained=0), base)
    assert (sizes.rows, sizes.quantiles, sizes.stopped, sizes.lost) == (0, (0, 0, 0, 0), 0.0, 0.0)


def test_learned_text_is_cut_out_even_within_characters(tmp_path: Path) -> None:
    ready = tiny.ready(tiny.make_world(tmp_path))
    found = examples(ready.stages[0].train.tokens, ready.base.tokenizer, 2)
    assert [[(piece.text, piece.weight) for piece in row] for row in found] == [
        [
            ("<|im_start|>user\nHow big is LQ-0?<|im_end|>\n<|im_start|>assistant\n", 0.0),
            ("0 l<|im_end|>", 1.0),
            ("\n", 0.0),
        ],
        [("<|im_start|>user\nLQ-1多大？<|im_end|>\n<|im_start|>assistant\n", 0.0), ("1升<|im_end|>", 1.0), ("\n", 0.0)],
    ]
    assert Stage().train_on == "assistant"
