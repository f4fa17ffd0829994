"""What GitHub Actions shows: annotations on the changed files, and the job's summary in Markdown."""

from collections.abc import Sequence

from schemas.verdicts.check import Check, Verdict, tally

LEVELS: dict[Verdict, str] = {"error": "error", "fail": "error", "warn": "warning"}
"""Verdict -> workflow command; the others need nobody's eye."""

MARKS: dict[Verdict, str] = {"pass": "✅", "warn": "⚠️", "fail": "❌", "skip": "➖", "error": "🛑"}

SUMMARY_BYTES = 1_000_000
"""A step's summary may take 1 MiB; a longer one is refused whole (GitHub's documentation of workflow commands)."""

ORDER: tuple[Verdict, ...] = ("error", "fail", "warn", "skip", "pass")


def annotations(checks: Sequence[Check]) -> list[str]:
    """A workflow command for every check that failed, errs or warns, the worst first.

    GitHub shows ten errors and ten warnings of a step; the summary has them all.

    Returns:
        Lines such as `::error file=configs/gates.yaml,line=7,title=kept_share::kept_share is 0.4 ...`.
    """
    loud = [check for check in checks if check.verdict in LEVELS]
    return [_command(check) for check in sorted(loud, key=lambda check: ORDER.index(check.verdict))]


def _command(check: Check) -> str:
    place = {"file": check.file, "line": str(check.line or "")} if check.file else {}
    properties = {key: value for key, value in {**place, "title": check.name}.items() if value}
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = "\n".join(part for part in (check.told, check.details) if part)
    return f"::{LEVELS[check.verdict]} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def job_summary(checks: Sequence[Check], *, title: str, heads: Sequence[str]) -> str:
    """Checks as Markdown tables: what wants an eye first, the worst on top; what passed is folded away.

    Args:
        checks: n checks.
        title: The heading.
        heads: Four column heads: what was judged, its value, its limit, what it means.

    Returns:
        Markdown of at most `SUMMARY_BYTES`; lines that don't fit are counted at the end.
    """
    counts = " · ".join(f"{MARKS[verdict]} {number} {verdict}" for verdict, number in tally(checks).items() if number)
    quiet = [check for check in checks if check.verdict == "pass"]
    loud = sorted((check for check in checks if check.verdict != "pass"), key=lambda check: ORDER.index(check.verdict))
    head = f"| | {' | '.join(map(_cell, heads))} |\n|---|---|---|---|---|\n"
    text = f"## {_cell(title)}\n\n{counts}\n"
    for group, before, after in (
        (loud, "\n", ""),
        (quiet, f"\n<details><summary>{MARKS['pass']} {len(quiet)}</summary>\n\n", "\n</details>\n"),
    ):
        if group:
            text += before + head + _lines(group, SUMMARY_BYTES - len(text.encode()) - 1000) + after
    return text


def _lines(checks: Sequence[Check], room: int) -> str:
    """A line for each check, as many as there is room for."""
    text = ""
    for index, check in enumerate(checks):
        line = f"| {MARKS[check.verdict]} | {' | '.join(map(_cell, _cells(check)))} |\n"
        room -= len(line.encode())
        if room < 0:
            return f"{text}| | + {len(checks) - index} | | | |\n"
        text += line
    return text


def _cells(check: Check) -> tuple[str, str, str, str]:
    meaning = "" if check.verdict == "pass" else "\n".join((check.told, check.details)).strip()
    return check.name, check.value, check.limit, meaning


_PLAIN = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "\r": "",
        "\n": "<br>",
        **{mark: f"&#{ord(mark)};" for mark in "\\`*_[]|~#@"},
    }
)


def _cell(text: str) -> str:
    """Text as it is in a cell: no Markdown, no HTML, one line."""
    return text.translate(_PLAIN)
