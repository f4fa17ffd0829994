import math
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from evalsuite.expect import turns_of  # noqa: E402
from evalsuite.items import Item  # noqa: E402
from evalsuite.metrics.likelihood import (  # noqa: E402
    Likelihood,
    Turn,
    add,
    batches,
    columns,
    encode,
    likelihood,
    passages,
    score_passages,
)
from schemas.chat import Chat  # noqa: E402
from tests.train.gguf_models import make_model  # noqa: E402
from tests.train.small_runs import chat_tokenizer  # noqa: E402

TURNS = [
    Turn("<|im_start|>user\nabc?<|im_end|>\n<|im_start|>assistant\n", "abcab 7 升。", "<|im_end|>"),
    Turn("q", "a", "<|im_end|>"),
    Turn("<|im_start|>user\n" + "ab " * 20 + "<|im_end|>\n<|im_start|>assistant\n", "水箱容量是1.8升。", ""),
    Turn("", "raw text abc", ""),
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return make_model(tmp_path_factory.mktemp("model"), tokenizer=chat_tokenizer())


def scored(model: Any, tokenizer: Any, turns: list[Turn], owners: list[Any] | None = None) -> list[Likelihood]:
    encoded = [encode(tokenizer, turn) for turn in turns]
    read = passages(encoded, owners or list(range(len(turns))))
    nats = score_passages(model, read, encoded, pad=1)
    return [likelihood(turn, encoded[place], nats[place], tokenizer) for place, turn in enumerate(turns)]


def by_hand(model: Any, tokenizer: Any, turn: Turn) -> tuple[float, float]:
    """Every token for itself, from the softmax of the whole text."""
    prompt, content, end = encode(tokenizer, turn)
    ids = [*prompt, *content, *end]
    with torch.inference_mode():
        scores = torch.log_softmax(model(input_ids=torch.tensor([ids])).logits[0].double(), -1)
    told = [-float(scores[place - 1, ids[place]]) for place in range(len(prompt), len(ids))]
    return sum(told[: len(content)]), sum(told[len(content) :])


def test_a_batch_scores_like_each_turn_by_hand(model: Any) -> None:
    tokenizer = chat_tokenizer()
    found = scored(model, tokenizer, TURNS)
    for turn, told in zip(TURNS, found, strict=True):
        assert (told.nats, told.end_nats) == pytest.approx(by_hand(model, tokenizer, turn), abs=1e-4)
        assert told.octets == len(turn.content.encode())
        assert told.ends == (turn.end != "")
    assert found[2].characters == 10


def test_like_the_harness(model: Any) -> None:
    """The harness counts the white space at the end of a prompt as said: it is moved over before comparing."""
    pytest.importorskip("lm_eval")
    from evalsuite.harness.library import quiet
    from evalsuite.harness.run import wrap

    tokenizer = chat_tokenizer()
    with quiet():
        from lm_eval.api.instance import Instance

        lm = wrap(model, tokenizer, batch_size=1, max_length=512)
        asked = [
            Instance("loglikelihood", {}, (turn.prompt, turn.content), place) for place, turn in enumerate(TURNS[:3])
        ]
        theirs = [-told[0] for told in lm.loglikelihood(asked, disable_tqdm=True)]
    moved = [Turn(turn.prompt.rstrip(), turn.prompt[len(turn.prompt.rstrip()) :] + turn.content) for turn in TURNS[:3]]
    ours = [told.nats for told in scored(model, tokenizer, moved)]
    assert ours == pytest.approx(theirs, abs=5e-4)


def test_turns_of_one_conversation_are_read_once(model: Any) -> None:
    tokenizer = chat_tokenizer()
    item = conversation(("user", "1?"), ("assistant", "one 一"), ("user", "2?"), ("assistant", "two"))
    turns = turns_of(Chat(tokenizer), item)
    assert isinstance(turns, list)
    encoded = [encode(tokenizer, turn) for turn in turns]
    assert [passage.turns for passage in passages(encoded, [0, 0])] == [[1, 0]]
    assert [passage.turns for passage in passages(encoded, [0, 1])] == [[1], [0]]
    together, apart = scored(model, tokenizer, turns, [0, 0]), scored(model, tokenizer, turns)
    for one, other in zip(together, apart, strict=True):
        assert (one.nats, one.end_nats) == pytest.approx((other.nats, other.end_nats), abs=1e-4)
        assert one.nats > 0


def test_batches_keep_the_budget() -> None:
    sizes = [10, 50, 20, 200, 30]
    found = list(batches(sizes, 100))
    assert found == [[3], [1, 4], [2, 0]]
    assert list(batches([], 100)) == []


def test_columns_are_ratios_of_sums() -> None:
    bit = math.log(2)
    found = [Likelihood(12 * bit, 4, 6, 2, 0.5, 1), Likelihood(2 * bit, 1, 4, 4, 0.0, 0), "too_long"]
    told = columns(found, ["zh", "en", "en"])
    byte = told["bits_per_byte"]
    assert byte.weights is not None
    assert byte.values[:2].tolist() == pytest.approx([2.0, 0.5])
    assert np.average(byte.values[:2], weights=byte.weights[:2]) == pytest.approx(14 / 10)
    assert byte.reasons == {2: "too_long"}
    assert told["bits_per_char"].values[0] == pytest.approx(6.0)
    assert told["bits_per_char"].reasons == {1: "not_cjk", 2: "too_long"}
    assert told["stop_probability"].values[0] == pytest.approx(math.exp(-0.5))
    assert told["stop_probability"].reasons == {1: "no_end_token", 2: "too_long"}
    for column in told.values():
        assert set(np.flatnonzero(np.isnan(column.values)).tolist()) == set(column.reasons)
    assert columns([], [])["bits_per_byte"].values.shape == (0,)


def test_sums_add_up() -> None:
    assert add([Likelihood(1, 2, 3, 4, 5, 1), Likelihood(10, 20, 30, 40, 50, 0)]) == Likelihood(11, 22, 33, 44, 55, 1)


def conversation(*told: tuple[str, str], **last: Any) -> Item:
    messages: list[Any] = [{"role": role, "content": content} for role, content in told]
    messages[-1] |= last
    return Item("i", "eval", "sft", "a", 1, "c", tuple(messages))


def test_every_assistant_turn_after_its_own_prompt() -> None:
    chat = Chat(chat_tokenizer())
    item = conversation(("user", "1?"), ("assistant", "one"), ("user", "2?"), ("assistant", "two"))
    turns = turns_of(chat, item)
    assert isinstance(turns, list)
    assert [turn.content for turn in turns] == ["one", "two"]
    assert turns[1].prompt.endswith("one<|im_end|>\n<|im_start|>user\n2?<|im_end|>\n<|im_start|>assistant\n")
    assert {turn.end for turn in turns} == {"<|im_end|>"}


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (conversation(("user", "?"), ("assistant", " ")), "empty_reference"),
        (conversation(("user", "?"), ("assistant", "x"), weight=0), "empty_reference"),
        (Item("i", "text", "text", "a", 1, "c", (), text=" \n"), "empty_reference"),
        (
            conversation(
                ("user", "?"), ("assistant", ""), tool_calls='[{"function": {"name": "f", "arguments": "{}"}}]'
            ),
            "template_without_tools",
        ),
    ],
)
def test_turns_that_cant_be_scored_say_why(item: Item, told: str) -> None:
    assert turns_of(Chat(chat_tokenizer()), item) == told


def test_thoughts_and_calls_are_said_as_the_template_writes_them() -> None:
    template = (
        "{% for m in messages %}{{ m['role'] + ':' }}"
        "{% if m['reasoning_content'] %}{{ '<think>' + m['reasoning_content'] + '</think>' }}{% endif %}"
        "{{ m['content'] + '<|im_end|>' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}"
    )
    item = conversation(("user", "?"), ("assistant", "7"), reasoning="3 + 4")
    turns = turns_of(Chat(chat_tokenizer(template)), item)
    assert isinstance(turns, list)
    assert turns[0].content == "<think>3 + 4</think>7"
