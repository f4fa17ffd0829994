from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from evalsuite.candidates import base_of, of_run  # noqa: E402
from evalsuite.config import Generation  # noqa: E402
from evalsuite.items import Item  # noqa: E402
from evalsuite.journal import Journal  # noqa: E402
from evalsuite.predict import Answer, answer_items, check_template, prompt_of  # noqa: E402
from evalsuite.voices import Voice, open_voices  # noqa: E402
from schemas.artifacts import Layout  # noqa: E402
from schemas.chat import Chat  # noqa: E402
from schemas.errors import UserError  # noqa: E402
from tests.evalsuite.world import make_world, silent  # noqa: E402
from tests.train.small_runs import chat_tokenizer  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")

GREEDY = Generation(max_new_tokens=5)


def item(name: str, question: str, **parts: Any) -> Item:
    messages: Any = ({"role": "user", "content": question}, {"role": "assistant", "content": "x"})
    return Item(name, "eval", "sft", "a", 1, name, messages, **parts)


ITEMS = [item(f"i{number}", "问题 abc? " * (number % 4 + 1) + str(number)) for number in range(7)]


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    root = make_world(tmp_path_factory.mktemp("predict"))
    first = of_run(Layout(root / "runs" / "tiny"), cache=root)
    opened = list(open_voices(base_of(first), [first], device="cpu"))
    with opened[0] as one:
        return one


def answers(voice: Voice, items: list[Item], how: Generation, path: Path, *, budget: int = 10_000) -> Any:
    return answer_items(voice, items, how, Journal(path), batch_tokens=budget, tell=silent)


def alone(voice: Voice, one: Item, how: Generation) -> str:
    ids = voice.chat.tokenizer(prompt_of(voice.chat, one), add_special_tokens=False, return_tensors="pt")
    with torch.inference_mode():
        told = voice.model.generate(**ids, max_new_tokens=how.max_new_tokens, do_sample=False)
    text = voice.chat.tokenizer.decode(told[0, ids["input_ids"].shape[1] :], skip_special_tokens=True)
    return str(text).rstrip("�").strip()


def test_batches_answer_like_single_questions(voice: Voice, tmp_path: Path) -> None:
    told = answers(voice, ITEMS, GREEDY, tmp_path / "one.jsonl")
    small = answers(voice, ITEMS, GREEDY, tmp_path / "two.jsonl", budget=100)
    assert told == small
    assert {name: told[name, 0].text for name in ("i0", "i3", "i6")} == {
        one.id: alone(voice, one, GREEDY) for one in (ITEMS[0], ITEMS[3], ITEMS[6])
    }
    assert {answer.stop for answer in told.values()} <= {"eos", "length"}
    assert all(answer.tokens <= 5 for answer in told.values())


def test_a_killed_run_goes_on(voice: Voice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = answers(voice, ITEMS, GREEDY, tmp_path / "whole.jsonl", budget=120)
    calls, real = [], voice.model.generate

    def dying(**parts: Any) -> Any:
        calls.append(len(parts["input_ids"]))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(**parts)

    with monkeypatch.context() as patch:
        patch.setattr(voice.model, "generate", dying)
        with pytest.raises(KeyboardInterrupt):
            answers(voice, ITEMS, GREEDY, tmp_path / "cut.jsonl", budget=120)
        done = calls[0]
        assert len(Journal(tmp_path / "cut.jsonl").done) == done > 0
        assert answers(voice, ITEMS, GREEDY, tmp_path / "cut.jsonl", budget=120) == whole
        assert sum(calls[2:]) == len(ITEMS) - done
        asked = len(calls)
        assert answers(voice, ITEMS, GREEDY, tmp_path / "cut.jsonl", budget=120) == whole
        assert len(calls) == asked


def test_each_seed_draws_its_own_and_draws_it_again(voice: Voice, tmp_path: Path) -> None:
    how = Generation(max_new_tokens=5, temperature=1.5)
    told = answers(voice, ITEMS[:3], how, tmp_path / "a.jsonl")
    assert sorted({seed for _, seed in told}) == [17, 18, 19]
    assert len({told["i0", seed].text for seed in (17, 18, 19)}) > 1
    torch.manual_seed(0)
    assert answers(voice, ITEMS[:3], how, tmp_path / "b.jsonl") == told


def test_what_cant_be_asked_is_a_fault(voice: Voice, tmp_path: Path) -> None:
    long = item("long", "abc " * 600)
    system: Any = ({"role": "tool", "content": "x"}, {"role": "assistant", "content": "y"})
    told = answers(voice, [long, ITEMS[0]], GREEDY, tmp_path / "j.jsonl")
    assert told["long", 0] == Answer("", "error", 0, "prompt_too_long")
    assert told["i0", 0].stop != "error"
    refusing = Voice("x", voice.identity, voice.model, Chat(voice.chat.tokenizer, REFUSING))
    odd = Item("odd", "eval", "sft", "a", 1, "odd", system)
    assert answers(refusing, [odd], GREEDY, tmp_path / "k.jsonl")["odd", 0].fault == "template_refuses"


REFUSING = (
    "{% if messages[0]['role'] == 'tool' %}{{ raise_exception('no tools here') }}{% endif %}"
    "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
)


def test_a_template_without_a_generation_prompt_is_refused() -> None:
    silent_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    with pytest.raises(UserError, match="no generation prompt"):
        check_template(Chat(chat_tokenizer(silent_template)))
    check_template(Chat(chat_tokenizer()))
    with pytest.raises(UserError, match="no chat template"):
        check_template(Chat(chat_tokenizer("")))
    with pytest.raises(UserError, match="can't be rendered: not today"):
        check_template(Chat(chat_tokenizer("{{ raise_exception('not today') }}")))


def test_raw_text_has_no_prompt(voice: Voice) -> None:
    assert prompt_of(voice.chat, Item("t", "text", "text", "a", 1, "t", (), text="abc")) == ""
