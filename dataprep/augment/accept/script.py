"""Language and Chinese script: a rewrite keeps its source's unless its style asks for another."""

import re

from dataprep.augment.accept.reading import Reading
from dataprep.language.variants import SIMPLIFIED, TRADITIONAL

_TRADITIONAL, _SIMPLIFIED = frozenset(TRADITIONAL), frozenset(SIMPLIFIED)
_OTHERS = {
    "ja": re.compile("[぀-ヿ]"),
    "ko": re.compile("[가-힯ᄀ-ᇿ]"),
    "cyrillic": re.compile("[Ѐ-ӿ]"),
    "arabic": re.compile("[؀-ۿ]"),
    "thai": re.compile("[฀-๿]"),
}
_FOREIGN = re.compile("[぀-ヿ가-힯ᄀ-ᇿЀ-ӿ؀-ۿ฀-๿]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['-][A-Za-zÀ-ɏ]+)*")
_STOP_WORDS = {
    "en": str.split("the is are of to and what how do does can for with in my you a i it that this which please"),
    "fr": str.split(
        "le la les des est et que comment pour dans une un vous je quels quelle sont avec sur du au ce pas"
    ),
    "de": str.split("der die das ist und wie ich ein eine nicht mit für auf den dem welche sie zu im von"),
    "es": str.split("el la los las es y que cómo para una un en por qué cuál con del se mi puedo son de"),
    "pt": str.split("o os as é e que como para uma um em por qual com do da não são meu posso de"),
    "it": str.split("il lo gli è e che come per una un di quale con del della non sono mio posso le"),
}
_WORDS = {name: frozenset(words) for name, words in _STOP_WORDS.items()}


def language(text: Reading) -> str | None:
    """Which language the prose is in: `zh`, `en`, `ja` ...; null where too little of it is left to tell."""
    han = text.han
    if not text.bare.isascii() and _FOREIGN.search(text.bare):
        for name, letters in _OTHERS.items():
            found = len(letters.findall(text.bare))
            if found > 1 and found * 4 > han:
                return name
    latin = text.vocabulary if text.bare.isascii() or han > 3 else frozenset(_LATIN_WORD.findall(text.bare.lower()))
    if han or latin:
        if han / 1.7 >= len(latin):
            return "zh"
        return _of_latin(latin) if len(latin) > 1 or not han else None
    return None


def _of_latin(words: frozenset[str]) -> str:
    """English, unless two stop words of another language outnumber its own."""
    if len(words) < 4 or len(words & _WORDS["en"]) * 4 > len(words):
        return "en"
    counts = {name: len(words & own) for name, own in _WORDS.items()}
    best = max(counts, key=lambda name: (counts[name], name == "en"))
    return best if counts[best] >= 2 and counts[best] > counts["en"] else "en"


def language_differs(source: Reading, rewrite: Reading) -> str | None:
    """Another language than the source's; quotations, code and names in a third one don't count."""
    one, other = language(source), language(rewrite)
    return f"{one} -> {other}" if one and other and one != other else None


def script_differs(source: Reading, rewrite: Reading, style: str) -> str | None:
    """Another Chinese script than the one that the style asks for, or the source's; dialects write as they like."""
    if not rewrite.chinese or style == "dialect":
        return None
    had, has = _share(source.characters), _share(rewrite.characters)
    wanted = {"traditional": 1.0, "simplified": 0.0}.get(style, had)
    if wanted is None or has is None or not abs(wanted - has) >= 0.2:
        return None
    return f"{_name(had)} -> {_name(has)}"


def _share(unique: frozenset[str]) -> float | None:
    """Traditional characters among the different ones that only one script has."""
    traditional, simplified = len(unique & _TRADITIONAL), len(unique & _SIMPLIFIED)
    return traditional / (traditional + simplified) if traditional + simplified else None


def _name(share: float | None) -> str:
    return "none" if share is None else "traditional" if share > 0.8 else "simplified" if share < 0.2 else "mixed"
