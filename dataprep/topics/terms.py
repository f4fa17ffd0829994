"""Terms of a topic: words of other scripts, pairs of Han characters, without those that are in every text."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from schemas.text.words import HAN_KANA, words

OPENING = 800  # characters of a text that count

_ENGLISH = """a about after all also am an and any are as at be because been but by can could did do does doesn don for
from get had has have he her his how if in into is isn it its just like ll may me more my need no not of on one only or
other our out over please re she should so some than that the their them then there these they this to too up use used
using ve very was we were what when where which who why will with would you your yes"""

ENGLISH = frozenset(_ENGLISH.split())
"""Words that stand in texts of any topic."""

CHINESE = frozenset(
    "的了是在和与及或也就都而着吗呢吧啊么这那您你我他她它们个有不一之其为以于把被让给从到对请要会能可该些样怎什哪"
)
"""Characters of grammar: a pair that holds one of them is seldom a word."""

_RUNS = re.compile(f"[{HAN_KANA}]+")


def terms_of(text: str) -> list[str]:
    """The terms of a text's opening, in order: Han, kana by pairs of neighbours, other words whole."""
    opening = unicodedata.normalize("NFKC", text[:OPENING])
    terms = [word for word in words(opening) if len(word) > 1 and word not in ENGLISH and not word.isdigit()]
    pairs = (a + b for run in _RUNS.findall(opening) for a, b in pairwise(run))
    return terms + [pair for pair in pairs if not CHINESE.intersection(pair)]


def joined(terms: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Terms for people: pairs that overlap as one word where the texts mostly write them so, no part of another one.

    Args:
        terms: The most telling first.
        texts: Where they come from.
    """
    whole = list(terms)
    changed = True
    while changed:
        changed = False
        for left in whole:
            partner = next((right for right in whole if _fits(left, right, texts)), None)
            if partner is not None:
                place = min(whole.index(left), whole.index(partner))
                whole = [term for term in whole if term not in {left, partner}]
                whole.insert(place, left + partner[1:])
                changed = True
                break
    return [term for term in whole if not any(term != other and wide(term) and term in other for other in whole)]


def _fits(left: str, right: str, texts: Sequence[str]) -> bool:
    if left == right or not (wide(left) and wide(right)) or left[-1] != right[0] or len(left + right) > 5:
        return False
    together = sum(left + right[1:] in text for text in texts)
    return together >= 0.6 * max(sum(left in text for text in texts), sum(right in text for text in texts), 1)


def wide(term: str) -> bool:
    """True for terms of Han, kana and what else is written without spaces, beyond the blocks of other scripts."""
    return term[0] >= "\u2e80"
