from typing import Any

import pytest

from evalsuite.config import Generation
from evalsuite.predict import Answer
from evalsuite.sweep import LOOPING, SETTINGS, advise, rows, settings
from tests.evalsuite.hearings import item

LOOP = "我不知道你在说什么。" * 5
GREEDY, CALM, WARM = SETTINGS


def row(setting: str, looped: float, chrf: float, *, stopped: float = 1.0, side: str = "tea") -> dict[str, Any]:
    return {"setting": setting, "side": side, "n": 30, "stopped": stopped, "looped": looped, "rep_4": 0.0, "chrf": chrf}


def test_the_settings_take_the_length_of_the_evaluation() -> None:
    told = settings(77)
    assert list(told) == list(SETTINGS)
    assert {one.max_new_tokens for one in told.values()} == {77}
    assert [len(one.draws) for one in told.values()] == [1, 3, 3]
    for name, one in SETTINGS.items():
        assert told[name] == one.model_copy(update={"max_new_tokens": 77, "seeds": (17, 18, 19)})
        Generation.model_validate(told[name].model_dump())
    assert [one.temperature for one in told.values()] == [0, 0.5, 0.7]


def test_no_items_give_rows_of_nothing() -> None:
    assert rows("tea", [], {GREEDY: {}}) == [row(GREEDY, 0, 0, stopped=0) | {"n": 0}]


def test_means_over_all_draws_of_one_side() -> None:
    items = [item("a", reference="right"), item("b", reference="水箱 1.8 升", language="zh")]
    tried = {
        GREEDY: {("a", 0): Answer("right", "eos", 1), ("b", 0): Answer(LOOP, "length", 60)},
        WARM: {
            ("a", 17): Answer("right", "eos", 1),
            ("a", 18): Answer("", "error", 0, "template_refuses"),
            ("b", 17): Answer("水箱 1.8 升", "eos", 5),
            ("b", 18): Answer("水箱 1.8 升", "length", 5),
        },
    }
    first, second = rows("tea", items, tried)
    assert (first["setting"], first["side"], first["n"]) == (GREEDY, "tea", 2)
    assert (first["stopped"], first["looped"]) == (0.5, 0.5)
    assert first["rep_4"] > 0.5, "one word has no 4-grams: the mean is the looping answer's alone"
    assert first["chrf"] == pytest.approx(50, abs=1)
    assert (second["setting"], second["n"]) == (WARM, 4)
    assert second["stopped"] == pytest.approx(2 / 3), "a prompt that can't be asked says nothing of stopping"
    assert second["looped"] == 0
    assert second["chrf"] == pytest.approx(100, abs=1)


@pytest.mark.parametrize(
    ("told", "code", "best"),
    [
        # greedy doesn't loop: the best chrF among settings that don't either and still stop
        ([row(GREEDY, 0, 40), row(CALM, 0, 41), row(WARM, 0, 39)], "decode_fine", CALM),
        ([row(GREEDY, LOOPING, 40), row(CALM, 0, 40), row(WARM, 0.5, 90)], "decode_fine", CALM),
        ([row(GREEDY, 0, 40), row(CALM, 0, 41, stopped=0.9), row(WARM, 0, 39)], "decode_fine", GREEDY),
        # greedy loops, another setting doesn't
        ([row(GREEDY, 0.3, 60), row(CALM, 0.05, 40), row(WARM, 0.2, 70)], "decode_setting", CALM),
        ([row(GREEDY, 0.06, 60), row(CALM, 0.0, 40), row(WARM, 0.0, 45)], "decode_setting", WARM),
        # the only setting without loops doesn't stop either
        ([row(GREEDY, 0.3, 60), row(CALM, 0.0, 40, stopped=0.5), row(WARM, 0.2, 70)], "decode_model", None),
        ([row(GREEDY, 0.3, 60), row(CALM, 0.3, 40), row(WARM, 0.2, 70)], "decode_model", None),
        ([row(GREEDY, 1, 0)], "decode_model", None),
    ],
)
def test_advice(told: list[dict[str, Any]], code: str, best: str | None) -> None:
    base = [row(name, 1 - each["looped"], 100, side="base") for name, each in zip(SETTINGS, told, strict=False)]
    note = advise([*base, *told], "tea")
    assert note.code == code
    for text in (note.en, note.zh):
        assert f"{told[0]['looped']:.0%}" in text
        assert [name for name in (CALM, WARM) if name in text] == ([best] if best in (CALM, WARM) else [])
    assert (": greedy." in note.en) == (best == GREEDY)


def test_advice_in_words() -> None:
    told = [row(GREEDY, 0.3, 60), row(WARM, 0.01, 50)]
    note = advise(told, "tea")
    assert note.en == (
        "Greedy answers loop (30%), those with temperature 0.7, top-p 0.9 don't: the setting is at fault, not the "
        "model. Use it."
    )
    assert note.zh == (
        "贪心解码有 30% 的回答陷入循环，换成 temperature 0.7, top-p 0.9 就不会：问题在解码设置，不在模型。建议采用它。"
    )
