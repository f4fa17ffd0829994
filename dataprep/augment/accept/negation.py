"""Negations: two texts must deny as often as each other.

Every denied scope counts once, in whatever words: `not allowed` and `forbidden`, `不要` and `避免`, `unless`, `除了`,
`无需`. Idioms that deny nothing (`不同`, `not only`, `是不是`) count for nothing. Words such as `fail`, `keep`, 失败 or
保留 may stand for a denial or not; two denials that lean on each other (`cannot ... unless`, 没有……就不能) count for
two or for none, since `only if` and 必须 say the same.
"""

from collections import Counter

from dataprep.augment.accept import denials_chinese, denials_english
from dataprep.augment.accept.denials_chinese import Denial
from dataprep.augment.accept.reading import Reading

_SURE, _MAYBE, _BOTH = "", "?", "="
_COUNTS = {_SURE: (1,), _MAYBE: (0, 1), _BOTH: (0, 2)}
_MOST = 64
"""Denials that are counted; a text with more holds other differences, too."""


def negation_differs(source: Reading, rewrite: Reading) -> str | None:
    """Whether no reading of both texts denies equally often; the words in question, if so."""
    if source.chinese != rewrite.chinese:
        return None
    if source.quotes != rewrite.quotes:  # what one of them quotes the other one may say
        mine, theirs = denials(source, source.prose), denials(rewrite, rewrite.prose)
    elif _may_deny(source) or _may_deny(rewrite):
        mine, theirs = denials(source, source.bare), denials(rewrite, rewrite.bare)
    else:
        return None
    if mine == theirs:
        return None
    lost, added = Counter(mine), Counter(theirs)
    lost, added = lost - added, added - lost
    if not _counts(lost).isdisjoint(_counts(added)):
        return None
    words = [",".join(sorted(word.lstrip("?=") for word in side)) or "none" for side in (lost, added)]
    return f"{words[0]} -> {words[1]}"


def denials(text: Reading, words: str) -> list[str]:
    """Denials in the words of a text, lower case; `?` before those that may be one, `=` before two that may cancel."""
    found = _paired(denials_chinese.chinese_denials(words), words, chinese=True) if text.chinese else []
    if text.vocabulary or words is text.prose:
        found += _paired(denials_english.english_denials(words), words, chinese=False)
    return found


def _may_deny(text: Reading) -> bool:
    if text.chinese and denials_chinese.may_deny(text.characters):
        return True
    return bool(text.vocabulary) and denials_english.may_deny(text.vocabulary, text.characters)


def _paired(found: list[Denial], text: str, *, chinese: bool) -> list[str]:
    cancels = denials_chinese.cancels if chinese else denials_english.cancels
    words, place = [], 0
    while place < len(found):
        one, other = found[place], found[place + 1] if place + 1 < len(found) else None
        if other and cancels(one, other, text):
            words.append(f"{_BOTH if one.sure and other.sure else _MAYBE}{one.word}…{other.word}")
            place += 2
        else:
            words.append(f"{_SURE if one.sure else _MAYBE}{one.word}")
            place += 1
    return words


def _counts(words: Counter[str]) -> set[int]:
    """Every number of denials that these words may come to."""
    counts = {0}
    for word in list(words.elements())[:_MOST]:
        counts = {count + more for count in counts for more in _COUNTS[word[0] if word[0] in "?=" else _SURE]}
    return counts
