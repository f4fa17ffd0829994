"""The topic map: clusters that are known, the same map each time."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.report.topics import LEAST, map_topics

TEA = ["绿茶要用八十度的水冲泡", "红茶可以用沸水冲泡三分钟", "乌龙茶适合用紫砂壶冲泡"]
BANK = ["信用卡的年费可以免除", "信用卡账单每月五号寄出", "挂失信用卡请拨打热线"]
FOOTBALL = ["the goalkeeper saved a penalty", "a penalty decided the cup final", "our goalkeeper left the pitch"]


def test_topics_that_share_no_word_lie_apart() -> None:
    subjects = (("绿茶", "红茶", "乌龙", "茶壶", "冲泡", "沸水"), ("信用卡", "年费", "账单", "挂失", "利息", "额度"))
    english = ("penalty", "goalkeeper", "pitch", "referee", "final", "offside")
    texts = ["，".join(three) for words in (*subjects, english) for three in combinations(words, 3)]
    found = map_topics(texts)
    assert found is not None
    assert found.points.shape == (60, 2)
    clusters = [set(found.clusters[start : start + 20].tolist()) for start in (0, 20, 40)]
    assert sorted(len(each) for each in clusters) == [1, 1, 1]
    assert len(set.union(*clusters)) == 3
    for [cluster], words in zip(clusters, (*subjects, english), strict=True):
        assert set(found.labels[cluster]) <= set(words)


def test_the_largest_cluster_comes_first_and_examples_are_members() -> None:
    found = map_topics([*TEA * 6, *BANK * 3])
    assert found is not None
    sizes = np.bincount(found.clusters).tolist()
    assert sizes == sorted(sizes, reverse=True)
    assert [int(found.clusters[row]) for row in found.nearest] == list(range(len(sizes)))


@pytest.mark.parametrize(
    "texts", [[], ["水箱"], TEA, [""] * 40, ["甲乙丙丁"] * (LEAST - 1), [f"w{n}x" for n in range(40)]]
)
def test_without_shared_words_there_is_no_map(texts: list[str]) -> None:
    assert map_topics(texts) is None


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*TEA, *BANK, *FOOTBALL, "", "😀"]), min_size=LEAST, max_size=40))
def test_any_texts_give_finite_points_and_the_same_map_each_time(texts: list[str]) -> None:
    first, second = map_topics(texts), map_topics(texts)
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert np.isfinite(first.points).all()
        assert len(first.points) == len(first.clusters) == len(texts)
        assert (first.points == second.points).all()
        assert first.labels == second.labels


def test_the_first_axis_carries_most() -> None:
    found = map_topics([*TEA * 5, *BANK * 5])
    assert found is not None
    spread = found.points.var(axis=0)
    assert spread[0] >= spread[1]
    far = np.abs(found.points).argmax(axis=0)
    assert (found.points[far, [0, 1]] > 0).all()
