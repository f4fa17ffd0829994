"""What stands at the top of the page: may one train on this, and what has to be looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dataprep.dedup.exact import CONFLICT
from dataprep.report.figures import count, cut, percent, similarity
from dataprep.report.words import word
from schemas.artifacts import SPLITS
from schemas.page import Tone

SIGNS: dict[str, str] = {"good": "✓", "warn": "!", "bad": "✕"}
NAMED = 5  # files or kinds that a sentence names

Finding = tuple[Tone, str, str]
"""How grave, the sentence, and the section that shows it."""


@dataclass(frozen=True)
class Verdict:
    """The gravest of the findings, and all of them."""

    tone: Tone
    words: str
    findings: list[tuple[str, Tone, str, str]]


def judge(manifest: Mapping[str, Any], lang: str) -> Verdict:
    """Weigh a manifest: a leak or a lost row is bad, what a person should look at is a warning."""
    found = [*_balance(manifest, lang), *_leaks(manifest, lang), *_contents(manifest, lang)]
    tones = [tone for tone, _, _ in found]
    worst: Tone = "bad" if "bad" in tones else "warn" if "warn" in tones else "good"
    words = word(f"is_{worst}", lang).replace("{count}", _things(tones.count("warn"), lang))
    return Verdict(worst, f"{SIGNS[worst]} {words}", [(SIGNS[finding[0]], *finding) for finding in found])


def _things(number: int, lang: str) -> str:
    return str(number) if lang == "zh" else "1 thing" if number == 1 else f"{number} things"


def _balance(manifest: Mapping[str, Any], lang: str) -> Iterator[Finding]:
    rows = manifest["rows"]
    created = rows.get("created", 0)
    told = {key: count(rows[key]) for key in ("read", "kept", "dropped")} | {"created": count(created)}
    if rows["read"] + created == rows["kept"] + rows["dropped"]:
        yield "good", word("balance_widened" if created else "balance_holds", lang, **told), "flow"
    else:
        yield "bad", word("balance_fails", lang, **told), "flow"
    if rows["dropped"] > rows["kept"]:
        yield "warn", word("mostly_dropped", lang), "rejects"
    for split in SPLITS:
        if not rows.get(split):
            yield "warn", word("empty_split", lang, split=word(split, lang)), "flow"
    if unread := manifest.get("refused_files"):
        files = _list([cut(each, 80) for each in unread], lang)
        yield "warn", word("unread_files", lang, count=len(unread), files=files), "rejects"


def _leaks(manifest: Mapping[str, Any], lang: str) -> Iterator[Finding]:
    told = manifest.get("leak_certificate")
    if told:
        parts = {"highest": similarity(told.get("highest")), "pairs": count(told.get("pairs_examined") or 0)}
        parts["limit"] = _limit(told, lang)
        crossing = sum((told.get("crossing") or {}).values())
        if told["passed"]:
            yield "good", word("leak_passed" if told.get("highest") else "leak_none", lang, **parts), "leaks"
        elif crossing:
            yield "bad", word("leak_crossing", lang, count=count(crossing)), "leaks"
        else:
            yield "bad", word("leak_failed", lang, **parts), "leaks"
    families = manifest.get("families")
    if families and families["largest"] > manifest["rows"]["kept"] / 2 and families["families"] > 1:
        share = percent(families["largest"], manifest["rows"]["kept"])
        yield "warn", word("giant_family", lang, share=share), "leaks"


def _limit(told: Mapping[str, Any], lang: str) -> str:
    """Above which similarity two rows of different splits are a leak."""
    if told.get("threshold") is None:
        return word("no_limit", lang)
    limits = {key: similarity(told.get(key)) for key in ("threshold", "short")}
    return word("limits" if told.get("short") else "limit", lang, **limits)


def _contents(manifest: Mapping[str, Any], lang: str) -> Iterator[Finding]:
    left = [entry for entry in manifest.get("pii") or [] if entry["action"] == "flag" and entry["rows"]]
    if left:
        kinds = _list([f"{entry['kind']} {count(entry['rows'])}" for entry in left], lang)
        yield "warn", word("pii_stays", lang, kinds=kinds), "personal"
    flags = manifest.get("flags") or []
    if rows := sum(entry["rows"] for entry in flags if entry["reason"] == CONFLICT):
        yield "warn", word("conflicts_stay", lang, rows=count(rows)), "conflicts"
    if rows := sum(entry["rows"] for entry in manifest.get("decontamination") or []):
        action = (manifest.get("recipe") or {}).get("decontaminate", {}).get("action", "drop")
        if action == "flag":
            yield "warn", word("benchmark_stays", lang, rows=count(rows)), "benchmarks"
        else:
            yield "good", word("benchmark_gone", lang, rows=count(rows)), "benchmarks"


def _list(parts: list[str], lang: str) -> str:
    return word("separator", lang).join(parts[:NAMED]) + (" …" if len(parts) > NAMED else "")
