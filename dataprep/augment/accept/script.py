"""Language and Chinese script: a rewrite keeps its source's unless its style asks for another."""

from collections.abc import Sequence

import polars as pl

from dataprep.augment.accept.reading import Reading
from dataprep.language.counts import count_scripts
from dataprep.language.detect import UNKNOWN, languages
from dataprep.language.prose import prose
from dataprep.language.variants import SIMPLIFIED, TRADITIONAL
from dataprep.recipe import Language

_TRADITIONAL, _SIMPLIFIED = frozenset(TRADITIONAL), frozenset(SIMPLIFIED)
_KANA = frozenset(map(chr, range(0x3041, 0x30FF)))
_SCORE = Language().score


def foreign(pairs: Sequence[tuple[Reading, Reading]]) -> dict[int, str]:
    """Places of the rewrites that are in another language than their source, where both can be told.

    Texts of one script that share many words, or that are Chinese throughout, need no look.
    """
    asked = [place for place, (source, rewrite) in enumerate(pairs) if not _surely_alike(source, rewrite)]
    if not asked:
        return {}
    spoken = languages_of(pl.Series([pairs[place][side].text for side in (0, 1) for place in asked]))
    told = zip(asked, spoken[: len(asked)], spoken[len(asked) :], strict=True)
    return {place: f"{one} -> {other}" for place, one, other in told if one and other and one != other}


def _surely_alike(source: Reading, rewrite: Reading) -> bool:
    if source.chinese and rewrite.chinese:
        return all(text.han * 2 > len(text.bare) and _KANA.isdisjoint(text.characters) for text in (source, rewrite))
    if source.han or rewrite.han:
        return False
    shared = len(source.vocabulary & rewrite.vocabulary)
    return shared > 3 and shared * 4 >= len(source.vocabulary) + len(rewrite.vocabulary)


def languages_of(texts: pl.Series) -> list[str | None]:
    """The language of each text's prose, as the stages tell it; null where it can't be told."""
    spoken = prose(texts)["prose"]
    told = languages(spoken, count_scripts(spoken), detect=True, score=_SCORE)
    return [None if name == UNKNOWN else name for name in told.to_list()]


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
