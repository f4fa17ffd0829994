"""junit.xml: one case for each primary number, the results that CI reads."""

from xml.etree import ElementTree

import pytest

from evalsuite.comparison import Overall
from evalsuite.report.junit import render_junit
from tests.evalsuite.report.stories import HOSTILE, bare, hostile, story


def results(text: str) -> dict[str, str]:
    suite = ElementTree.fromstring(text.encode())[0]
    return {case.get("name", ""): case[0].tag for case in suite}


@pytest.mark.parametrize(
    ("verdict", "first", "rest"),
    [
        ("REGRESSED", "failure", ["failure", "system-out", "system-out", "system-out", "skipped"]),
        ("NOT IMPROVED", "failure", ["system-out"] * 3),
        ("INCONCLUSIVE", "skipped", ["skipped", "system-out", "system-out"]),
        ("INVALID", "error", ["skipped"]),
        ("NO REGRESSION", "system-out", ["system-out"] * 2),
        ("IMPROVED", "system-out", ["system-out"] * 2),
    ],
)
def test_each_primary_number_is_a_case(verdict: Overall, first: str, rest: list[str]) -> None:
    text = render_junit(story(verdict))
    told = list(results(text).values())
    assert told == [first, *rest]
    root = ElementTree.fromstring(text.encode())
    counted = {key: int(root.get(key, "")) for key in ("tests", "failures", "errors", "skipped")}
    assert counted == {
        "tests": len(told),
        "failures": told.count("failure"),
        "errors": told.count("error"),
        "skipped": told.count("skipped"),
    }


def test_a_failure_names_its_numbers() -> None:
    root = ElementTree.fromstring(render_junit(story()).encode())
    [case] = [case for case in root[0] if case.get("name") == "chrf@eval/zh"]
    assert "REGRESSED: 41.2 → 35.1 (−6.1 points, 95% [−7.3, −4.9], p 0.062, n 120)" in case[0].get("message", "")


def test_reasons_of_a_refusal_are_told_in_the_readers_language() -> None:
    root = ElementTree.fromstring(render_junit(story("INVALID"), lang="zh").encode())
    assert root[0][0][0].text == "评测数据中有 3 条出现在训练数据里。"


def test_without_numbers_only_the_verdict_is_a_case() -> None:
    assert results(render_junit(bare())) == {"verdict": "system-out"}


@pytest.mark.parametrize("text", HOSTILE)
def test_it_is_well_formed_whatever_the_data_holds(text: str) -> None:
    assert len(results(render_junit(hostile(text)))) >= 2
