"""JUnit XML, the form in which every CI reads test results."""

from collections.abc import Sequence
from xml.etree import ElementTree

from schemas.page import legal
from schemas.verdicts.check import Check, Verdict, tally

ELEMENTS: dict[Verdict, str] = {"fail": "failure", "error": "error", "skip": "skipped"}
"""Verdict -> the element that tells it; the others are told in `system-out`, since JUnit knows no warning."""


def junit_xml(checks: Sequence[Check], *, suite: str, classname: str) -> str:
    """Checks as one test suite, a test case each.

    Args:
        checks: In the order in which they shall stand.
        suite: The suite's name.
        classname: What the cases are grouped by, such as `gristmill.gate`.

    Returns:
        The document: `testsuites > testsuite > testcase > failure | error | skipped | system-out`, as Jenkins' and
        GitLab's schemas have it. A warning is a case that passes and says so.
    """
    counted = tally(checks)
    counts = {
        "tests": str(len(checks)),
        "failures": str(counted["fail"]),
        "errors": str(counted["error"]),
        "skipped": str(counted["skip"]),
    }
    group = ElementTree.Element("testsuite", {"name": legal(suite), **counts})
    group.extend(_case(check, classname) for check in checks)
    root = ElementTree.Element("testsuites", counts)
    root.append(group)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(check: Check, classname: str) -> ElementTree.Element:
    where = {"file": legal(check.file), "line": str(check.line)} if check.file else {}
    case = ElementTree.Element("testcase", {"classname": classname, "name": legal(check.name), **where})
    element = ELEMENTS.get(check.verdict)
    if element is None:
        told = f"WARN {check.told}" if check.verdict == "warn" else check.told
        ElementTree.SubElement(case, "system-out").text = legal(told)
        return case
    kind = {} if element == "skipped" else {"type": classname}
    ElementTree.SubElement(case, element, {**kind, "message": legal(check.told)}).text = legal(check.details)
    return case
