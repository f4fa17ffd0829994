"""What augmentation did, for a reader: what was asked and accepted, what the rules rejected, what was gained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from dataprep.augment.cards import Card, card_of, first_questions, manner, rule_sentence
from dataprep.augment.drafts import DRAFTS
from dataprep.report.artifact import Artifact
from dataprep.report.figures import count, percent
from dataprep.report.names import name
from dataprep.report.words import word
from schemas.page import Bar, bars

EACH, ACCEPTED = 3, 5  # examples of a rule, and of accepted drafts
WINDOW = 320  # characters of an example
RULES, SLICES, OPEN = 40, 24, 1  # rules and slices that are shown, rules that lie open

MEASURES = {"distinct_1": True, "distinct_2": True, "self_bleu": False, "coverage": True}
"""Measure of diversity -> whether higher is more varied."""


@dataclass(frozen=True)
class Rejection:
    """One rule: how many drafts broke it, their share of all drafts in per cent of the widest bar, some of them."""

    rule: str
    sentence: str
    drafts: str
    share: str
    width: float
    examples: Sequence[Card]
    open: bool


def numbers(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, str, str]]:
    """What was asked, what came and what it cost: name, value, and what stands small behind it."""
    told = _told(manifest)
    if not told:
        return []
    facts = {
        "asked_for": (count(told["drafts"]), ""),
        "accepted": (count(told["accepted"]), f"({percent(told['accepted'], told['drafts'])})"),
        "unanswered": (count(told["unanswered"]) if told["unanswered"] else "", ""),
        "tokens_in": (count(told["tokens_in"] or 0), ""),
        "tokens_out": (count(told["tokens_out"] or 0), ""),
        "cost": (_money(told["cost"]), told.get("currency") or ""),
    }
    return [(word(key, lang), *value) for key, value in facts.items() if value[0]]


def makers(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """Who wrote the drafts, by which prompts, as name and value."""
    told = _told(manifest)
    facts = {
        "writer": " · ".join(str(told[key]) for key in ("model", "base_url") if told.get(key)),
        "prompt_version": str(told.get("prompt_version") or ""),
    }
    return [(word(key, lang), value) for key, value in facts.items() if value]


def rules(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, str, str]]:
    """Rule, drafts that broke it, its sentence; most frequent first."""
    told = _told(manifest).get("rules") or []
    return [(each["rule"], count(each["drafts"]), rule_sentence(each["rule"], lang)) for each in told[:RULES]]


def methods(manifest: Mapping[str, Any], lang: str) -> list[list[str]]:
    """Method, style, drafts, accepted, its share."""
    told = _told(manifest).get("methods") or []
    return [
        [
            name(each["origin"], lang),
            "" if manner(each, lang) == name(each["origin"], lang) else manner(each, lang),
            count(each["drafts"]),
            count(each["accepted"]),
            percent(each["accepted"], each["drafts"]),
        ]
        for each in told
    ]


def balance(manifest: Mapping[str, Any]) -> list[list[str]]:
    """Slice, rows of train before, drafts, accepted, rows after; of the first slices."""
    told = _told(manifest).get("balance") or []
    numbered = ("rows", "drafts", "accepted", "after")
    return [[str(each["slice"]), *(count(each[key]) for key in numbered)] for each in told[:SLICES]]


def diversity(manifest: Mapping[str, Any], lang: str) -> list[list[str]]:
    """Measure, before, after, what that means, how to read it."""
    told = _told(manifest).get("diversity") or {}
    lines = []
    for key, rising in MEASURES.items():
        before, after = (told.get(side, {}).get(key) for side in ("before", "after"))
        if before is None or after is None:
            continue
        gain = (after - before) * (1 if rising else -1)
        verdict = "as_varied" if f"{before:.3f}" == f"{after:.3f}" else "more_varied" if gain > 0 else "less_varied"
        reading = word(f"{key}_read", lang, topics=told["after"]["topics"])
        lines.append([word(key, lang), f"{before:.3f}", f"{after:.3f}", word(verdict, lang), reading])
    return lines


def equal_parts(manifest: Mapping[str, Any], lang: str) -> str:
    """On how much text diversity was measured."""
    told = (_told(manifest).get("diversity") or {}).get("before")
    return word("diversity_lead", lang, tokens=count(told["tokens"]), texts=count(told["texts"])) if told else ""


def chart(manifest: Mapping[str, Any], lang: str) -> str:
    """Slices as bars: rows of train before within those after; "" without any."""
    told = _told(manifest).get("balance") or []
    rows = [
        Bar(str(each["slice"]), each["after"], each["rows"], f"{count(each['rows'])} → {count(each['after'])}")
        for each in told[:SLICES]
    ]
    return bars(rows, title=word("balance", lang)) if rows else ""


def rejections(artifact: Artifact, lang: str) -> list[Rejection]:
    """Every rule with some of the drafts that broke it, those that broke it first of all before others."""
    found = rules(artifact.manifest, lang)
    told = _told(artifact.manifest).get("rules") or []
    widest = max((each["drafts"] for each in told), default=1)
    shown = _broken(artifact.folder, [rule for rule, *_ in found], lang)
    asked = _told(artifact.manifest).get("drafts") or 0
    return [
        Rejection(
            rule=rule,
            sentence=sentence,
            drafts=drafts,
            share=percent(told[at]["drafts"], asked),
            width=round(100 * told[at]["drafts"] / widest, 1),
            examples=shown.get(rule, []),
            open=at < OPEN,
        )
        for at, (rule, drafts, sentence) in enumerate(found)
    ]


def accepted(artifact: Artifact, lang: str) -> list[Card]:
    """Some accepted drafts, spread evenly over all."""
    scan = _drafts(artifact.folder)
    numbers = scan.filter(pl.col("id").is_not_null()).select("number").collect()["number"].sort().to_list()
    chosen = _spread(numbers, ACCEPTED)
    return list(_cards(artifact.folder, chosen, lang).values())


def _told(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    return manifest.get("augmentation") or {}


def _broken(folder: Path, names: Sequence[str], lang: str) -> dict[str, list[Card]]:
    lines = _drafts(folder).filter(pl.col("id").is_null()).select("number", "reasons").collect()
    first = pl.col("reasons").list.first() == pl.col("rule")
    exploded = lines.with_columns(rule="reasons").explode("rule").drop_nulls("rule")
    ranked = exploded.select("number", "rule", other=~first).sort("other", "number")
    chosen: dict[str, list[int]] = {}
    for rule in names:
        own = ranked.filter(pl.col("rule") == rule)
        leading = own.filter(~pl.col("other"))["number"].to_list()
        rest = own.filter("other")["number"].to_list()
        chosen[rule] = (_spread(leading, EACH) + rest)[:EACH]
    cards = _cards(folder, [number for some in chosen.values() for number in some], lang)
    return {rule: [cards[number] for number in some] for rule, some in chosen.items()}


def _cards(folder: Path, numbers: Sequence[int], lang: str) -> dict[int, Card]:
    wanted = pl.Series(numbers, dtype=pl.Int64).implode()
    found = _drafts(folder).filter(pl.col("number").is_in(wanted)).collect().sort("number")
    asked = first_questions(folder, found)
    return {
        draft["number"]: card_of(draft, lang, most=WINDOW, question=asked.get(draft["parent_id"], ""), sentences=False)
        for draft in found.iter_rows(named=True)
    }


def _drafts(folder: Path) -> pl.LazyFrame:
    path = folder / "augmented.parquet"
    return pl.scan_parquet(path) if path.is_file() else pl.LazyFrame(schema=DRAFTS)


def _spread(numbers: Sequence[int], most: int) -> list[int]:
    """So many of them, evenly spaced."""
    return [numbers[len(numbers) * place // most] for place in range(most)] if len(numbers) > most else list(numbers)


def _money(cost: float | None) -> str:
    """Two places, of small sums two digits."""
    if cost is None:
        return ""
    return f"{cost:,.2f}" if cost >= 0.1 or not cost else f"{cost:.2g}"
