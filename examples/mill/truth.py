"""TRUTH.json: what was planted, where it stands, and by which reason gristmill tells of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from examples.mill.entries import Entry

REASONS: dict[str, str] = {
    "broken_json": "invalid_json",
    "truncated_line": "truncated_line",
    "not_object": "not_object",
    "lone_surrogate": "lone_surrogate",
    "wrong_role": "unknown_role",
    "unknown_speaker": "unknown_speaker",
    "missing_answer": "missing_answer",
    "mojibake": "mojibake",
    "html_tag": "html_tag",
    "html_entity": "html_entity",
    "zero_width": "zero_width",
    "role_order": "role_order",
    "ends_with_user": "ends_with_assistant",
    "no_answer": "no_answer",
    "empty_answer": "empty_turn",
    "empty_turn": "empty_turn",
    "bad_tool_json": "bad_tool_call",
    "unmatched_tool_result": "unmatched_tool_result",
    "same_answers": "same_answers",
    "template_token": "template_token",
    "stop_token": "stop_token",
    "open_fence": "open_fence",
    "open_think": "open_think",
    "exact_duplicate": "duplicate",
    "conflicting_answer": "same_prompt_other_answer",
    "near_duplicate": "near_duplicate",
    "refusal": "refusal",
    "wrong_language": "answer_language",
    "benchmark_leak": "benchmark_quote",
    "pii": "pii_*",
}
"""Kind of defect -> the reason in the ledger. Personal data has one for each of its kinds: see `PERSONAL`."""

PERSONAL = {"mobile": "pii_cn_mobile", "email": "pii_email", "ip": "pii_ip", "id_number": "pii_cn_id"}
"""What `detail` says of planted personal data -> the reason in the ledger."""


def truth(
    filled: Mapping[str, Sequence[Entry]], places: Mapping[str, Sequence[int]], encodings: Mapping[str, str]
) -> dict[str, Any]:
    """Everything that a test needs to know about the raw files.

    Args:
        filled: Path -> its entries.
        places: Path -> the one-based line or row of each entry.
        encodings: Path -> text encoding.
    """
    where = {
        id(entry): {"file": path, "row": row}
        for path, entries in filled.items()
        for entry, row in zip(entries, places[path], strict=True)
    }
    planted: dict[str, list[dict[str, Any]]] = {kind: [] for kind in REASONS}
    for entries in filled.values():
        for entry in entries:
            if entry.defect:
                planted[entry.defect].append(_line(entry, where))
    return {
        "rows": {path: len(entries) for path, entries in filled.items()},
        "encodings": dict(encodings),
        "counts": {kind: len(found) for kind, found in planted.items()},
        "expected_reason": REASONS,
        "planted": planted,
        "passages": _passages(filled, places),
    }


def _line(entry: Entry, where: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    said = {**where[id(entry)], "fact": getattr(entry.said, "fact", None) or getattr(entry.said, "id", None)}
    if entry.of is not None:
        said["of"] = where[id(entry.of)]
    return {**said, "detail": entry.detail}


def _passages(filled: Mapping[str, Sequence[Entry]], places: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Where each passage begins in the files whose rows can't carry its id."""
    return {
        path: [{"line": row, "passage": entry.said.id} for entry, row in zip(entries, places[path], strict=True)]
        for path, entries in filled.items()
        if path.startswith("texts/") and not path.endswith(".jsonl")
    }
