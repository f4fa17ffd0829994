"""Topics that are learnt from some texts and told of others."""

from itertools import combinations

import numpy as np
import pytest

from dataprep.topics.clusters import learn_clusters, nearest

TEA = ("绿茶", "红茶", "乌龙", "茶壶", "冲泡", "沸水")
CARD = ("信用卡", "年费", "账单", "挂失", "利息", "额度")
FOOTBALL = ("penalty", "goalkeeper", "pitch", "referee", "final", "offside")


def texts_of(words: tuple[str, ...]) -> list[str]:
    return ["，".join(three) for three in combinations(words, 3)]


LEARNT = [*texts_of(TEA), *texts_of(CARD), *texts_of(FOOTBALL)]


@pytest.mark.parametrize(
    "texts", [[], [""], ["水箱"], ["水箱漏水"] * 4, [""] * 40, [" \n"] * 40, ["😀"] * 40, [f"w{n}x" for n in range(40)]]
)
def test_too_few_texts_or_no_shared_terms_are_no_topics(texts: list[str]) -> None:
    assert learn_clusters(texts, 12) is None


def test_every_subject_is_a_topic_and_new_texts_find_theirs() -> None:
    clusters = learn_clusters(LEARNT, 3)
    assert clusters is not None
    found = nearest([*LEARNT, "请问乌龙怎么冲泡", "账单里的利息", "Was it offside?", "", "😀", "完全不同"], clusters)
    tea, card, football = (set(found[start : start + 20].tolist()) for start in (0, 20, 40))
    assert len(tea) == len(card) == len(football) == len(tea | card | football) - 2 == 1
    assert found[60:].tolist() == [*tea, *card, *football, -1, -1, -1]
    for [cluster], words in ((tea, TEA), (card, CARD), (football, FOOTBALL)):
        assert clusters.labels[cluster]
        assert set(clusters.labels[cluster]) <= set(words)


def test_centres_have_length_one_and_clusters_are_few() -> None:
    clusters = learn_clusters(LEARNT, 64)
    assert clusters is not None
    assert clusters.centres.shape[1] == len(clusters.labels) <= 5  # sqrt(60 / 2)
    lengths = np.sqrt((clusters.centres**2).sum(axis=0))
    assert lengths[lengths > 0] == pytest.approx(1)


def test_a_texts_topic_depends_on_no_other_text(monkeypatch: pytest.MonkeyPatch) -> None:
    clusters = learn_clusters(LEARNT, 3)
    assert clusters is not None
    whole = nearest(LEARNT, clusters).tolist()
    assert nearest([], clusters).tolist() == []
    assert [int(nearest([text], clusters)[0]) for text in LEARNT] == whole
    monkeypatch.setattr("dataprep.topics.clusters._BATCH", 7)
    assert nearest(LEARNT, clusters).tolist() == whole
