"""How much answers repeat themselves: repeated n-grams, the longest repeat, compression.

A unit is a Han character or a word: Chinese characters repeat twice as much as words, so numbers of two languages
are never compared. All of these grow with length: score base and tuned on texts of equal length (`matched`).
"""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evalsuite.metrics.metric import Column, Family, Metric, Sample, column
from evalsuite.metrics.word_places import word_places
from schemas.text.words import words

_UNITS = "words; matched length"
_WELLECK = f"1 - unique/all n-grams (Welleck 2019); {_UNITS}"
_LI = f"unique n-grams/units (Li 2016); {_UNITS}"

_METRICS = (
    # Margins: human means of rep_4 are .02 to .06, of rep_2 .07 to .18 (docs/repetition.md); 3 and 5 points more is a
    # different way of writing. The rest in proportion to their human spread.
    Metric("rep_2", "lower", "share", 0.05, _WELLECK),
    Metric("rep_3", "lower", "share", 0.04, _WELLECK),
    Metric("rep_4", "lower", "share", 0.03, _WELLECK),
    Metric("distinct_1", "higher", "share", 0.05, _LI),
    Metric("distinct_2", "higher", "share", 0.05, _LI),
    Metric("longest_repeat", "lower", "tokens", 5.0, f"longest span that occurs twice, may overlap; {_UNITS}"),
    Metric("zlib_ratio", "lower", "ratio", 0.2, "utf-8 bytes / zlib level 9 bytes; matched length"),
)


@dataclass(frozen=True)
class Repeats:
    """What of a text was said before.

    Attributes:
        length: Tokens.
        surplus: For n = 1 to 4, n-grams that are not the first of their kind.
        longest: Tokens of the longest span that occurs twice, perhaps overlapping itself; null below two tokens.
    """

    length: int
    surplus: tuple[int, int, int, int]
    longest: int | None

    def rep(self, n: int) -> float | None:
        """seq-rep-n of Welleck et al. 2019: 1 - unique n-grams / n-grams; null below n tokens."""
        grams = self.length - n + 1
        return self.surplus[n - 1] / grams if grams > 0 else None

    def distinct(self, n: int) -> float | None:
        """distinct-n of Li et al. 2016: unique n-grams / tokens; null below n tokens."""
        grams = self.length - n + 1
        return (grams - self.surplus[n - 1]) / self.length if grams > 0 else None


def repeats(tokens: Sequence[str]) -> Repeats:
    """Count what a text repeats. An n-gram can only occur twice where its first n - 1 tokens do."""
    codes: dict[str, str] = {}
    # One character for each token: n-grams are slices, which Python cuts and hashes fast.
    coded = "".join([codes.setdefault(token, chr(len(codes))) for token in tokens])
    places: Sequence[int] = range(len(coded))
    surplus, longest = [], 0
    for n in (1, 2, 3, 4):
        places, more = _again(coded, places, n)
        surplus.append(more)
        longest = n if places else longest
    if longest == 4:
        longest = _longest(coded, places, 4)
    return Repeats(len(coded), (surplus[0], surplus[1], surplus[2], surplus[3]), longest if len(coded) > 1 else None)


def zlib_ratio(text: str) -> float | None:
    """UTF-8 bytes / bytes of their zlib stream, level 9; null for an empty text. Short texts stay below 1."""
    data = text.encode(errors="replace")
    return len(data) / len(zlib.compress(data, 9)) if text.strip() else None


def corpus_distinct(answers: Sequence[str], n: int, *, tokens: int) -> float | None:
    """distinct-n over many answers, on the first so many tokens: it falls with length, so both sides need the same.

    Args:
        answers: In the items' order; n-grams don't cross from one into the next.
        n: Words of an n-gram.
        tokens: How many to look at, such as the smaller side's number.

    Returns:
        Unique n-grams / tokens, or null where the answers have fewer tokens.
    """
    seen: set[tuple[str, ...]] = set()
    left = tokens
    for answer in answers:
        if left <= 0:
            break
        part = words(answer)[:left]
        left -= len(part)
        seen.update(zip(*(part[start:] for start in range(n)), strict=False))
    return None if left > 0 or tokens < 1 else len(seen) / tokens


def matched(base: Sequence[str], tuned: Sequence[str]) -> tuple[list[str], list[str]]:
    """Each pair cut to the shorter one's number of units, so that repetition is compared at equal length.

    Args:
        base: n answers.
        tuned: n answers to the same items.

    Returns:
        Two lists of n texts as written, the longer one of each pair ending after its last unit that counts. Beside
        an answer without any unit the other becomes "": neither can be scored.
    """
    pairs = [_match(one, other) for one, other in zip(base, tuned, strict=True)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def _match(one: str, other: str) -> tuple[str, str]:
    count, rival = len(words(one)), len(words(other))
    if count == rival:
        return one, other
    return (cut(one, rival), other) if count > rival else (one, cut(other, count))


def cut(text: str, count: int) -> str:
    """The text up to its so manieth unit."""
    found = word_places(text)
    if len(found) <= count:
        return text
    return text[: found[count - 1].end] if count > 0 else ""


def _score(samples: Sequence[Sample]) -> dict[str, Column]:
    counts = [repeats(words(sample.answer)) for sample in samples]
    measures: dict[str, Callable[[Repeats], float | None]] = {
        "rep_2": lambda found: found.rep(2),
        "rep_3": lambda found: found.rep(3),
        "rep_4": lambda found: found.rep(4),
        "distinct_1": lambda found: found.distinct(1),
        "distinct_2": lambda found: found.distinct(2),
        "longest_repeat": lambda found: found.longest,
    }
    told = {
        name: column([measure(found) for found in counts], reason="too_short") for name, measure in measures.items()
    }
    return told | {"zlib_ratio": column([zlib_ratio(sample.answer) for sample in samples], reason="too_short")}


def _again(coded: str, places: Sequence[int], n: int) -> tuple[list[int], int]:
    """Those places whose n-gram occurs at another of them, and how many n-grams are not the first of their kind."""
    last = len(coded) - n
    inside = [place for place in places if place <= last]
    grams = [coded[place : place + n] for place in inside]
    counts = Counter(grams)
    return [place for place, gram in zip(inside, grams, strict=True) if counts[gram] > 1], len(grams) - len(counts)


def _longest(coded: str, places: Sequence[int], n: int) -> int:
    """The longest n-gram that occurs twice, given the places where one of n tokens does: doubled, then halved."""
    step = n
    while step:
        further, _ = _again(coded, places, n + step)
        if further:
            places, n, step = further, n + step, step * 2
        else:
            step //= 2
    return n


REPETITION = Family(_METRICS, _score)
"""Of texts at equal length, as `matched` gives them."""
