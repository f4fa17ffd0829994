"""Signals that need a model: a tiny one from a folder, and a judge on this machine."""

import math
from pathlib import Path
from typing import Any

import pytest

from dataprep.recipe import DataRecipe, Rules
from dataprep.rules import check, judge, measure
from dataprep.rules.scores import read_score
from schemas.errors import UserError
from tests.dataprep.rows import ask, framed, plain
from tests.servers import serve

FRAME = framed(
    ask("How large is the tank?", "The tank holds two litres."),
    ask("水箱多大？", "两升。"),
    plain("The tank is washed once a week."),
    ask("", ""),
)


def recipe(**rules: Any) -> DataRecipe:
    return DataRecipe.model_validate({"sources": [{"path": "raw"}], "rules": rules})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that expects every token alike: its perplexity is the size of its vocabulary."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: n for n, letter in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    place = tmp_path_factory.mktemp("model")
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(place)
    sizes = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1}
    config = transformers.LlamaConfig(vocab_size=256, num_key_value_heads=1, tie_word_embeddings=False, **sizes)
    model = transformers.LlamaForCausalLM(config)
    torch.nn.init.zeros_(model.lm_head.weight)
    model.save_pretrained(place)
    return place


def test_a_model_without_a_clue(folder: Path) -> None:
    signals = measure(FRAME, recipe(perplexity=folder, ifd=folder))
    assert signals["perplexity"].to_list() == [pytest.approx(256), pytest.approx(256), pytest.approx(256), None]
    assert signals["ifd"].to_list() == [pytest.approx(1), pytest.approx(1), None, None]
    alone = measure(FRAME[1:2], recipe(perplexity=folder, ifd=folder))
    assert alone["perplexity"].item() == signals["perplexity"][1]
    rules = Rules.model_validate({"perplexity": folder, "verdicts": {"perplexity": "drop"}})
    assert judge(FRAME, signals, rules).dropped["row"].to_list() == [1, 2, 3]
    assert "perplexity" not in set(judge(FRAME, signals, Rules()).events["reason"])


def test_a_prompt_that_gives_the_answer_away_lowers_the_loss(folder: Path) -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    place = folder.parent / "copycat"
    transformers.AutoTokenizer.from_pretrained(folder).save_pretrained(place)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    torch.manual_seed(3)
    torch.nn.init.normal_(model.lm_head.weight)
    model.save_pretrained(place)
    found = measure(FRAME[:1], recipe(perplexity=place, ifd=place)).select("perplexity", "ifd").row(0)
    assert found[0] > 1
    assert math.isfinite(found[1])
    assert found[1] != pytest.approx(1, abs=1e-6)


def test_no_model_in_the_folder(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    with pytest.raises(UserError, match="can't be loaded"):
        measure(FRAME, recipe(perplexity=tmp_path))


def test_a_judge_grades_every_answer_in_its_language() -> None:
    pytest.importorskip("openai")

    def grade(body: dict[str, Any]) -> str:
        return '{"score": 2}' if "打分" in body["messages"][0]["content"] else 'Fine.\n{"score": 5}'

    with serve(answer=grade) as server:
        config = recipe(judge={"base_url": server.url, "model": "m", "concurrency": 1})
        signals = measure(FRAME, config)
        shown = server.bodies[1]["messages"][1]["content"]
    check(config.rules)
    assert signals["judge_score"].to_list() == [5, 2, None, None]
    assert "水箱多大？" in shown
    assert "两升。" in shown
    events = judge(FRAME, signals, config.rules).events
    assert ("judge_score", "2") in set(events.filter(row=2).select("reason", "detail").rows())
    assert "judge_score" not in set(events.filter(row=1)["reason"])


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ('{"score": 4}', 4),
        ("```json\n{'score': '3'}\n```", 3),
        ("<think>maybe score: 2</think>4", 4),
        ("5分", 5),
        ("4/5", 4),
        ('{"score": 4} or {"score": 5}', None),
        ('{"score": 4.5}', None),
        ('{"score": 7}', None),
        ("很好", None),
        ("", None),
    ],
)
def test_reading_a_grade(text: str, score: int | None) -> None:
    assert read_score(text) == score


def test_a_judge_is_paid_once_and_its_budget_holds(tmp_path: Path) -> None:
    answers = tmp_path / ".gristmill" / "answers.sqlite"
    with serve(answer=lambda _: '{"score": 4}') as server:
        told = {"base_url": server.url, "model": "m", "concurrency": 1, "price": {"input": 1000, "output": 2000}}
        config = recipe(judge=told)
        first = measure(FRAME, config, answers=answers)
        asked = len(server.bodies)
        assert measure(FRAME, config, answers=answers).equals(first)
        assert len(server.bodies) == asked == first["judge_score"].count()
        with pytest.raises(UserError, match=r"the budget of 0\.01 USD for m is spent"):
            measure(FRAME.head(1), recipe(judge={**told, "budget": 0.01, "temperature": 0.5}), answers=answers)
    assert len(server.bodies) == asked
