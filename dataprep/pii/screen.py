"""The stage: every text of every row is searched, and what is found is told, hidden, or costs the row its place."""

import re
from collections.abc import Mapping

import polars as pl

from dataprep.pii.actions import actions, hidden
from dataprep.pii.json_text import edit_text
from dataprep.pii.mask import label, substitute
from dataprep.pii.search import Finding, Findings, Search, spans_behind, suspected
from dataprep.pii.texts import Place, all_texts, replace
from dataprep.recipe import Pii
from schemas.frames import DROPPED, EVENTS
from schemas.results import StageResult

STAGE = "pii"
PREFIX = "pii_"
_VERDICTS = {"flag": "flagged", "mask": "changed", "pseudonymise": "changed", "drop": "dropped"}


def screen(frame: pl.DataFrame, config: Pii, *, seed: int) -> StageResult:
    """Search the texts, tool calls and `meta` of every row.

    Args:
        frame: n rows of schema `FRAME`.
        config: What to do with each kind.
        seed: For pseudonyms.

    Returns:
        One event of reason `pii_<kind>` for each row and kind: `detail` has the action, how many were found and
        where, `before` and `after` show the first place, never the raw value. A row with a kind set to `drop` is in
        `dropped`, with everything in it masked that may not be seen.
    """
    wanted, spared = actions(config), [value.lower() for value in config.spare]
    found: Findings = {}
    new: dict[Place, str] = {}
    texts = all_texts(frame)
    passed = suspected(texts["text"], wanted)
    places = texts[[at for at, _ in passed]].iter_rows()
    for (row, column, turn, part, text), (_, groups) in zip(places, passed, strict=True):
        scope = f"{seed}/dataset" if config.consistent == "dataset" else f"{seed}/{_conversation(frame['id'][row])}"
        where = f"{column}[{turn}].{part}" if part else column
        edited = edit_text(text, Search(wanted, groups, row, where, scope, spared).editor(found))
        if edited != text:
            new[row, column, turn, part] = edited
    if not found:
        return StageResult(frame)
    edited_frame = replace(frame, new)
    kept, dropped = _parted(edited_frame, found, wanted)
    return StageResult(kept, dropped, _events(frame, found, wanted))


def _conversation(row_id: str) -> str:
    """Rows of equal content are one conversation: the number behind a twin's id doesn't count."""
    return re.sub(r"-\d+$", "", row_id)


def _parted(
    frame: pl.DataFrame, found: Mapping[tuple[int, str], Finding], wanted: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that stay, and those with a kind that they may not have."""
    doomed: dict[int, list[str]] = {}
    for row, kind in sorted(found):
        if wanted[kind] == "drop":
            doomed.setdefault(row, []).append(f"{PREFIX}{kind}")
    rows = list(doomed)
    reasons = pl.Series("reasons", list(doomed.values()), dtype=DROPPED["reasons"])
    dropped = frame[rows].with_columns(reasons, stage=pl.lit(STAGE)).select(DROPPED.names())
    return frame.filter(~pl.int_range(pl.len()).is_in(rows)), dropped


def _events(frame: pl.DataFrame, found: Mapping[tuple[int, str], Finding], wanted: Mapping[str, str]) -> pl.DataFrame:
    lines = sorted(found.items())
    does = [wanted[kind] for (_, kind), _ in lines]
    said: dict[str, list[str | None]] = {
        "verdict": [_VERDICTS[action] for action in does],
        "reason": [f"{PREFIX}{kind}" for (_, kind), _ in lines],
        "detail": [_detail(finding, action) for (_, finding), action in zip(lines, does, strict=True)],
        "before": [finding.before for _, finding in lines],
        "after": [
            finding.after if _VERDICTS[action] == "changed" else None
            for (_, finding), action in zip(lines, does, strict=True)
        ],
    }
    rows = frame.select("id", "source", "row")[[row for (row, _), _ in lines]]
    constants = {"stage": STAGE, "into": None}
    return rows.with_columns(
        *(pl.Series(name, values, pl.String) for name, values in said.items()),
        *(pl.lit(value, pl.String).alias(name) for name, value in constants.items()),
    ).select(EVENTS.names())


def _detail(finding: Finding, action: str) -> str:
    first, *more = finding.texts
    return f"{action} {finding.spans}: {first}" + (f" and {len(more)} more" if more else "")


def redact(texts: pl.Series, config: Pii) -> pl.Series:
    """Mask, for ledgers, quarantine and reports, what may not be seen there.

    Args:
        texts: n texts; nulls stay.
        config: Kinds set to mask, pseudonymise or drop are masked, and secrets always.
    """
    kinds, spared = hidden(actions(config)), [value.lower() for value in config.spare]
    masked: dict[int, str] = {}
    for at, groups in suspected(texts, kinds):

        def mask(lead: str, text: str, groups: frozenset[str] = groups) -> str:
            spans = spans_behind(lead, text, kinds, groups, spared=spared)
            return substitute(text, [(span, label(text, span)) for span in spans])

        masked[at] = edit_text(texts[at], mask)
    return texts.clone().scatter(list(masked), list(masked.values())) if masked else texts
