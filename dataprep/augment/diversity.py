"""Whether rewrites make a set more varied: distinct-n, self-BLEU and coverage of topics, of equally much text."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from schemas.text.words import words

TOKENS, TEXTS, MAPPED = 50_000, 500, 2000
"""At most: tokens for distinct-n, texts for self-BLEU, texts on the map of topics."""

OPENING = 256  # tokens of a text that count; one long text must not stand for all

ORDERS = 4
FLOOR = 0.1  # matches of an order that has none, so that short texts don't all score 0 (Chen and Cherry 2014, method 1)


def compare_diversity(before: Sequence[str], added: Sequence[str], *, seed: int) -> dict[str, dict[str, Any]]:
    """Measure prompts before and after rewrites were added to them.

    Distinct-n falls and self-BLEU rises with the size of a set, whatever it says. So texts are drawn from each side by
    a hash of seed and text, and both are measured on equally many: tokens for distinct-n (as many as the smaller side
    has, `TOKENS` at most), texts for self-BLEU (`TEXTS` at most). Topics are those of both sides together.

    Args:
        before: Prompts of train, in any order.
        added: Those of the accepted rewrites.
        seed: Of the draw.

    Returns:
        `before` and `after`, each as `diversity` tells it, with `rows`: how many prompts there are in all.
    """
    both = _drawn([(text, True) for text in before] + [(text, False) for text in added], seed)
    sides = {"before": [text for text, old in both if old], "after": [text for text, _ in both]}
    tokens = min(sum(map(len, _head(map(_tokens, texts), TOKENS))) for texts in sides.values())
    texts = min(TEXTS, len(before))
    clusters = _clusters(sides["after"][:MAPPED])
    places = {
        "before": [cluster for (_, old), cluster in zip(both, clusters, strict=False) if old],
        "after": clusters,
    }
    topics = len(set(clusters))
    return {
        side: {"rows": len(drawn), **diversity(drawn, places[side], tokens=tokens, texts=texts, topics=topics)}
        for side, drawn in sides.items()
    }


def diversity(
    drawn: Sequence[str], clusters: Sequence[int], *, tokens: int, texts: int, topics: int
) -> dict[str, float | int | None]:
    """Measure texts.

    Args:
        drawn: n texts, in the order in which they were drawn.
        clusters: The topic of each of some of them.
        tokens: How many of their tokens count for distinct-n.
        texts: How many of them count for self-BLEU.
        topics: How many topics there are.

    Returns:
        `tokens`, `texts` and `topics` as given; `distinct_1` and `distinct_2`, different words and pairs of neighbours
        over tokens (Li et al. 2016); `self_bleu`, 0 to 1 (Zhu et al. 2018); `coverage`, how many topics of equal size
        would be as varied (exp of the entropy: Hill 1973), over the topics. Null where there is nothing to measure.
    """
    cut = _head(map(_tokens, drawn), tokens)
    pairs = {pair for told in cut for pair in pairwise(told)}
    return {
        "tokens": tokens,
        "texts": texts,
        "topics": topics,
        "distinct_1": _rounded(len({token for told in cut for token in told}) / tokens if tokens else None),
        "distinct_2": _rounded(len(pairs) / tokens if tokens else None),
        "self_bleu": _rounded(self_bleu([_tokens(text) for text in drawn[:texts]])),
        "coverage": _rounded(_even(clusters) / topics if clusters else None),
    }


def self_bleu(texts: Sequence[Sequence[str]]) -> float | None:
    """The mean BLEU-4 of each text against all others as references, 0 to 1; null for fewer than two texts.

    An order without a match counts as `FLOOR` matches; an order that a short text doesn't have is left out.

    Args:
        texts: n lists of tokens, those without any passed over.
    """
    held = [text for text in texts if text]
    if len(held) < 2:
        return None
    logs: list[list[float]] = [[] for _ in held]
    for order in range(1, ORDERS + 1):
        counted = [Counter(_grams(text, order)) for text in held]
        most = _most(counted)
        for own, counts in zip(logs, counted, strict=True):
            if counts:
                hits = sum(min(n, _others(most[gram], n)) for gram, n in counts.items())
                own.append(math.log((hits or FLOOR) / counts.total()))
    sizes = Counter(map(len, held))
    scores = [
        math.exp(math.fsum(own) / len(own) + _brevity(len(text), sizes)) for own, text in zip(logs, held, strict=True)
    ]
    return math.fsum(scores) / len(scores)


def _most(counted: Iterable[Counter[tuple[str, ...]]]) -> dict[tuple[str, ...], tuple[int, int]]:
    """n-gram -> how often the text has it that has it most, and the one after that."""
    most: dict[tuple[str, ...], tuple[int, int]] = {}
    for counts in counted:
        for gram, n in counts.items():
            first, second = most.get(gram, (0, 0))
            most[gram] = (n, first) if n > first else (first, max(second, n))
    return most


def _others(most: tuple[int, int], own: int) -> int:
    """The most that another text has: where this one has the most, it is the second."""
    return most[1] if own == most[0] else most[0]


def _grams(text: Sequence[str], order: int) -> Iterable[tuple[str, ...]]:
    return zip(*(text[start:] for start in range(order)), strict=False)


def _brevity(length: int, sizes: Counter[int]) -> float:
    """The logarithm of BLEU's brevity penalty, against the other text that is nearest in length, of two the shorter."""
    others = (size for size, texts in sizes.items() if size != length or texts > 1)
    nearest = min(others, key=lambda size: (abs(size - length), size))
    return min(0.0, 1 - nearest / length)


def _even(clusters: Sequence[int]) -> float:
    counts = Counter(clusters).values()
    return math.exp(-math.fsum(n / len(clusters) * math.log(n / len(clusters)) for n in counts))


def _clusters(texts: Sequence[str]) -> list[int]:
    from dataprep.report.topics import map_topics

    found = map_topics(texts)
    return [] if found is None else found.clusters.tolist()


def _drawn(texts: Iterable[tuple[str, bool]], seed: int) -> list[tuple[str, bool]]:
    """In the order of a hash of the text: the same for any order of theirs."""
    key = str(seed).encode()
    return sorted(texts, key=lambda each: blake2b(each[0].encode(errors="replace"), key=key, digest_size=8).digest())


def _tokens(text: str) -> list[str]:
    return words(text[: OPENING * 16])[:OPENING]


def _head(texts: Iterable[list[str]], most: int) -> list[list[str]]:
    """The first texts up to so many tokens, the last one cut."""
    found: list[list[str]] = []
    left = most
    for text in texts:
        if left <= 0:
            break
        found.append(text[:left])
        left -= len(found[-1])
    return found


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
