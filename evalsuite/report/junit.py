"""`junit.xml`: the verdict and each primary number as a test case, for any CI."""

from evalsuite.comparison import Comparison, Row
from evalsuite.report.told import tell
from evalsuite.report.why import why
from schemas.verdicts import Check, Verdict, junit_xml

_OVERALL: dict[str, Verdict] = {
    "INVALID": "error",
    "REGRESSED": "fail",
    "NOT IMPROVED": "fail",
    "INCONCLUSIVE": "skip",
}


def render_junit(comparison: Comparison, *, lang: str = "en") -> str:
    """The comparison as JUnit XML.

    The first case is the verdict of the whole: a failure for REGRESSED and NOT IMPROVED, an error for INVALID,
    skipped for INCONCLUSIVE. One case for each primary number follows: a failure for REGRESSED, skipped for
    INCONCLUSIVE; all are skipped where the comparison is invalid, since they decide nothing then.
    """
    checks = [_whole(comparison, lang), *(_number(row, comparison, lang) for row in comparison.rows if row.primary)]
    return junit_xml(checks, suite=f"gristmill eval {comparison.name}", classname="gristmill.eval")


def _whole(comparison: Comparison, lang: str) -> Check:
    reasons = "\n".join(note.en if lang == "en" else note.zh for note in comparison.invalid)
    told = f"{comparison.verdict}: {why(comparison, lang)}"
    return Check("verdict", _OVERALL.get(comparison.verdict, "pass"), told, details=reasons)


def _number(row: Row, comparison: Comparison, lang: str) -> Check:
    told = tell(row, lang)
    verdict: Verdict = "pass"
    if comparison.verdict == "INVALID":
        verdict = "skip"
    elif row.verdict in ("REGRESSED", "INCONCLUSIVE"):
        verdict = _OVERALL[row.verdict]
    line = f"{told.base} → {told.tuned} ({told.delta} {told.unit}, 95% {told.interval}, p {told.adjusted}, n {told.n})"
    name = f"{row.metric}@{row.set}/{row.language}" + (f" {row.slice}" if row.slice else "")
    return Check(name, verdict, f"{row.verdict}: {line} {told.needed}".strip(), details=line)
