"""Answers in the shapes that Label Studio 1.23.2 exports, written by hand after what its pages and API gave."""

from collections.abc import Mapping, Sequence
from typing import Any

MOMENT = "2026-11-26T18:55:25.541785Z"


def result(name: str, type_: str, value: Any, *, to: str = "answer") -> dict[str, Any]:
    return {"id": "x", "from_name": name, "to_name": to, "type": type_, "value": value, "origin": "manual"}


def annotation(*results: Mapping[str, Any], who: Any = 1, **more: Any) -> dict[str, Any]:
    times = {"created_at": MOMENT, "updated_at": MOMENT, "lead_time": 6.126}
    states = {"was_cancelled": False, "ground_truth": False, "parent_prediction": None, "prediction": {}}
    return {"id": 8, "unique_id": "u8", "completed_by": who, "result": list(results), **times, **states, **more}


def task(*annotations: Mapping[str, Any], **data: Any) -> dict[str, Any]:
    told = {"record_id": "r1", "content": "c1", "round": 1, "swap": False, **data}
    known = {name: value for name, value in told.items() if value is not ...}
    return {"id": 2015, "data": known, "meta": {}, "predictions": [], "drafts": [], "annotations": list(annotations)}


def minimal(answers: Mapping[str, Any], **data: Any) -> dict[str, Any]:
    about = {"record_id": "r1", "content": "c1", "round": 1, "swap": False, **data}
    ends = {"created_at": MOMENT, "updated_at": MOMENT, "lead_time": 6.126}
    return {**about, "id": 2015, **answers, "annotator": 1, "annotation_id": 8, **ends}


_BARE = {"choices": "choices", "textarea": "text"}


def as_minimal(tasks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the exporter makes of tasks as JSON-MIN: one line for each annotation, single values bare."""
    lines = []
    for one in tasks:
        for said in one["annotations"]:
            answers = {}
            for held in said["result"]:
                values = held["value"].get(_BARE.get(held["type"], ""), ())
                bare = values[0] if len(values) == 1 else held["value"]
                answers[held["from_name"]] = bare if held["type"] in _BARE else [held["value"]]
            line = {**one["data"], "id": one["id"], **answers, "annotator": said["completed_by"]}
            times = {name: said[name] for name in ("created_at", "updated_at", "lead_time")}
            lines.append({**line, "annotation_id": said["id"], **times})
    return lines
