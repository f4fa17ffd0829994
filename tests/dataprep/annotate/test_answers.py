from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.annotate.answers import ANSWERS, answer_frame, latest


def said(value: str, updated: str | None, annotation: str = "1", **more: Any) -> dict[str, Any]:
    shared = {"record": "r", "annotator": "ann", "question": "verdict", "kind": "choices"}
    return {**shared, "value": f'"{value}"', "updated": updated, "annotation": annotation, **more}


@pytest.mark.parametrize(
    ("answers", "values"),
    [
        ([], []),
        ([said("accept", None)], ['"accept"']),
        ([said("accept", "2026-01-02"), said("reject", "2026-01-01")], ['"accept"']),
        ([said("accept", None), said("reject", "2026-01-01")], ['"reject"']),
        ([said("accept", "2026-01-01", "2"), said("reject", "2026-01-01", "1")], ['"accept"']),
        ([said("accept", "2026-01-01"), said("reject", "2026-01-01", annotator="bob")], ['"accept"', '"reject"']),
        ([said("accept", "2026-01-01"), said("reject", "2026-01-01", record="s")], ['"accept"', '"reject"']),
        ([said("接受", "2026-01-01"), said("4", "2026-01-01", question="rating")], ['"4"', '"接受"']),
        ([said("accept", "2026-01-01")] * 2, ['"accept"']),
    ],
)
def test_the_newest_answer_of_each_annotator_counts(answers: list[dict[str, Any]], values: list[str]) -> None:
    found = latest(answer_frame(answers))
    assert found.schema == ANSWERS
    assert found["value"].to_list() == values


@given(st.permutations(range(4)))
def test_order_changes_nothing(order: list[int]) -> None:
    times = ("2026-01-01", "2026-01-03", None, "2026-01-03")
    lines = [said(str(place), times[place], str(place)) for place in range(4)]
    frame = pl.DataFrame([{**dict.fromkeys(ANSWERS), **lines[place]} for place in order], schema=ANSWERS)
    assert latest(frame)["value"].to_list() == ['"3"']
