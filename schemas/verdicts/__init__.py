"""Verdicts of checks, for every place that reads them: exit code, JUnit XML, GitHub, JSON."""

from schemas.verdicts.check import VERDICTS, Check, Verdict, as_dict, exit_code, tally
from schemas.verdicts.github import annotations, job_summary
from schemas.verdicts.junit import junit_xml

__all__ = [
    "VERDICTS",
    "Check",
    "Verdict",
    "annotations",
    "as_dict",
    "exit_code",
    "job_summary",
    "junit_xml",
    "tally",
]
