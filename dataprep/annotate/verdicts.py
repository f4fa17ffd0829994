"""What the decisions about one row come to: whether it stays, and what of it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from dataprep.ledger import EXCERPT
from schemas.records import Message, Record, content_id

DECIDING = ("verdict", "preferred", "corrected")
"""Questions on which it depends what becomes of a row; all others are notes."""

FIXED = "label_fixed"
"""A corrected answer took the place of the row's."""

NOTED = "label_noted"
"""What was decided is in the row's meta."""


@dataclass(frozen=True)
class Said:
    """One decision: its value, whether it is disputed instead, and the votes in words."""

    value: Any
    disputed: bool
    votes: str


Decisions = dict[str | None, dict[str, Said]]
"""Hash of what was seen -> question -> what was decided; under None the decisions of all who answered."""


@dataclass
class Outcome:
    """What becomes of a row.

    Attributes:
        record: The row, changed or not.
        reasons: Why it goes; empty where it stays.
        votes: Of the decision that it goes by, for the ledger.
        notes: What was decided, for `meta`.
        lines: Ledger lines, without the row's place.
    """

    record: Record
    reasons: list[str] = field(default_factory=list)
    votes: str | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, verdict: str, reason: str, detail: str, **texts: str | None) -> None:
        """Add a ledger line."""
        self.lines.append({"verdict": verdict, "reason": reason, "detail": detail, **texts})

    def drop(self, reason: str, votes: str) -> None:
        """Let the row go, for the first reason that is found."""
        if not self.reasons:
            self.reasons, self.votes = [reason], votes


def judge_record(record: Record, decisions: Decisions, *, keep_disputed: bool) -> Outcome:
    """Carry the decisions about one record out.

    Args:
        record: As it is now.
        decisions: About it.
        keep_disputed: Whether a record stays on whose verdict people disagree.

    Returns:
        The outcome; of a record that goes only the reasons are told.
    """
    outcome = Outcome(record)
    content, seen = content_id(record), set[str]()
    if content not in decisions:
        _judge(outcome, decisions.get(None, {}), current=False, keep_disputed=keep_disputed)
    while content in decisions and content not in seen and not outcome.reasons:
        seen.add(content)
        _judge(outcome, decisions[content], current=True, keep_disputed=keep_disputed)
        content = content_id(outcome.record)
    if outcome.reasons:
        outcome.lines.clear()
    elif outcome.notes:
        told = orjson.dumps(outcome.notes).decode()
        outcome.tell("changed", NOTED, ", ".join(outcome.notes), after=told)
    return outcome


def _judge(outcome: Outcome, said: Mapping[str, Said], *, current: bool, keep_disputed: bool) -> None:
    """One step: what those said who saw one version of the record; `current` if that is the one at hand."""
    verdict, preferred, corrected = (said.get(name) for name in ("verdict", "preferred", "corrected"))
    mends = verdict is not None and verdict.value == "fix"
    for name, one in said.items():
        if not one.disputed or (name == "corrected" and not mends):
            continue
        if name in DECIDING and not keep_disputed:
            outcome.drop("label_disputed", f"{name}: {one.votes}")
        else:
            outcome.tell("flagged", "label_disputed", f"{name}: {one.votes}")
    outcome.notes |= {name: one.value for name, one in said.items() if not one.disputed and name != "corrected"}
    if verdict and verdict.value == "reject":
        outcome.drop("label_rejected", f"verdict: {verdict.votes}")
    if mends and not (corrected and corrected.disputed):
        _fix(outcome, corrected, current=current)
    if preferred and not preferred.disputed:
        _prefer(outcome, preferred, current=current)


def _fix(outcome: Outcome, corrected: Said | None, *, current: bool) -> None:
    record = outcome.record
    turns = record.get("messages") or []
    if record["kind"] != "sft" or not turns or turns[-1]["role"] != "assistant":
        outcome.tell("flagged", "label_misfit", f"a corrected answer for a row of kind {record['kind']}")
    elif corrected is None or corrected.value.strip() == turns[-1]["content"].strip():
        outcome.tell("flagged", "label_no_fix", "no corrected answer" if corrected is None else "the same answer")
    elif not current:
        outcome.tell("flagged", "label_outdated", f"corrected: {corrected.votes}")
    else:
        old = turns[-1]
        new: Message = {**old, "content": corrected.value}
        thought = bool(new.pop("reasoning", None))
        outcome.record = {**record, "messages": [*turns[:-1], new]}
        detail = f"corrected: {corrected.votes}" + ("; its reasoning is gone" if thought else "")
        texts = {"before": old["content"][:EXCERPT], "after": corrected.value[:EXCERPT]}
        outcome.tell("changed", FIXED, detail, **texts)


def _prefer(outcome: Outcome, preferred: Said, *, current: bool) -> None:
    """`a` (chosen), `b` (rejected) or `tie`."""
    record, votes = outcome.record, f"preferred: {preferred.votes}"
    if record["kind"] != "preference":
        outcome.tell("flagged", "label_misfit", f"a preferred answer for a row of kind {record['kind']}")
    elif preferred.value == "tie":
        outcome.drop("label_tie", votes)
    elif preferred.value == "b" and not current:
        outcome.tell("flagged", "label_outdated", votes)
    elif preferred.value == "b":
        chosen, rejected = record.get("chosen") or [], record.get("rejected") or []
        outcome.record = {**record, "chosen": rejected, "rejected": chosen}
        outcome.notes["preferred"] = "a"  # of the pair as it stands now
        outcome.tell("changed", "label_flipped", votes, before=_shown(chosen), after=_shown(rejected))


def _shown(turns: list[Message]) -> str:
    return "\n".join(turn["content"] for turn in turns)[:EXCERPT]
