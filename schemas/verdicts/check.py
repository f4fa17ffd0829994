"""One check and its verdict, and what many of them come to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Verdict = Literal["pass", "warn", "fail", "skip", "error"]
"""`skip`: there was nothing to judge. `error`: it could not be judged, so nothing holds."""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True)
class Check:
    """One number or statement that was judged.

    Attributes:
        name: What was judged; the name of the test case.
        verdict: How it came out.
        told: One sentence that says so.
        value: The number as people read it; "" where there is none.
        limit: What it was held against, such as `fail > 0`; "" where there is nothing.
        details: Why it matters and what to do next; may have several lines.
        file: The file that set the limit, as a path from the repository's root; "" where there is none.
        line: The one-based line in it; 0 where there is none.
    """

    name: str
    verdict: Verdict
    told: str
    value: str = ""
    limit: str = ""
    details: str = ""
    file: str = ""
    line: int = 0


def exit_code(checks: Iterable[Check]) -> int:
    """0 where nothing failed, 1 where a check failed, 3 where one could not be judged: then no verdict holds."""
    words = {check.verdict for check in checks}
    return 3 if "error" in words else 1 if "fail" in words else 0


def tally(checks: Iterable[Check]) -> dict[Verdict, int]:
    """How many checks came out which way; every verdict has its number."""
    counted = Counter(check.verdict for check in checks)
    return {verdict: counted[verdict] for verdict in VERDICTS}


def as_dict(check: Check) -> dict[str, Any]:
    """A check as plain JSON values."""
    return asdict(check)
