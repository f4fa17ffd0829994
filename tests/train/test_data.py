"""Rows as tokens: who is trained on under each setting, what is refused, what the cache knows."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.artifacts import digest_json
from schemas.chat import Chat, TemplateRefusal
from schemas.errors import InputError, UserError
from schemas.frames import FRAME, empty
from schemas.records import Message, Record
from tests.dataprep.rows import ask, bot, framed, kto, plain, preference, sft, system, tool, user
from tests.schemas.talks import TOOLS, runs, talk, using
from train import data
from train.config import Replay, Stage
from train.data import TOKENS, Tokens, encode_record, read_replay, read_split, token_frame, tokenise

IM = "<|im_end|>"
CALL = '<tool_call>\n{"name": "weather", "arguments": {"city": "北京"}}\n</tool_call>' + IM
CHECK = using(("weather", {"city": "北京"}))


def read(cache: Path, *records: Record, chat: str = "smollm2", key: str = "k", **stage: Any) -> Tokens:
    frame = framed(*records)
    return tokenise(frame, talk(chat), Stage(**stage), cache=cache, key=key, progress=lambda *_: None)


def learned(told: dict[str, Any], chat: str = "smollm2") -> list[str]:
    return runs(talk(chat), told["ids"], told["weights"])


def weather(*more: Message) -> Record:
    asked = [system("简短"), user("hi"), bot("hello"), user("天气？")]
    return sft(*asked, CHECK, tool("晴"), bot("晴天"), *more, tools=TOOLS)


@pytest.mark.parametrize(
    ("train_on", "wanted"),
    [
        ("assistant", ["hello" + IM, CALL, "晴天" + IM]),
        ("last", ["晴天" + IM]),
        ("completion", [CALL, "晴天" + IM]),
    ],
)
def test_whose_turns_are_trained(train_on: str, wanted: list[str]) -> None:
    told = encode_record(weather(), talk("qwen2_5"), Stage(train_on=train_on))
    assert learned(told, "qwen2_5") == wanted
    assert talk("qwen2_5").tokenizer.decode(told["ids"][told["prompt"] :]) == "晴天" + IM + "\n"


def test_every_token_is_trained_under_all() -> None:
    told = encode_record(weather(), talk("qwen2_5"), Stage(train_on="all"))
    assert learned(told, "qwen2_5") == [talk("qwen2_5").render(weather()["messages"], tools=TOOLS).text]


@pytest.mark.parametrize(
    ("train_on", "messages", "wanted"),
    [
        ("last", [user("q"), bot("a"), user("r"), bot(" ")], []),  # the last turn says nothing
        ("completion", [user("q"), bot("a"), user("r"), bot(" ")], []),
        ("completion", [user("q"), bot("a"), user("r")], []),
        ("last", [user("q"), bot("a"), user("r")], ["a" + IM]),
        ("last", [user("q"), bot("a"), bot("b")], ["b" + IM]),
        ("completion", [user("q"), bot("a"), bot("b")], ["a" + IM, "b" + IM]),
        ("completion", [bot("a"), bot("b")], ["a" + IM, "b" + IM]),
        ("assistant", [user("q")], []),
    ],
)
def test_odd_conversations(train_on: str, messages: list[Message], wanted: list[str]) -> None:
    assert learned(encode_record(sft(*messages), talk("smollm2"), Stage(train_on=train_on))) == wanted


def test_turns_have_their_own_weights() -> None:
    weights = {"no": 0.0, "half": 0.5, "own": None, "full": 1.0}
    turns = [turn for text, weight in weights.items() for turn in (user("q", weight=1.0), bot(text, weight=weight))]
    told = encode_record(sft(*turns), talk("smollm2"), Stage())
    assert learned(told) == ["half" + IM, "own" + IM, "full" + IM]
    assert [weight for weight in told["weights"] if weight] == [0.5, 0.5, 1, 1, 1, 1]  # a word and the stop token


@pytest.mark.parametrize("text", ["", "你好，世界。", "ends itself<|im_end|>", "two\n\nparagraphs <|im_end|> and more"])
def test_texts_end_once(tmp_path: Path, text: str) -> None:
    tokens = read(tmp_path, plain(text), plain("other"), method="cpt")
    row = tokens.rows.row(0, named=True)
    assert talk("smollm2").tokenizer.decode(row["ids"]) == text.removesuffix(IM) + IM
    assert set(row["weights"]) == {1.0}
    assert tokens.events.is_empty()


def test_both_answers_of_a_pair_stand_behind_one_prompt() -> None:
    pair: Record = {
        **preference("比较？", "", ""),
        "chosen": [bot("The short one")],
        "rejected": [bot("The one that is much longer 很长")],
    }
    told, chat = encode_record(pair, talk("smollm2"), Stage(method="dpo")), talk("smollm2").tokenizer
    assert chat.decode(told["ids"][: told["prompt"]]).endswith("比较？<|im_end|>\n<|im_start|>assistant\n")
    assert chat.decode(told["ids"][told["prompt"] :]) == "The short one<|im_end|>"
    assert chat.decode(told["rejected"]) == "The one that is much longer 很长<|im_end|>"
    assert learned(told) == ["The short one<|im_end|>"]


def test_a_token_over_the_border_belongs_to_both_answers() -> None:
    """Under Mistral's template the answer's space is the answer's first token's."""
    told, chat = encode_record(preference("q", "yes", "no"), talk("mistral"), Stage(method="dpo")), talk("mistral")
    assert chat.tokenizer.decode(told["ids"]) == "<s> [INST] q [/INST] yes</s>"
    assert chat.tokenizer.decode(told["rejected"]) == " no</s>"


def test_tools_and_several_turns_within_an_answer() -> None:
    pair: Record = {
        "kind": "preference",
        "messages": [user("天气？")],
        "chosen": [CHECK, tool("晴"), bot("晴天")],
        "rejected": [bot("不知道")],
        "tools": TOOLS,
    }
    told, chat = encode_record(pair, talk("qwen2_5"), Stage(method="dpo")), talk("qwen2_5").tokenizer
    response = "\n<|im_start|>user\n<tool_response>\n晴\n</tool_response><|im_end|>\n<|im_start|>assistant\n"
    assert chat.decode(told["ids"][told["prompt"] :]) == CALL + response + "晴天" + IM
    assert chat.decode(told["rejected"]) == "不知道" + IM


def test_labels_of_kto_rows(tmp_path: Path) -> None:
    tokens = read(tmp_path, kto("q", "good", label=True), kto("q", "bad", label=False), method="kto")
    assert tokens.rows["label"].to_list() == [True, False]
    assert [learned(row) for row in tokens.rows.to_dicts()] == [["good" + IM], ["bad" + IM]]
    assert tokens.rows["rejected"].to_list() == [None, None]


def test_thoughts_that_are_left_out_are_counted() -> None:
    row = sft(user("q"), bot("a", reasoning="x"), user("r"), bot("b", reasoning="y"))
    assert encode_record(row, talk("smollm2"), Stage())["hidden"] == 0
    assert encode_record(row, talk("qwen3"), Stage())["hidden"] == 1
    pair: Record = {
        **preference("q", "", ""),
        "chosen": [bot("a", reasoning="x")],
        "rejected": [bot("b", reasoning="y")],
    }
    assert encode_record(pair, talk("deepseek_r1_distill"), Stage(method="dpo"))["hidden"] == 2


def test_refused_rows_go_to_the_ledger_with_their_place(tmp_path: Path) -> None:
    tokens = read(tmp_path, ask("q", "a"), sft(user("q"), CHECK), ask("r", "b"), sft(user("q"), bot("a"), tool("x")))
    assert tokens.rows["row"].to_list() == [1, 3, 4]
    assert tokens.rows.schema == TOKENS
    assert tokens.events.select("id", "source", "row", "stage", "verdict", "reason", "detail").rows() == [
        (
            "a.jsonl:2",
            "a.jsonl",
            2,
            "train",
            "dropped",
            "template_without_tools",
            "the template has no place for tool calls",
        )
    ]
    tokens = read(tmp_path, preference("q", "a", "b"), preference("q", "a", " "), chat="gemma", method="dpo")
    assert tokens.rows["row"].to_list() == [1]
    assert tokens.events["reason"].to_list() == ["no_trained_token"]
    assert encode_record(ask("q", "a"), talk("gemma"), Stage())["hidden"] == 0
    with pytest.raises(TemplateRefusal, match="alternate"):
        encode_record(sft(bot("a")), talk("gemma"), Stage())


def test_all_refused_or_no_row_at_all(tmp_path: Path) -> None:
    tokens = read(tmp_path, sft(user("q"), CHECK))
    assert (tokens.rows.height, tokens.events.height, tokens.lengths.to_list()) == (0, 1, [])
    stage, chat = Stage(), talk("smollm2")
    none = tokenise(empty(FRAME), chat, stage, cache=tmp_path, key="0", progress=lambda *_: None)
    assert (none.rows.schema, none.events.height) == (TOKENS, 0)


def test_pieces_make_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [ask(f"{number}?", "a" * number) for number in range(1, 8)] + [sft(user("q"), CHECK)]
    whole = read(tmp_path, *rows)
    monkeypatch.setattr(data, "PIECE", 3)
    pieces = read(tmp_path, *rows, key="again")
    assert pieces.rows.equals(whole.rows)
    assert pieces.events.equals(whole.events)


def test_the_longer_side_of_a_pair_is_its_length(tmp_path: Path) -> None:
    pairs = [preference("q", "a", "b c d e"), preference("q", "b c d e", "a")]
    one, other = read(tmp_path, *pairs, method="dpo").lengths
    assert one == other == len(encode_record(ask("q", "b c d e"), talk("smollm2"), Stage())["ids"]) - 1  # no line end


def test_the_cache_knows_rows_settings_and_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    piece = data._piece
    monkeypatch.setattr(data, "_piece", lambda frame, **rest: made.append(frame.height) or piece(frame, **rest))
    rows = [ask("q", "a"), ask("r", "b"), sft(user("q"), CHECK)]
    first, again = read(tmp_path, *rows), read(tmp_path, *rows)
    assert made == [3]
    assert again.rows.equals(first.rows)
    assert again.events.equals(first.events)
    read(tmp_path, *rows, train_on="last")
    read(tmp_path, *rows, key="other data")
    read(tmp_path, *rows, chat="qwen3")
    own = talk("smollm2")
    for other in (Chat(own.tokenizer, own.template + " "), Chat(own.tokenizer, ends=("<|endoftext|>",))):
        tokenise(framed(*rows), other, Stage(), cache=tmp_path, key="k", progress=lambda *_: None)
    assert made == [3] * 6
    assert read(tmp_path, *rows, epochs=3.0, over_length="drop").rows.equals(first.rows)
    assert len(made) == 6  # what doesn't change tokens doesn't change the key


def test_a_cache_that_was_cut_off_is_made_again(tmp_path: Path) -> None:
    whole = read(tmp_path, ask("q", "a"))
    [folder] = tmp_path.iterdir()
    (folder / "events.parquet").unlink()
    assert read(tmp_path, ask("q", "a")).rows.equals(whole.rows)
    assert len(folder.name) == len(digest_json([]))


def artifact(folder: Path, *records: Record) -> Path:
    for split in ("train", "dev"):
        framed(*records).write_parquet(folder / f"{split}.parquet")
    return folder


def test_a_split_has_rows_of_the_methods_kind(tmp_path: Path) -> None:
    artifact(tmp_path, ask("q", "a"), preference("q", "a", "b"), ask("r", "b"))
    assert read_split(tmp_path, "train", Stage())["row"].to_list() == [1, 3]
    assert read_split(tmp_path, "train", Stage(method="dpo"))["row"].to_list() == [2]
    assert read_split(tmp_path, "dev", Stage(method="kto")).height == 0  # a dev split may lack the kind


def test_splits_that_cant_be_trained_on_say_what_can(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no data artifact at") as absent:
        read_split(tmp_path, "train", Stage())
    assert "gristmill data" in absent.value.hint
    artifact(tmp_path, ask("q", "a"), ask("r", "b"), preference("q", "a", "b"))
    with pytest.raises(InputError, match=r"kto learns from kto rows; train.parquet has 2 sft, 1 preference$") as wrong:
        read_split(tmp_path, "train", Stage(method="kto"))
    assert wrong.value.hint == "method: sft | dpo | orpo"
    artifact(tmp_path)
    with pytest.raises(InputError, match=r"train\.parquet has no row at all") as nothing:
        read_split(tmp_path, "train", Stage())
    assert "train share" in nothing.value.hint


def test_replayed_rows_are_a_share_drawn_by_the_seed(tmp_path: Path) -> None:
    artifact(tmp_path, *[ask(f"{number}?", "a") for number in range(40)], plain("text"))
    some = read_replay(Replay(path=tmp_path, share=0.2), 80, Stage(), seed=1)
    assert some.height == 20  # of 100
    assert some["id"].n_unique() == 20
    assert read_replay(Replay(path=tmp_path / "train.parquet", share=0.2), 80, Stage(), seed=1).equals(some)
    assert not read_replay(Replay(path=tmp_path, share=0.2), 80, Stage(), seed=2).equals(some)
    assert read_replay(Replay(path=tmp_path, share=0.5), 80, Stage(), seed=1).height == 40  # no more are there
    assert set(read_replay(Replay(path=tmp_path, share=0.2), 80, Stage(method="cpt"), seed=1)["kind"]) == {"text"}
    for path in (tmp_path / "absent", tmp_path / "train.jsonl"):
        with pytest.raises(UserError, match="no data artifact"):
            read_replay(Replay(path=path), 80, Stage(), seed=1)
    artifact(tmp_path, plain("text"))
    with pytest.raises(UserError, match="no sft rows"):
        read_replay(Replay(path=tmp_path), 80, Stage(), seed=1)


def test_a_frame_of_tokens_takes_absent_columns_as_null() -> None:
    frame = token_frame([{"id": "1", "ids": [1, 2], "weights": [0.0, 0.5]}])
    assert frame.schema == TOKENS
    assert frame.select("ids", "weights", "rejected", "label").row(0) == ([1, 2], [0.0, 0.5], None, None)
    assert token_frame([]).schema == TOKENS
    assert pl.concat([frame, token_frame([])]).equals(frame)


def test_train_sees_rows_as_often_as_the_mix_repeats_them(tmp_path: Path) -> None:
    frame = framed(*(ask(question, "软水") for question in "甲乙丙")).with_columns(
        repeat=pl.Series([1, 3, 2], dtype=pl.Int32)
    )
    for split in ("train", "dev"):
        frame.write_parquet(tmp_path / f"{split}.parquet")
    train, dev = (read_split(tmp_path, split, Stage()) for split in ("train", "dev"))
    assert train["id"].to_list() == [frame["id"][at] for at in (0, 1, 1, 1, 2, 2)]
    assert dev["id"].to_list() == frame["id"].to_list()
