"""Items side by side for a reader: texts cut to a stated length, differences marked, nearest training rows."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evalsuite.report.figures import plain
from evalsuite.report.names import name
from evalsuite.report.words import word
from schemas.text.changes import Piece, changes

TEXT, SHORT = 1200, 400  # characters shown of an answer, and of what stands beside it; a report stays under 1.5 MB


@dataclass(frozen=True)
class Neighbour:
    """A training row near an item; `events` is what the data pipeline did to it, `command` tells all of it."""

    similarity: str
    place: str
    question: str
    answer: str
    events: str
    command: str


@dataclass(frozen=True)
class Exhibit:
    """One item; texts as pieces, each with whether the other side lacks it.

    Attributes:
        head: Language, source, kind, metric and values, for one line above.
        id: The item's id.
        question: Cut.
        context: Cut; "" for none.
        cells: Heading, tag (`mark`, `del`, `ins`), pieces and a note for reference, base and tuned.
        found: What a metric's number rests on, under its name.
        neighbours: The nearest first.
    """

    head: Sequence[str]
    id: str
    question: str
    context: str
    cells: Sequence[tuple[str, str, Sequence[Piece], str]]
    found: Sequence[tuple[str, Sequence[str]]]
    neighbours: Sequence[Neighbour]


def exhibit(item: Mapping[str, Any], lang: str) -> Exhibit:
    """An entry of the panel `items` as a reader meets it."""
    base, tuned, reference = (str(item.get(key) or "") for key in ("base", "tuned", "reference"))
    before, after = changes(base[:TEXT], tuned[:TEXT])
    right, _ = changes(reference[:TEXT], tuned[:TEXT])
    values = " → ".join(plain(value) for value in item.get("values") or [])
    stops = [word(f"stop_{stop}", lang) if stop in _STOPS else str(stop) for stop in item.get("stops") or ["", ""]]
    cells = [
        (word("base", lang), "del", before or _empty(lang), _note(base, stops[0], lang)),
        (word("tuned", lang), "ins", after or _empty(lang), _note(tuned, stops[1], lang)),
    ]
    if reference:
        cells.insert(0, (word("reference", lang), "mark", right, _note(reference, "", lang)))
    told = (name(str(item.get(key) or ""), lang) for key in ("language", "kind", "source"))
    return Exhibit(
        head=[f"{name(str(item.get('metric', '')), lang)} {values}".strip(), *(each for each in told if each)],
        id=str(item.get("id", "")),
        question=cut(item.get("question"), TEXT),
        context=cut(item.get("context"), TEXT),
        cells=cells,
        found=[
            (name(key, lang), [cut(each, 120) for each in list(dict.fromkeys(what))[:20]])
            for key, what in _found(item)
            if what
        ],
        neighbours=[neighbour(row) for row in (item.get("neighbours") or [])[:3]],
    )


def neighbour(row: Mapping[str, Any]) -> Neighbour:
    """A training row near an item."""
    return Neighbour(
        similarity=plain(row.get("similarity")),
        place=f"{row.get('source', '')}:{row.get('row', '')}",
        question=cut(row.get("question"), SHORT),
        answer=cut(row.get("answer"), SHORT),
        events=cut("; ".join(row.get("history") or []), SHORT),
        command=history(row.get("id", "")),
    )


def history(row: object) -> str:
    """The command that tells where a training row came from."""
    return f"gristmill why {shlex.quote(str(row))}"


def cut(text: object, most: int) -> str:
    """The beginning of a text, with an ellipsis where more follows."""
    told = str(text or "")
    return told if len(told) <= most else told[:most] + " …"


_STOPS = ("eos", "length", "error")


def _found(item: Mapping[str, Any]) -> list[tuple[str, Sequence[Any]]]:
    return list((item.get("found") or {}).items())


def _empty(lang: str) -> list[Piece]:
    return [(False, word("empty_answer", lang))]


def _note(text: str, stop: str, lang: str) -> str:
    length = word("cut_text", lang, shown=f"{TEXT:,}", total=f"{len(text):,}") if len(text) > TEXT else ""
    return " · ".join(part for part in (stop, length) if part)
