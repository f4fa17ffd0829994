"""Rows that are too long, or teach nothing: each policy's rows, counts and ledger lines; nothing is lost untold."""

import copy
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers.normalizers import NFKC

from schemas.chat import Chat
from schemas.errors import InputError
from schemas.frames import EVENTS, empty
from schemas.records import Message, Record
from tests.dataprep.rows import ask, bot, framed, kto, plain, preference, sft, system, tool, user
from tests.schemas.talks import runs, smollm2, talk, using
from train.config import Stage
from train.data import Tokens, encode_record, token_frame, tokenise
from train.lengths import Fitted, fit, shorten

IM = "<|im_end|>"
SHORT = ask("q", "yes")
LONG = sft(system("简短"), user("甲乙丙丁戊己庚辛" * 12 + "问题的结尾"), bot("回答 end"))
ANSWER = sft(system("s"), user("q"), bot("too long " * 60))
TURNS = sft(
    system("keep me"),
    *(turn for number in "12345" for turn in (user(f"question {number} " * 6), bot(f"answer {number}"))),
)


@pytest.fixture
def chat() -> Chat:
    return talk("smollm2")


def read(frame: pl.DataFrame, cache: Any, **stage: Any) -> Tokens:
    return tokenise(frame, talk("smollm2"), Stage(**stage), cache=cache, key="k", progress=lambda *_: None)


def fitted(cache: Any, *records: Record, size: int = 80, **stage: Any) -> Fitted:
    frame = framed(*records)
    tokens = read(frame, cache, **stage)
    done = fit(tokens, frame, talk("smollm2"), Stage(**stage), max_length=size, split="train")
    check_balance(frame, tokens, done, size)
    return done


def check_balance(frame: pl.DataFrame, tokens: Tokens, done: Fitted, size: int) -> None:
    """Every row is trained on or in the ledger, every trained token kept or lost, and nothing is too long."""
    rows, events = done.tokens.rows, done.tokens.events
    dropped = events.filter(pl.col("verdict") == "dropped")["id"].to_list()
    assert sorted({*rows["id"], *dropped}) == sorted(frame["id"])
    assert not set(dropped) & {*rows["id"]}
    assert set(events.filter(pl.col("verdict") == "changed")["id"]) <= {*rows["id"]}
    assert all(length <= size for length in done.tokens.lengths)
    assert done.trained == count(rows)
    assert done.trained + done.lost == count(tokens.rows)
    assert events.schema == EVENTS


def count(rows: pl.DataFrame) -> int:
    answers = sum(weight > 0 for row in rows["weights"] for weight in row)
    return answers + sum(len(row) for row in rows["rejected"] if row is not None)


def lines(done: Fitted) -> list[tuple[Any, ...]]:
    return done.tokens.events.select("row", "verdict", "reason", "detail").rows()


def text(row: dict[str, Any]) -> str:
    return str(talk("smollm2").tokenizer.decode(row["ids"]))


def learned(row: dict[str, Any]) -> list[str]:
    return runs(talk("smollm2"), row["ids"], row["weights"])


@pytest.mark.parametrize("policy", ["error", "drop", "truncate", "split"])
def test_rows_that_fit_are_left_alone(tmp_path: Any, policy: str) -> None:
    length = read(framed(LONG), tmp_path).lengths[0]
    done = fitted(tmp_path / "c", SHORT, LONG, size=length, over_length=policy)
    assert done.tokens.rows.equals(read(framed(SHORT, LONG), tmp_path / "c", over_length=policy).rows)
    assert (done.over, done.lost, lines(done)) == (0, 0, [])


@pytest.mark.parametrize("policy", ["error", "drop", "truncate", "split"])
def test_no_row_at_all(tmp_path: Any, chat: Chat, policy: Any) -> None:
    none = Tokens(token_frame([]), empty(EVENTS))
    done = fit(none, framed(SHORT), chat, Stage(over_length=policy), max_length=16, split="dev")
    assert (done.tokens.rows.height, done.over, done.lost, done.trained) == (0, 0, 0, 0)


def test_error_says_how_much_is_at_stake(tmp_path: Any) -> None:
    lengths = read(framed(SHORT, LONG, ANSWER), tmp_path).lengths.to_list()
    with pytest.raises(InputError) as stopped:
        fitted(tmp_path, SHORT, LONG, ANSWER, over_length="error")
    assert "2 rows of train are over 80 tokens" in stopped.value.message
    assert f"(longest {max(lengths)})" in stopped.value.message
    share = 1 - 2 / count(read(framed(SHORT, LONG, ANSWER), tmp_path).rows)  # "yes" and its stop token stay
    assert f"{share:.1%} of the answers" in stopped.value.message
    assert "drop | truncate | split" in stopped.value.hint


def test_drop_sends_them_to_the_ledger(tmp_path: Any) -> None:
    done = fitted(tmp_path, SHORT, LONG, ANSWER, over_length="drop")
    assert done.tokens.rows["row"].to_list() == [1]
    assert lines(done) == [(2, "dropped", "over_length", "80"), (3, "dropped", "over_length", "80")]
    assert (done.over, done.trained) == (2, 2)
    assert done.tokens.events.select("id", "source", "stage").row(0) == ("a.jsonl:2", "a.jsonl", "train")


def test_truncate_cuts_questions_and_never_answers(tmp_path: Any) -> None:
    done = fitted(tmp_path, SHORT, LONG, ANSWER, over_length="truncate")
    assert lines(done) == [(2, "changed", "truncated_prompt", "80"), (3, "dropped", "answer_over_length", "80")]
    row = done.tokens.rows.row(1, named=True)
    assert text(row).startswith("<|im_start|>system\n简短<|im_end|>\n<|im_start|>user\n")
    assert text(row).endswith("庚辛问题的结尾<|im_end|>\n<|im_start|>assistant\n回答 end<|im_end|>\n")
    assert "\ufffd" not in text(row)
    assert 80 - len(row["ids"]) < 8  # no more is cut than needed: a margin of 4, and one character's tokens
    assert learned(row) == ["回答 end" + IM]
    assert (done.over, done.trained) == (2, count(read(framed(SHORT, LONG), tmp_path / "c").rows))


def kept(record: Record, chat: Chat, limit: int, **stage: Any) -> tuple[str, list[str]]:
    told = shorten(record, chat, Stage(**stage), limit)
    assert told is not None
    assert len(told["ids"]) <= limit
    return text(told), learned(told)


def length(record: Record, chat: Chat, **stage: Any) -> int:
    return len(encode_record(record, chat, Stage(**stage))["ids"])


def test_oldest_turns_go_first_and_whole(chat: Chat) -> None:
    whole = length(TURNS, chat)
    said, answers = kept(TURNS, chat, whole - 1)
    assert said == chat.render([TURNS["messages"][0], *TURNS["messages"][3:]]).text
    assert answers == [f"answer {number}{IM}" for number in "2345"]
    last = sft(TURNS["messages"][0], *TURNS["messages"][-2:])
    said, answers = kept(TURNS, chat, length(last, chat))
    assert said == chat.render(last["messages"]).text
    said, answers = kept(TURNS, chat, length(last, chat) - 1)  # now the question is cut, too
    rest = "5 question 5 question 5 question 5 question 5 "  # without question|␣|5|␣question|␣: one too many, and 4
    assert said == chat.render([system("keep me"), user(rest), bot("answer 5")]).text
    assert answers == [f"answer 5{IM}"]


def test_a_tools_result_stays_with_its_call() -> None:
    chat, call = talk("qwen2_5"), using(("weather", {"city": "北京"}))
    turns = [user("old " * 20), bot("a"), user("天气？" * 9), call, tool("晴"), bot("晴天")]
    told = shorten(sft(*turns), chat, Stage(), length(sft(*turns), chat) - 5)
    assert told is not None
    assert chat.tokenizer.decode(told["ids"]) == chat.render(turns[2:]).text


def test_a_context_is_part_of_the_question(chat: Chat) -> None:
    row = sft(user("translate", context="甲乙丙丁" * 20), bot("answer"))
    rest = "乙丙丁" + "甲乙丙丁" * 19  # without five tokens, of which the last is half of 乙
    assert kept(row, chat, length(row, chat) - 1)[0] == chat.render([user(rest), bot("answer")]).text


@pytest.mark.parametrize(
    "messages",
    [
        [user("q"), bot("long " * 90)],
        [system("long " * 90), user("q"), bot("a")],  # who the assistant is isn't cut
        [bot("long " * 90)],
        [user("q"), using(("f", {"text": "long " * 90})), tool("x"), bot("a")],
    ],
)
def test_what_cant_be_shortened(messages: list[Message]) -> None:
    assert shorten(sft(*messages), talk("qwen2_5"), Stage(), 80) is None


def test_an_answer_before_the_last_question_keeps_its_own(chat: Chat) -> None:
    row = sft(user("甲乙丙丁" * 30), bot("a"), user("last"))
    said, answers = kept(row, chat, length(row, chat) - 9)
    assert "丙丁<|im_end|>" in said
    assert "last<|im_end|>" in said
    assert answers == ["a" + IM]


def test_turns_without_a_loss_dont_make_a_row(chat: Chat) -> None:
    """All that is trained lies in the turn that had to go."""
    row = sft(user("long " * 60), bot("a"), user("q"), bot("b", weight=0.0))
    assert shorten(row, chat, Stage(), 60) is None


CHARACTERS = st.sampled_from(["甲", "龘", "你好", "🙂", "é", "e\u0301", " ", "\n", "a", "word ", "１", "7"])


@settings(max_examples=40)
@given(st.lists(CHARACTERS, min_size=30, max_size=60).map("".join), st.integers(1, 20))
def test_questions_are_cut_between_characters(question: str, over: int) -> None:
    chat = talk("smollm2")
    row = sft(user("old"), bot("gone"), user(question), bot("答案"))
    alone = sft(*row["messages"][2:])
    said, answers = kept(row, chat, length(alone, chat) - over)
    rest = said.split("<|im_start|>user\n")[1].split("<|im_end|>")[0]
    assert question.endswith(rest)
    assert answers == ["答案" + IM]


def test_a_character_of_many_tokens_is_cut_once_or_never() -> None:
    """Under NFKC one character becomes eighteen: the cut would fall within it, again and again."""
    chat = Chat(copy.deepcopy(smollm2()))
    chat.tokenizer.backend_tokenizer.normalizer = NFKC()
    row = sft(system("s"), user("\ufdfa"), bot("a"))
    assert shorten(row, chat, Stage(), length(row, chat) - 1) is None


@pytest.mark.parametrize("method", ["dpo", "orpo"])
def test_pairs_lose_prompt_only(tmp_path: Any, method: Any) -> None:
    turns = [system("s"), user("old " * 30), bot("answer"), user("题目" * 60 + "结尾")]
    pair: Record = {"kind": "preference", "messages": turns, "chosen": [bot("好")], "rejected": [bot("the longer 坏")]}
    done = fitted(tmp_path, pair, SHORT | preference("q", "a", "b"), method=method, over_length="truncate")  # type: ignore[operator]
    short, row = done.tokens.rows.to_dicts()
    assert (short["row"], row["row"]) == (2, 1)
    assert text({"ids": row["ids"][row["prompt"] :]}) == "好" + IM
    assert text({"ids": row["rejected"]}) == "the longer 坏" + IM
    prompt = text({"ids": row["ids"][: row["prompt"]]})
    assert prompt.endswith("题目结尾<|im_end|>\n<|im_start|>assistant\n")
    assert prompt.startswith("<|im_start|>system\ns<|im_end|>")
    assert "old" not in prompt
    assert row["prompt"] + len(row["rejected"]) <= 80
    assert lines(done) == [(1, "changed", "truncated_prompt", "80")]


def test_pairs_and_judged_answers_that_are_too_long_themselves(tmp_path: Any) -> None:
    rejected = preference("q", "a", "long " * 90)
    bare: Record = {"kind": "preference", "messages": [], "chosen": [bot("long " * 90)], "rejected": [bot("a")]}
    done = fitted(tmp_path, rejected, bare, preference("q", "a", "b"), method="dpo", over_length="truncate")
    assert [line[:3] for line in lines(done)] == [(row, "dropped", "answer_over_length") for row in (1, 2)]
    done = fitted(tmp_path, kto("long " * 90, "好", label=False), method="kto", over_length="truncate")
    [row] = done.tokens.rows.to_dicts()
    assert (learned(row), row["label"]) == (["好" + IM], False)


def test_own_rows_that_are_replayed_are_shortened_twice(tmp_path: Any, chat: Chat) -> None:
    frame = pl.concat([framed(LONG), framed(LONG)])
    done = fit(read(frame, tmp_path), frame, chat, Stage(over_length="truncate"), max_length=80, split="train")
    assert done.tokens.rows["row"].to_list() == [1, 1]
    assert done.lost == 0


def test_split_makes_windows_of_the_trained_parts(tmp_path: Any) -> None:
    long, text_row = sft(user("q"), bot("word " * 150)), plain("字" * 200)
    whole = read(framed(SHORT, long), tmp_path).rows
    done = fitted(tmp_path, SHORT, long, size=64, over_length="split")
    parts = done.tokens.rows.filter(pl.col("row") == 2)
    assert set(parts["ids"].list.len().to_list()[:-1]) == {64}
    said = [
        token for row in parts.to_dicts() for token, weight in zip(row["ids"], row["weights"], strict=True) if weight
    ]
    ids, weights = whole.row(1, named=True)["ids"], whole.row(1, named=True)["weights"]
    assert said == [token for token, weight in zip(ids, weights, strict=True) if weight]
    assert lines(done) == [(2, "changed", "split_row", f"{parts.height} x 64")]
    assert (done.over, done.lost) == (1, 0)
    done = fitted(tmp_path / "text", text_row, size=64, method="cpt", over_length="split")
    whole = read(framed(text_row), tmp_path, method="cpt").rows
    assert done.tokens.rows["ids"].explode().to_list() == whole["ids"].explode().to_list()


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.integers(1, 40)), max_size=6), st.integers(16, 30))
def test_windows_hold_every_trained_token_once(turns: list[tuple[float, int]], size: int) -> None:
    weights = [weight for weight, tokens in turns for _ in range(tokens)] + [1.0]
    row = {"id": "1", "source": "s", "row": 1, "ids": list(range(len(weights))), "weights": weights}
    tokens = Tokens(token_frame([row | {"prompt": len(weights) - 1, "hidden": 0}]), empty(EVENTS))
    done = fit(tokens, framed(SHORT), talk("smollm2"), Stage(over_length="split"), max_length=size, split="t")
    found = [(i, w) for r in done.tokens.rows.to_dicts() for i, w in zip(r["ids"], r["weights"], strict=True) if w]
    assert found == [(i, w) for i, w in enumerate(weights) if w]
    assert all(any(window) and len(window) <= size for window in done.tokens.rows["weights"])
    for window in done.tokens.rows.to_dicts():  # the last answer begins where it did
        answer = [token for token in window["ids"] if token >= len(weights) - 1]
        assert window["ids"][window["prompt"] :] == answer


def test_rows_that_teach_nothing_stop_the_run_or_go_to_the_ledger(tmp_path: Any) -> None:
    silent = sft(user("q"), bot("a", weight=0.0))
    told = r"2 rows of train have no trained token under train_on: last \(first: a.jsonl:2\)"
    with pytest.raises(InputError, match=told) as stopped:
        fitted(tmp_path, SHORT, silent, sft(user("only")), train_on="last")
    assert "empty_loss: drop" in stopped.value.hint
    done = fitted(tmp_path, SHORT, silent, sft(user("only")), empty_loss="drop")
    assert lines(done) == [(row, "dropped", "no_trained_token", None) for row in (2, 3)]
    assert (done.over, done.lost, done.trained) == (0, 0, 2)


def test_what_the_template_refused_stays_in_the_ledger(tmp_path: Any) -> None:
    refused = sft(user("q"), using(("f", {})))
    done = fitted(tmp_path, refused, ANSWER, SHORT, over_length="drop")
    assert [line[2] for line in lines(done)] == ["template_without_tools", "over_length"]
    assert done.tokens.rows["row"].to_list() == [3]
