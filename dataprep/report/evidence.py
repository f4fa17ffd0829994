"""What the stages found, for a reader: clusters of duplicates, nearest pairs, benchmarks, personal data, the mix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dataprep.ledger import visible
from dataprep.pii.screen import PREFIX, STAGE
from dataprep.report.figures import count, cut, opening, percent, place, similarity, why
from dataprep.report.names import name
from dataprep.report.words import word
from schemas.text.changes import changes, woven
from schemas.text.words import words

CLUSTERS, MEMBERS, PAIRS, SPANS, ANSWERS, LISTED = 20, 6, 10, 40, 15, 20  # shown at most
WINDOW = 400  # characters of a text

_TAGS = {"same": "", "gone": "del", "new": "ins"}
"""As in a corrected manuscript: what only the kept row says is struck out."""


@dataclass(frozen=True)
class Quote:
    """A row beside another: what is said of it, its text in pieces of (tag, text), the command for its history."""

    head: str
    pieces: Sequence[tuple[str, str]]
    why: str


@dataclass(frozen=True)
class Cluster:
    """A kept row and those that repeat it; `rows` is how many there are in all."""

    rows: str
    opening: str
    quotes: Sequence[Quote]
    left_out: int


def clusters(manifest: Mapping[str, Any], lang: str) -> list[Cluster]:
    """The largest clusters of duplicates."""
    found = (manifest.get("duplicates") or {}).get("clusters") or []
    return [_cluster(each, lang) for each in found[:CLUSTERS]]


def _cluster(told: Mapping[str, Any], lang: str) -> Cluster:
    keeper = _text(told["keeper"])
    quotes = [_quote(told["keeper"], word("stays", lang), [("", keeper)])]
    for member in told["members"][:MEMBERS]:
        pieces = [(_TAGS[kind], text) for kind, text in woven(keeper, _text(member))]
        quotes.append(_quote(member, word("similar", lang, share=similarity(member.get("similarity"))), pieces))
    left_out = max(0, told["size"] - 1 - len(told["members"][:MEMBERS]))
    return Cluster(word("cluster", lang, rows=count(told["size"])), opening(keeper), quotes, left_out)


def nearest(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, Quote, Quote]]:
    """The nearest pairs across two splits: similarity, and both sides with what they share marked."""
    pairs = (manifest.get("leak_certificate") or {}).get("nearest") or []
    told = []
    for pair in pairs[:PAIRS]:
        left, right = changes(_text(pair["left"]), _text(pair["right"]))
        quotes = [
            _quote(
                side,
                name(side["split"], lang),
                [("mark" if _tells(apart, text) else "", text) for apart, text in pieces],
            )
            for side, pieces in ((pair["left"], left), (pair["right"], right))
        ]
        key = name(pair["key"], lang) if pair.get("key") else ""
        head = word("similar", lang, share=similarity(pair["similarity"])) + (f" · {key}" if key else "")
        told.append((head, quotes[0], quotes[1]))
    return told


def _tells(apart: bool, text: str) -> bool:
    """Shared, and more than a comma or a lone word."""
    return not apart and len(words(text)) > 1


def certificate(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """What was compared, as name and value."""
    told, families = manifest.get("leak_certificate"), manifest.get("families")
    facts = []
    if told:
        facts = [
            (word("pairs_examined", lang), count(told.get("pairs_examined") or 0)),
            (word("highest", lang), similarity(told.get("highest"))),
            (word("threshold", lang), similarity(told.get("threshold"))),
        ]
    if families:
        keys = (("families", "families"), ("largest_family", "largest"), ("linked", "linked"))
        facts += [(word(label, lang), count(families[key] or 0)) for label, key in keys]
    return facts


def repeated(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """How many rows repeat another, by how: name and value."""
    told = manifest.get("duplicates") or {}
    return [(word(key, lang), count(told[key])) for key in ("exact", "near", "semantic") if told.get(key) is not None]


def answers(manifest: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Answers that many prompts have: text, prompts, rows."""
    found = (manifest.get("duplicates") or {}).get("same_answer") or []
    return [(cut(each["text"], WINDOW), count(each["prompts"]), count(each["rows"])) for each in found[:ANSWERS]]


def personal(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, str, str, str, str]]:
    """Kind, what was done, spans, rows, and the anchor of its examples among the reasons, "" for none."""
    anchors = {f"{key}-{e['stage']}-{e['reason']}" for key in _TALLIES for e in manifest.get(key) or []}
    lines = []
    for each in manifest.get("pii") or []:
        mine = (f"{key}-{STAGE}-{PREFIX}{each['kind']}" for key in _TALLIES)
        anchor = next((anchor for anchor in mine if anchor in anchors), "")
        lines.append((each["kind"], name(each["action"], lang), count(each["spans"]), count(each["rows"]), anchor))
    return lines


_TALLIES = ("flags", "edits", "reasons")


def benchmarks(manifest: Mapping[str, Any]) -> list[tuple[str, str, str, list[Quote], int]]:
    """Benchmark, items met, rows, quoted spans and how many of them are left out."""
    found = (manifest.get("decontamination") or [])[:LISTED]
    most = SPANS // max(1, sum(bool(each.get("spans")) for each in found))
    told = []
    for each in found:
        spans = each.get("spans") or []
        quotes = [
            _quote(span, str(span["item"]), [("mark", visible(cut(span["quote"], WINDOW)))]) for span in spans[:most]
        ]
        told.append((str(each["benchmark"]), count(each["items"]), count(each["rows"]), quotes, len(spans) - most))
    return told


def mix(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, list[str]]]:
    """Group; rows in, rows out, rows counted with repeats, tokens, share."""
    lines = []
    for each in manifest.get("mix") or []:
        cells = [count(each[key] or 0) for key in ("rows_in", "rows_out", "counted", "tokens")]
        lines.append((name(each["group"], lang), [*cells, percent(each["share"] or 0, 1)]))
    return lines


def _text(row: Mapping[str, Any]) -> str:
    return cut(row.get("text") or "", WINDOW)


def _quote(row: Mapping[str, Any], head: str, pieces: Sequence[tuple[str, str]]) -> Quote:
    return Quote(head, pieces, why(place(row["source"], row["row"])))
