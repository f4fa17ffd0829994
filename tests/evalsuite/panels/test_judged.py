import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalsuite.metrics.metric import Sample
from evalsuite.panels.judged import judged
from evalsuite.report.names import NAMES
from schemas.endpoint import Endpoint
from schemas.errors import InputError
from tests.servers import serve

FENCED = re.compile(r"<(?:answer|回答) ([AB]) ([0-9a-f]{12})>\n(.*?)\n</", re.DOTALL)


def samples(*answers: str) -> list[Sample]:
    return [Sample(str(n), "How big?", "", "1.8 l", answer, "en") for n, answer in enumerate(answers)]


def longer(body: dict[str, Any]) -> str:
    """A judge that likes the longer answer, and calls equal lengths a tie."""
    shown = {letter: len(text) for letter, _, text in FENCED.findall(body["messages"][1]["content"])}
    better = "tie" if shown["A"] == shown["B"] else max(shown, key=lambda letter: shown[letter])
    return json.dumps({"reason": "r", "better": better})


def told(
    base: list[Sample],
    tuned: list[Sample],
    answer: Callable[[dict[str, Any]], str] = longer,
    labels: Path | None = None,
) -> Any:
    with serve(answer=answer) as server:
        endpoint = Endpoint(base_url=server.url, model="judge-1", concurrency=1, backoff=0.001, attempts=1)
        return judged(base, tuned, endpoint=endpoint, labels=labels, seed=17)


def test_wins_are_the_tuned_models() -> None:
    base, tuned = samples("x", "x", "long long", "ab", "y"), samples("long", "longer", "short", "cd", "y")
    panel, notes = told(base, tuned)
    assert panel == {
        "model": "judge-1",
        "n": 5,
        "wins": 2,
        "losses": 1,
        "ties": 2,
        "failed": 0,
        "position_bias": 0.0,
        "consistency": 1.0,
    }
    assert notes == []
    assert set(panel) - set(NAMES) == {"n"}


def test_a_judge_that_takes_whatever_comes_first() -> None:
    panel, _ = told(samples("x", "x"), samples("y", "z"), lambda body: json.dumps({"reason": "", "better": "A"}))
    assert (panel["ties"], panel["position_bias"], panel["consistency"]) == (2, 0.5, 0.0)


def test_a_judge_that_cant_be_read() -> None:
    panel, notes = told(samples("x", "x"), samples("y", "z"), lambda body: "I like both.")
    assert (panel["wins"], panel["losses"], panel["ties"], panel["failed"]) == (0, 0, 0, 2)
    assert notes[0].code == "judge_failed"
    assert "2 of 2" in notes[0].en
    assert (panel["position_bias"], panel["consistency"]) == (None, None)


def test_no_pairs_ask_nobody() -> None:
    panel, _ = told([], [], lambda body: pytest.fail("asked"))
    assert (panel["n"], panel["wins"], panel["consistency"]) == (0, 0, None)


def test_people_are_asked_how_far_the_judge_goes(tmp_path: Path) -> None:
    labels = tmp_path / "labels.jsonl"
    rows = [("How big?", "a", "bbb", "b"), ("How big?", "a", "bbb", "a"), ("水箱有多大？", "一升", "一", "a")]
    lines = [json.dumps(dict(zip(("question", "a", "b", "human"), row, strict=True))) for row in rows]
    labels.write_text("\n".join(lines), encoding="utf-8")
    _, notes = told(samples("x"), samples("yy"), labels=labels)
    assert [note.code for note in notes] == ["judge_calibration"] * 2
    assert "2 pairs labelled by people (en), the judge agrees in 50%" in notes[0].en
    assert "1 对人工标注的回答（zh）上，评审模型与人的一致率为 100%" in notes[1].zh


def test_labels_that_arent_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read"):
        told(samples("x"), samples("yy"), labels=tmp_path / "none.jsonl")
