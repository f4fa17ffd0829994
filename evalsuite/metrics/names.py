"""Find names: in Chinese by jieba's part-of-speech tags, in English by capital letters."""

import logging
import re
from importlib import import_module
from importlib.util import find_spec

from evalsuite.metrics.claim import Claim, same_length_form
from evalsuite.metrics.quantities import LINK, claims

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_SENTENCE = re.compile(r"(?:^|[.!?:;。!?:;\n]['\"”’)]*\s+|\n|^[-*•]\s+)$")
_WORD = r"[A-Z\u00c0-\u00de][A-Za-z\u00c0-\u024f0-9'’&-]*"
_SPAN = re.compile(rf"(?<![A-Za-z\u00c0-\u024f0-9_]){_WORD}(?:\s+(?:(?:of|the|de|la|van|von|and)\s+)?{_WORD})*")
_OPENERS = (
    "The A An In On At He She It They We I This That These Those But And Or For With From To Of By As If When While "
    "After Before However There Here His Her Its Their Our My Your You Who What Which Where Why How Is Are Was Were "
    "Be Not No Yes Mr Mrs Ms Dr Also Both All Some Many Most Please OK AI "
)
_CALENDAR = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"
)
_COMMON = frozenset((_OPENERS + _CALENDAR).split())
_TAGS = ("nr", "ns", "nt", "nz")


def has_jieba() -> bool:
    """Whether Chinese names can be found."""
    return find_spec("jieba") is not None


def is_chinese(text: str) -> bool:
    """Whether a text holds Han characters, so that its names need jieba."""
    return _HAN.search(text) is not None


def names(text: str) -> list[Claim]:
    """The names in a text: people, places, organisations, products, and codes such as LQ-300.

    Chinese words are those that jieba tags nr, ns, nt or nz, of two characters or more; without jieba there are none.
    English ones are runs of capitalised words; one capitalised word that opens a sentence isn't taken for a name.
    """
    codes = [claim for claim in claims(text) if claim.kind == "name"]
    told = same_length_form(text)
    taken = {place for claim in codes for place in range(claim.start, claim.end)}
    taken |= {place for match in LINK.finditer(told) for place in range(*match.span())}
    found = [*_latin(told), *(_tagged(told) if is_chinese(told) and has_jieba() else [])]
    return sorted([*codes, *(name for name in found if name.start not in taken)], key=lambda name: name.start)


def _latin(text: str) -> list[Claim]:
    found = []
    for match in _SPAN.finditer(text):
        words = [word for word in re.finditer(r"\S+", match[0]) if word[0].rstrip("'’-") not in _COMMON]
        words = [word for word in words if word[0][0].isupper()]
        if not "".join(word[0] for word in words)[1:] or (
            words == words[:1] and _SENTENCE.search(text[max(0, match.start() - 6) : match.start()])
        ):
            continue
        start = match.start() + words[0].start()
        end = match.start() + words[-1].end()
        found.append(Claim("name", start, text[start:end], ()))
    return found


def _tagged(text: str) -> list[Claim]:
    import_module("jieba").setLogLevel(logging.CRITICAL)  # its own start-up lines would stand in the user's output
    found, start = [], 0
    for word, tag in import_module("jieba.posseg").cut(text):
        if len(word) > 1 and tag.startswith(_TAGS) and _HAN.match(word):
            found.append(Claim("name", start, word, ()))
        start += len(word)
    return found
