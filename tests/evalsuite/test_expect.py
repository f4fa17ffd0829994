from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from evalsuite.expect import expect_items  # noqa: E402
from evalsuite.items import Item  # noqa: E402
from evalsuite.journal import Journal  # noqa: E402
from evalsuite.metrics.likelihood import Likelihood  # noqa: E402
from evalsuite.voices import Voice  # noqa: E402
from schemas.chat import Chat  # noqa: E402
from tests.evalsuite.world import silent  # noqa: E402
from tests.train.gguf_models import make_model  # noqa: E402
from tests.train.small_runs import chat_tokenizer  # noqa: E402


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    tokenizer = chat_tokenizer()
    model = make_model(tmp_path_factory.mktemp("expect"), tokenizer=tokenizer)
    return Voice("base", {"base": "tiny"}, model, Chat(tokenizer))


def item(name: str, *told: str, **parts: Any) -> Item:
    roles = ("user", "assistant")
    messages: Any = [{"role": roles[place % 2], "content": text} for place, text in enumerate(told)]
    return Item(name, "eval", "sft", "a", 1, name, tuple(messages), **parts)


def test_each_item_has_its_sums_or_a_reason(voice: Voice, tmp_path: Path) -> None:
    items = [
        item("one", "问?", "答。"),
        item("two", "1?", "one", "2?", "two"),
        item("blank", "?", "  "),
        item("long", "abc " * 600, "x"),
        Item("text", "text", "text", "a", 1, "c", (), text="raw 文"),
    ]
    found = expect_items(voice, items, Journal(tmp_path / "j"), batch_tokens=64, tell=silent)
    assert found["blank"] == "empty_reference"
    assert found["long"] == "too_long"
    two = found["two"]
    assert isinstance(two, Likelihood)
    assert (two.octets, two.ends) == (6, 2)
    alone = expect_items(voice, [items[0]], Journal(tmp_path / "k"), batch_tokens=10_000, tell=silent)["one"]
    one = found["one"]
    assert isinstance(one, Likelihood)
    assert isinstance(alone, Likelihood)
    assert one.nats == pytest.approx(alone.nats, abs=1e-4)
    assert one.octets == len("答。".encode())
    assert isinstance(found["text"], Likelihood)


def test_a_killed_run_goes_on(voice: Voice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [item(f"i{number}", "?" * (number + 1), f"a{number}") for number in range(6)]
    whole = expect_items(voice, items, Journal(tmp_path / "whole"), batch_tokens=30, tell=silent)
    reads, real = [], voice.model.forward

    def dying(**parts: Any) -> Any:
        reads.append(len(parts["input_ids"]))
        if len(reads) == 3:
            raise KeyboardInterrupt
        return real(**parts)

    monkeypatch.setattr(voice.model, "forward", dying)
    with pytest.raises(KeyboardInterrupt):
        expect_items(voice, items, Journal(tmp_path / "cut"), batch_tokens=30, tell=silent)
    assert len(Journal(tmp_path / "cut").done) == sum(reads[:2])
    again = expect_items(voice, items, Journal(tmp_path / "cut"), batch_tokens=30, tell=silent)
    assert again == whole
    assert sum(reads) - reads[2] == len(items)
