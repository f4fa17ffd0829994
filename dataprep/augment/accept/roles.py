"""Two things on either side of a relation that changed sides: `merge x into main` is not `merge main into x`."""

import re

from dataprep.augment.accept.reading import Reading

_RELATIONS = frozenset(
    str.split(
        "into to from causes cause caused causing leads replace replaces affect affects before after within inside over"
    )
)
_RELATION_HAN = re.compile(
    "引起|导致|導致|造成|引发|引發|转[成换為为]|轉[成換為]|换成|換成|译[成为]|譯[成為]|改成|改为|合并到|合併到|[变變]成|"
    "替代|取代|影响|影響|借给|借給|卖给|賣給|送给|送給|[发發寄][给給]|[战戰]胜|打败|包含|[属屬]于"
)
_SILENT = frozenset(
    str.split(
        "a an the my your our their his her its this that these those and or of in on at for with by is are was were "
        "be been do "
        "does did can could i you we they he she it how what why when where which who please me us so if as not than"
    )
)
_TOKEN = re.compile(r"[a-z0-9_]+(?:['.-][a-z0-9_]+)*|[.,?!;:\n\ufffe]")
_CLAUSE_HAN = re.compile(r"[。！？；?!;\n，,]")
_WINDOW, _WINDOW_HAN = 4, 10


def reversed_roles(source: Reading, rewrite: Reading) -> str | None:
    """Find a relation whose left side went right while its right side went left.

    Returns:
        One word of each side, or null.
    """
    if source.chinese != rewrite.chinese:
        return None
    if source.chinese:
        if not _RELATION_HAN.search(source.bare) or not _RELATION_HAN.search(rewrite.bare):
            return None
        mine, theirs = _sides_han(source.bare), _sides_han(rewrite.bare)
    else:
        common = _RELATIONS & source.vocabulary & rewrite.vocabulary
        if not common:
            return None
        mine, theirs = _sides(source.bare, common), _sides(rewrite.bare, common)
    for relation, left, right in mine:
        for other, now_left, now_right in theirs:
            went, came = (left & now_right) - now_left - right, (right & now_left) - now_right - left
            if relation == other and went and came:
                return f"{min(went)} {relation} {min(came)}"
    return None


def _sides(text: str, relations: frozenset[str]) -> list[tuple[str, frozenset[str], frozenset[str]]]:
    """Each relation with the words before and after it in its sentence."""
    tokens = _TOKEN.findall(text.lower())
    found = []
    for place, token in enumerate(tokens):
        if token in relations:
            left = _near(tokens[:place][::-1])
            found.append((token, left, _near(tokens[place + 1 :])))
    return found


def _near(tokens: list[str]) -> frozenset[str]:
    words: list[str] = []
    for token in tokens:
        if len(words) == _WINDOW or not (token[0].isalnum() or token[0] == "_"):
            break
        if token not in _SILENT:
            words.append(token)
    return frozenset(words)


def _sides_han(text: str) -> list[tuple[str, frozenset[str], frozenset[str]]]:
    found = []
    for match in _RELATION_HAN.finditer(text):
        left = _CLAUSE_HAN.split(text[max(0, match.start() - _WINDOW_HAN) : match.start()])[-1]
        right = _CLAUSE_HAN.split(text[match.end() : match.end() + _WINDOW_HAN])[0]
        found.append((match[0], _pairs(left), _pairs(right)))
    return found


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))
