"""Language and Chinese script: a rewrite keeps its source's unless its style asks for another."""

import polars as pl

from dataprep.augment.accept.reading import Reading
from dataprep.language.counts import count_scripts
from dataprep.language.detect import UNKNOWN, languages
from dataprep.language.prose import prose
from dataprep.language.variants import SIMPLIFIED, TRADITIONAL
from dataprep.recipe import Language

_TRADITIONAL, _SIMPLIFIED = frozenset(TRADITIONAL), frozenset(SIMPLIFIED)
_SCORE = Language().score


def languages_of(texts: pl.Series) -> list[str | None]:
    """The language of each text's prose, as the stages tell it; null where it can't be told."""
    spoken = prose(texts)["prose"]
    told = languages(spoken, count_scripts(spoken), detect=True, score=_SCORE)
    return [None if name == UNKNOWN else name for name in told.to_list()]


def language_differs(one: str | None, other: str | None) -> str | None:
    """Another language than the source's, where both can be told."""
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
