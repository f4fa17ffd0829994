"""Which words belong to which of two things: 80元 the bag and 3 of it, not of the pencil case.

A text is cut three times: into phrases (at marks, conjunctions and prepositions), clauses and sentences. A word belongs
to the thing whose piece it stands in and the other thing doesn't, in the finest cut that tells. Two things are
exchanged if each has got a word that belonged to the other one and has kept none of its own.
"""

import re
from collections.abc import Sequence
from itertools import combinations

_SENTENCE, _CLAUSE, _PHRASE = 0, 1, 2
_CUTS = {
    **dict.fromkeys("。！？!?；;.\n", _SENTENCE),
    **dict.fromkeys("，,、", _CLAUSE),
    **dict.fromkeys(str.split("和 与 與 及 跟 并 並 而 但 以及 and but or while whereas / |"), _PHRASE),
    **dict.fromkeys(str.split("从 從 自 由 到 至 往 向 给 給 把 将 將 被 对 對 用 在"), _PHRASE),
    **dict.fromkeys(
        str.split("from to into by with in at on about for as than before after via using through under over"), _PHRASE
    ),
}
_ROLES = {
    **dict.fromkeys(("从", "從", "自", "由", "from"), "from"),
    **dict.fromkeys(("到", "至", "往", "to", "into", "until"), "to"),
    **dict.fromkeys(("给", "給"), "给"),
    **dict.fromkeys(("把", "将", "將"), "把"),
    **{word: word for word in ("by", "with", "about", "for", "as", "than", "before", "after", "via")},
}
"""Prepositions that say what the thing behind them does."""
_WEAK = frozenset(("for", "with", "by", "about", "as", "给", "把"))
_SILENT = frozenset(
    str.split(
        "a an the my your our their his her its i me we you it is are was were be been do does did will would can "
        "could should have has had this that these those what how much many which who when where why please total of "
        "each compare compared comparison difference between versus not need"
    )
)
_SILENT_HAN = frozenset("的了是有个個吗嗎呢吧啊请請问問我你您他她它们們这這那哪几幾多少什么麼怎样樣如何一共总總")
_SYMMETRIC = re.compile(r"compar|versus|\bvs\b|differen|相比|比较|比較|对比|對比|区别|區別|差[异異别別]|不同", re.I)
_TOKEN = re.compile(r"[\ue000-\ue007]|[A-Za-z]+(?:'[a-z]+)?|\d+|[一-鿿□]+|[。！？!?；;.\n，,、/|]")
_HAN_CUT = re.compile("以及|[和与與及跟并並而但从從自由到至往向给給把将將被对對用在]")
_MOST = 8
"""Things that are compared two by two."""
_SIGNS = "\ue000\ue001\ue002\ue003\ue004\ue005\ue006\ue007"
"""What stands for each thing."""
_Place = tuple[int, int, int]
_Places = dict[str, list[_Place]]


def exchanged(source: str, rewrite: str, things: Sequence[tuple[str, str]]) -> str | None:
    """Find two things that went to each other's words.

    Args:
        source: One text.
        rewrite: The other.
        things: Each thing as the source and as the rewrite write it; each stands once in its text.

    Returns:
        Both of them, or null.
    """
    things = things[:_MOST]
    if len(things) < 2 or _SYMMETRIC.search(source):
        return None
    had = _places(source, [one for one, _ in things], rewrite.lower())
    has = _places(rewrite, [other for _, other in things], source.lower())
    words = [word for word in had if word in has]
    for one, other in combinations(range(len(things)), 2):
        pair = _SIGNS[one], _SIGNS[other]
        if all(len(places.get(sign, ())) == 1 for places in (had, has) for sign in pair) and _crossed(
            had, has, words, pair
        ):
            return f"{things[one][0]} <-> {things[other][0]}"
    return None


def _crossed(had: _Places, has: _Places, words: Sequence[str], pair: tuple[str, str]) -> bool:
    moved: list[set[str]] = [set(), set()]
    for word in words:
        if word in pair:
            continue
        was, now = _owner(had, word, pair), _owner(has, word, pair)
        if was is not None and was == now:
            return False
        if was is not None and now is not None:
            moved[was].add(word)
    return bool(moved[0] and moved[1]) and not (moved[0] | moved[1]) <= _WEAK


def _owner(places: _Places, word: str, pair: tuple[str, str]) -> int | None:
    """Which of the two a word belongs to: 0, 1 or null."""
    (one,), (other,) = places[pair[0]], places[pair[1]]
    owners = {
        next(
            (
                0 if place[: cut + 1] == one[: cut + 1] else 1
                for cut in (_PHRASE, _CLAUSE, _SENTENCE)
                if (place[: cut + 1] == one[: cut + 1]) != (place[: cut + 1] == other[: cut + 1])
            ),
            None,
        )
        for place in places[word]
    } - {None}
    return owners.pop() if len(owners) == 1 else None


def _places(text: str, things: Sequence[str], other: str) -> _Places:
    """Each thing, and each word or pair of Chinese characters that the other text has, too.

    Returns:
        The numbers of its sentences, clauses and phrases.
    """
    for sign, thing in zip(_SIGNS, things, strict=False):
        if thing[0].isdecimal():  # 3 doesn't stand in 30
            text = re.sub(rf"(?<![\d.]){re.escape(thing)}(?!\d)", sign, text)
        else:
            text = text.replace(thing, sign)
    found: _Places = {}
    at = [0, 0, 0]
    for token in _TOKEN.finditer(text):
        word = token[0].lower()
        cut = _CUTS.get(word)
        if cut is not None:
            at[cut:] = [at[cut] + 1, 0, 0][: 3 - cut]
            if word in _ROLES:
                found.setdefault(_ROLES[word], []).append((at[0], at[1], at[2]))
        elif "一" <= word[0] <= "鿿" or word[0] == "□":
            _chinese(word, at, found, other)
        elif word not in _SILENT and (word in _SIGNS or word in other):
            found.setdefault(word, []).append((at[0], at[1], at[2]))
    return found


def _chinese(run: str, at: list[int], found: _Places, other: str) -> None:
    """A preposition or a conjunction begins the next phrase."""
    end = 0
    for cut in (*_HAN_CUT.finditer(run), None):
        piece = run[end : cut.start() if cut else len(run)]
        for place in range(len(piece) - 1):
            two = piece[place : place + 2]
            if two in other and _SILENT_HAN.isdisjoint(two):
                found.setdefault(two, []).append((at[0], at[1], at[2]))
        if cut:
            at[_PHRASE] += 1
            end = cut.end()
            if cut[0] in _ROLES:
                found.setdefault(_ROLES[cut[0]], []).append((at[0], at[1], at[2]))
