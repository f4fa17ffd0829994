"""Verdicts: exit code, JUnit XML by the usual schema, GitHub's commands and summary."""

from xml.etree import ElementTree

import pytest

from schemas.verdicts import VERDICTS, Check, Verdict, annotations, as_dict, exit_code, job_summary, junit_xml, tally

HOSTILE = ["", " ", "\x00\x1b[31m", "<b>&\"'", "]]>", "|a|\n`b`", "::error::x%0A", "茶☕️", "\ud800"]


def check(verdict: Verdict, name: str = "kept_share", **more: object) -> Check:
    return Check(name, verdict, f"{name} is told", **more)  # type: ignore[arg-type]


EACH = [check(verdict, verdict) for verdict in VERDICTS]


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([], 0),
        (["pass", "skip"], 0),
        (["pass", "warn"], 0),
        (["fail", "warn"], 1),
        (["error", "pass"], 3),
        (["fail", "error"], 3),
    ],
)
def test_exit_code(verdicts: list[Verdict], code: int) -> None:
    assert exit_code(check(verdict) for verdict in verdicts) == code


def test_every_verdict_is_counted() -> None:
    assert tally([*EACH, check("fail")]) == {"pass": 1, "warn": 1, "fail": 2, "skip": 1, "error": 1}
    assert set(tally([]).values()) == {0}


def test_a_check_is_plain_json() -> None:
    told = as_dict(check("warn", value="0.4", line=3))
    assert told == {
        **{"name": "kept_share", "verdict": "warn", "told": "kept_share is told", "value": "0.4"},
        **{"limit": "", "details": "", "file": "", "line": 3},
    }


# What the schemas of Jenkins (junit-10.xsd) and Testmo's common format have: element -> attributes, children.
SCHEMA = {
    "testsuites": ({"tests", "failures", "errors", "skipped"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped"}, {"testcase"}),
    "testcase": ({"classname", "name", "file", "line"}, {"failure", "error", "skipped", "system-out"}),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "skipped": ({"message"}, set()),
    "system-out": (set(), set()),
}
REQUIRED = {"testsuite": {"name", "tests"}, "testcase": {"classname", "name"}, "failure": {"type", "message"}}


def valid(element: ElementTree.Element) -> None:
    attributes, children = SCHEMA[element.tag]
    assert REQUIRED.get(element.tag, set()) <= set(element.keys()) <= attributes
    assert {child.tag for child in element} <= children
    for child in element:
        valid(child)


@pytest.mark.parametrize("text", HOSTILE)
def test_junit_is_valid_whatever_stands_in_it(text: str) -> None:
    checks = [Check(text, verdict, text, text, text, text, text, 3) for verdict in VERDICTS]
    root = ElementTree.fromstring(junit_xml(checks, suite=text, classname="gristmill.gate").encode())
    valid(root)
    assert [child.tag for child in root.iter("testcase")] == ["testcase"] * 5


def test_junit_tells_and_counts() -> None:
    root = ElementTree.fromstring(junit_xml(EACH, suite="s", classname="c").encode())
    assert [case[0].tag for case in root[0]] == ["system-out", "system-out", "failure", "skipped", "error"]
    assert root.attrib == {"tests": "5", "failures": "1", "errors": "1", "skipped": "1"}
    assert root[0][1][0].text == "WARN warn is told"


def test_junit_without_checks_is_valid() -> None:
    valid(ElementTree.fromstring(junit_xml([], suite="s", classname="c").encode()))


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (check("pass"), None),
        (check("skip"), None),
        (check("warn"), "::warning title=kept_share::kept_share is told"),
        (
            check("fail", file="a,b:c.yaml", line=7, details="50%\nnext: x"),
            "::error file=a%2Cb%3Ac.yaml,line=7,title=kept_share::kept_share is told%0A50%25%0Anext: x",
        ),
        (check("error", "x [a=b, c=d]"), "::error title=x [a=b%2C c=d]::x [a=b, c=d] is told"),
        (check("error", file="g.yaml"), "::error file=g.yaml,title=kept_share::kept_share is told"),
    ],
)
def test_annotations(given: Check, line: str | None) -> None:
    assert annotations([given]) == ([] if line is None else [line])


def test_the_worst_is_annotated_first() -> None:
    assert [line.split(":")[2].split(" ")[0] for line in annotations(EACH)] == ["error", "error", "warning"]
    assert "title=error" in annotations(EACH)[0]


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_an_annotation_is_one_line(text: str) -> None:
    [line] = annotations([Check(text, "fail", text, details=text, file=text)])
    assert len(line.splitlines()) == 1


HEADS = ("what", "value", "limit", "meaning")


def test_the_summary_shows_what_failed_and_folds_away_what_passed() -> None:
    text = job_summary(EACH, title="Gates", heads=HEADS)
    rows = [line for line in text.splitlines() if line.startswith("| ") and "is told" in line]
    assert [row.split("|")[2].strip() for row in rows] == ["error", "fail", "warn", "skip"]
    assert text.index("<details>") < text.index("| ✅ | pass |") < text.index("</details>")


def test_a_summary_of_nothing() -> None:
    assert job_summary([], title="Gates", heads=HEADS) == "## Gates\n\n\n"


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_a_cell_stays_a_cell(text: str) -> None:
    summary = job_summary([Check(text, "fail", text, text, text, text)], title="Gates", heads=HEADS)
    [row] = [line for line in summary.split("\n") if line.startswith("| ❌")]
    assert row.count("|") == 6
    assert "<b>" not in row


def test_a_long_summary_is_cut_and_says_so() -> None:
    checks = [check("fail", details="长" * 1000) for _ in range(400)]
    text = job_summary(checks, title="Gates", heads=HEADS)
    assert len(text.encode()) < 1_000_000
    shown = text.count("| ❌ |")
    assert 300 < shown < 400
    assert f"+ {400 - shown} |" in text
