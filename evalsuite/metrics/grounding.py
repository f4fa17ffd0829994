"""What an answer states that its context, question and reference do not: figures, names, links."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evalsuite.metrics.arithmetic import follows
from evalsuite.metrics.claim import Amount, Claim, Day, Kind, same_length_form
from evalsuite.metrics.facts import Facts, facts_of, supports
from evalsuite.metrics.metric import Column, Family, Metric, Sample, column
from evalsuite.metrics.names import has_jieba, is_chinese, names
from evalsuite.metrics.quantities import LINK, claims

_LATIN = r"[a-z0-9\u00df-\u024f]+"
FIGURES: frozenset[Kind] = frozenset({"number", "date", "quantity"})


@dataclass(frozen=True)
class Finding:
    """A stretch of an answer that nothing supports.

    Attributes:
        kind: What it is.
        text: As the answer has it.
        form: What it was read as, such as `12000 kg` or `2024-03-05`.
        start: Its first character in the answer.
    """

    kind: Kind
    text: str
    form: str
    start: int


def unsupported(answer: str, support: str) -> list[Finding]:
    """What an answer states in figures, names and links that isn't in its support, in the answer's order.

    Values are compared, not spellings: 1.2万, 12,000 and twelve thousand are one number. Units are known by all their
    names but never converted. A figure that is one step of arithmetic away from supported ones (`arithmetic.follows`)
    counts as supported; one that takes more is found, right or not. Chinese names need jieba; without it none is found.

    Args:
        answer: What the model said.
        support: Context, question and reference, joined.
    """
    facts = facts_of(support)
    found = _unsupported_figures(answer, facts)
    found += [name for name in names(answer) if not _named(name, support, facts)]
    found += [link for link in _links(answer) if _address(link.text) not in {_address(x.text) for x in _links(support)}]
    return [
        Finding(claim.kind, claim.text, str(claim.readings[0]) if claim.readings else claim.text.lower(), claim.start)
        for claim in sorted(found, key=lambda claim: claim.start)
    ]


def grounding() -> Family:
    """Unsupported figures, names and links of every answer that has a context or a reference.

    `unsupported_numbers` counts numbers, quantities and dates, `invented` is 1 where there is any. All are NaN with
    reason `no_grounding` where a sample has neither context nor reference, and `no_jieba` where Chinese names can't be
    found.
    """
    signature = f"grounding 1, names {'jieba' if has_jieba() else 'latin only'}"
    counted = [Metric(name, "lower", "count", 0.1, signature) for name in _KINDS]
    return Family((*counted, Metric("invented", "lower", "share", 0.03, signature, binary=True)), _score)


_KINDS: dict[str, frozenset[Kind]] = {
    "unsupported_numbers": FIGURES,
    "unsupported_names": frozenset({"name"}),
    "unsupported_urls": frozenset({"url"}),
}


def support_of(sample: Sample) -> str:
    """All that an answer may rest on; "" where the sample has neither context nor reference."""
    if not sample.context.strip() and not (sample.reference or "").strip():
        return ""
    return "\n".join(part for part in (sample.context, sample.question, sample.reference) if part)


def _score(samples: Sequence[Sample]) -> dict[str, Column]:
    found = [unsupported(sample.answer, support) if (support := support_of(sample)) else None for sample in samples]
    columns = {}
    for name, kinds in _KINDS.items():
        told = [None if each is None else [x.text for x in each if x.kind in kinds] for each in found]
        columns[name] = _counts(told)
    blind = {place for place, sample in enumerate(samples) if not has_jieba() and is_chinese(sample.answer)}
    columns["unsupported_names"] = _without(columns["unsupported_names"], blind, "no_jieba")
    figures = columns["unsupported_numbers"]
    invented = [None if each is None else float(any(x.kind in FIGURES for x in each)) for each in found]
    columns["invented"] = column(invented, reason="no_grounding", found=figures.found)
    return columns


def _counts(told: Sequence[list[str] | None]) -> Column:
    spans = {place: texts for place, texts in enumerate(told) if texts}
    return column([None if texts is None else len(texts) for texts in told], reason="no_grounding", found=spans)


def _without(scored: Column, places: Iterable[int], reason: str) -> Column:
    values, reasons, found = scored.values.copy(), dict(scored.reasons), dict(scored.found)
    for place in places:
        values[place] = float("nan")
        reasons.setdefault(place, reason)
        found.pop(place, None)
    return Column(values, reasons, found=found)


def _unsupported_figures(answer: str, facts: Facts) -> list[Claim]:
    told = [claim for claim in claims(answer) if claim.kind in FIGURES]
    right = {claim: [x for x in claim.readings if supports(facts, x)] for claim in told}
    known = [readings[0] for readings in right.values() if readings]
    stated = [reading for reading in known if isinstance(reading, Amount)]
    days = [reading for reading in known if isinstance(reading, Day)]
    sourced = [Amount(float(value), unit) for value, units in facts.amounts.items() for unit in sorted(units)]
    return [
        claim
        for claim, readings in right.items()
        if not readings
        and not claim.weak
        and not any(isinstance(x, Amount) and follows(x, stated, sourced, days) for x in claim.readings)
    ]


def _named(name: Claim, support: str, facts: Facts) -> bool:
    if name.readings:
        return supports(facts, name.readings[0])
    text = same_length_form(support).lower()
    if is_chinese(name.text):
        return name.text.lower() in text
    words = set(re.findall(_LATIN, text))
    return all(word in words for word in re.findall(_LATIN, re.sub("['’]s", "", name.text.lower())))


def _links(text: str) -> list[Claim]:
    found = [(match.start(), match[0].rstrip(".,;:!?)'")) for match in LINK.finditer(same_length_form(text))]
    return [Claim("url", start, link, ()) for start, link in found]


def _address(link: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link.lower()).rstrip("/")
