"""Diversity: hand-worked values, self-BLEU against sacrebleu, equal amounts of text, any order."""

import math
import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.augment import diversity as module
from dataprep.augment.diversity import compare_diversity, diversity, self_bleu

KEYS = ["tokens", "texts", "topics", "distinct_1", "distinct_2", "self_bleu", "coverage"]
NOTHING = [None] * 4


@pytest.mark.parametrize(
    ("drawn", "tokens", "told"),
    [
        ([], 0, NOTHING),
        ([""], 0, NOTHING),
        (["  \n"], 0, NOTHING),
        (["😀"], 0, NOTHING),
        (["水箱水箱"], 4, [0.5, 0.5, None, None]),  # 水 箱; 水箱 箱水
        (["a b a b"], 4, [0.5, 0.5, None, None]),
        (["a b", "a b"], 4, [0.5, 0.25, 0.0, None]),  # no pair spans two texts
        (["换 LQ 滤芯", "另一句"], 4, [1.0, 0.75, 0.0, None]),
        (["换滤芯", "换滤芯"], 4, [0.75, 0.5, 0.0, None]),  # the second text is cut to one token
    ],
)
def test_distinct_words_and_pairs(drawn: list[str], tokens: int, told: list[float | None]) -> None:
    found = diversity(drawn, [], tokens=tokens, texts=0, topics=0)
    assert list(found) == KEYS
    assert [found["distinct_1"], found["distinct_2"]] == told[:2]
    assert [found["self_bleu"], found["coverage"]] == [None, None]


@pytest.mark.parametrize(
    ("clusters", "topics", "coverage"),
    [
        ([], 0, None),
        ([0], 1, 1.0),
        ([0, 0], 2, 0.5),
        ([0, 1], 2, 1.0),
        ([0, 1, 2, 3], 4, 1.0),
        ([0, 0, 0, 1], 2, round(math.exp(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25))) / 2, 4)),
    ],
)
def test_coverage_is_the_effective_share_of_topics(clusters: list[int], topics: int, coverage: float | None) -> None:
    assert diversity([], clusters, tokens=0, texts=0, topics=topics)["coverage"] == coverage


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([], None),
        ([["a"]], None),
        ([["a"], []], None),
        ([["a", "b", "c", "d"]] * 2, 1.0),
        ([["a"], ["b"]], 0.1),  # one order, no match
        ([["a", "a"], ["a"]], (math.exp(math.log(0.5 * 0.1) / 2) + math.exp(0 + 1 - 2 / 1)) / 2),
    ],
)
def test_self_bleu_by_hand(texts: list[list[str]], told: float | None) -> None:
    assert self_bleu(texts) == (told if told is None else pytest.approx(told))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_self_bleu_is_that_of_sacrebleu(seed: int) -> None:
    from sacrebleu.metrics import BLEU

    draw = random.Random(seed)
    texts = [[draw.choice("水箱滤芯怎样清洗更换") for _ in range(draw.randint(1, 12))] for _ in range(25)]
    theirs = BLEU(effective_order=True, smooth_method="floor", smooth_value=0.1, tokenize="none")
    lines = [" ".join(text) for text in texts]
    scores = [
        theirs.sentence_score(line, lines[:place] + lines[place + 1 :]).score / 100 for place, line in enumerate(lines)
    ]
    assert self_bleu(texts) == pytest.approx(sum(scores) / len(scores), rel=1e-9)


THINGS = ("水箱", "滤芯", "说明书", "保温盘")
OLD = [f"第 {n} 台机器的{thing}怎样更换{thing}？" for n, thing in product(range(20), THINGS)]
SHIPS = [f"包裹 {n} 号的快递运费是多少？" for n in range(5)]


def test_copies_lower_distinct_and_raise_self_bleu_new_words_do_not() -> None:
    odd = [f"{chr(0x4E00 + 7 * n)}{chr(0x5000 + 7 * n)}{chr(0x6000 + 7 * n)}" for n in range(200)]
    copies, news = (compare_diversity(odd[:100], added, seed=17) for added in (odd[:100], odd[100:]))
    assert copies["before"] == {**copies["before"], "rows": 100, "tokens": 300, "texts": 100, "distinct_1": 1.0}
    assert (copies["after"]["rows"], copies["after"]["tokens"], copies["after"]["texts"]) == (200, 300, 100)
    assert copies["after"]["distinct_1"] < 1.0
    assert copies["after"]["self_bleu"] > copies["before"]["self_bleu"]
    assert news["after"]["distinct_1"] == 1.0
    assert news["after"]["self_bleu"] == news["before"]["self_bleu"]


def test_filling_a_thin_topic_raises_coverage() -> None:
    thin = compare_diversity(OLD + SHIPS, [f"请问 {n} 号包裹的快递运费怎么算？" for n in range(40)], seed=17)
    thick = compare_diversity(OLD + SHIPS, [f"第 {n} 台机器的水箱怎样更换水箱？" for n in range(20, 60)], seed=17)
    assert thin["after"]["topics"] == thin["before"]["topics"] > 1
    assert thin["after"]["coverage"] > thin["before"]["coverage"]
    assert thick["after"]["coverage"] < thick["before"]["coverage"]


@pytest.mark.parametrize(("before", "added"), [([], []), ([], ["新"]), ([""], []), (["一行"], []), (["😀"], [" "])])
def test_hardly_any_text_is_no_fault(before: list[str], added: list[str]) -> None:
    found = compare_diversity(before, added, seed=1)
    assert [found[side]["rows"] for side in ("before", "after")] == [len(before), len(before) + len(added)]
    assert found["before"]["coverage"] is None


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 9))
def test_the_order_of_the_texts_does_not_matter(draw: random.Random, seed: int) -> None:
    old, new = list(OLD), list(SHIPS)
    told = compare_diversity(old, new, seed=seed)
    draw.shuffle(old)
    draw.shuffle(new)
    assert compare_diversity(old, new, seed=seed) == told


def test_large_sets_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, most in (("TOKENS", 40), ("TEXTS", 5), ("MAPPED", 30)):
        monkeypatch.setattr(module, name, most)
    found = compare_diversity(OLD, SHIPS, seed=3)
    assert [(side["rows"], side["tokens"], side["texts"]) for side in found.values()] == [(80, 40, 5), (85, 40, 5)]
    assert compare_diversity(OLD, SHIPS, seed=4) != found
