"""`junit.xml`: the verdict and each primary number as a test case, for any CI."""

from typing import Literal
from xml.etree import ElementTree

from evalsuite.comparison import Comparison, Row
from evalsuite.report.told import tell
from evalsuite.report.why import why
from schemas.page import legal

Result = Literal["failure", "error", "skipped"]

_OVERALL: dict[str, Result] = {
    "INVALID": "error",
    "REGRESSED": "failure",
    "NOT IMPROVED": "failure",
    "INCONCLUSIVE": "skipped",
}


def render_junit(comparison: Comparison, *, lang: str = "en") -> str:
    """The comparison as JUnit XML.

    The first case is the verdict of the whole: a failure for REGRESSED and NOT IMPROVED, an error for INVALID,
    skipped for INCONCLUSIVE. One case for each primary number follows: a failure for REGRESSED, skipped for
    INCONCLUSIVE; all are skipped where the comparison is invalid, since they decide nothing then.
    """
    cases = [_whole(comparison, lang), *(_number(row, comparison, lang) for row in comparison.rows if row.primary)]
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    told = {key: str(value) for key, value in counts.items()}
    suite = ElementTree.Element("testsuite", {"name": legal(f"gristmill eval {comparison.name}"), **told})
    suite.extend(cases)
    root = ElementTree.Element("testsuites", told)
    root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _whole(comparison: Comparison, lang: str) -> ElementTree.Element:
    reasons = "\n".join(note.en if lang == "en" else note.zh for note in comparison.invalid)
    message = f"{comparison.verdict}: {why(comparison, lang)}"
    return _case("verdict", _OVERALL.get(comparison.verdict), message, reasons)


def _number(row: Row, comparison: Comparison, lang: str) -> ElementTree.Element:
    told = tell(row, lang)
    result: Result | None = None
    if comparison.verdict == "INVALID":
        result = "skipped"
    elif row.verdict in ("REGRESSED", "INCONCLUSIVE"):
        result = _OVERALL[row.verdict]
    line = f"{told.base} → {told.tuned} ({told.delta} {told.unit}, 95% {told.interval}, p {told.adjusted}, n {told.n})"
    name = f"{row.metric}@{row.set}/{row.language}" + (f" {row.slice}" if row.slice else "")
    return _case(name, result, f"{row.verdict}: {line} {told.needed}".strip(), line)


def _case(name: str, result: Result | None, message: str, details: str) -> ElementTree.Element:
    case = ElementTree.Element("testcase", {"classname": "gristmill.eval", "name": legal(name)})
    if result is not None:
        ElementTree.SubElement(case, result, {"message": legal(message)}).text = legal(details)
    else:
        ElementTree.SubElement(case, "system-out").text = legal(message)
    return case
