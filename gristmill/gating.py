"""What `gristmill gate` does: find run, gates and baseline; print the verdicts and hand them to CI."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from gristmill.options import Lang
from gristmill.terminal import columns, out, print_json, shown
from schemas.artifacts import Layout, find_run, write_file
from schemas.errors import UserError
from schemas.verdicts import VERDICTS, Check, Verdict, annotations, as_dict, exit_code, job_summary, junit_xml, tally

if TYPE_CHECKING:
    from dataprep.gates import Artifact, Gates

GATES = Path("configs") / "gates.yaml"
"""Read where no recipe is named: in the working folder, else gristmill's own."""

BASELINE = Path("baseline.json")
"""Written where neither the command nor the gates name another."""

COLOURS: dict[Verdict, str] = {"warn": "yellow", "fail": "bold red", "error": "bold red", "skip": "dim"}

ORDER: tuple[Verdict, ...] = ("pass", "skip", "warn", "fail", "error")
"""The worst last: that is what a person sees without scrolling."""

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Gates of {run}", "{run} 的门禁"),
    "check": ("what", "检查项"),
    "value": ("value", "数值"),
    "limit": ("limit", "界限"),
    "verdict": ("verdict", "结论"),
    "told": ("what it means", "说明"),
    "pass": ("pass", "通过"),
    "warn": ("warn", "警告"),
    "fail": ("fail", "不通过"),
    "skip": ("skipped", "跳过"),
    "error": ("error", "无法判定"),
    "baseline": ("{path} written: {values} numbers of {run}", "已写入 {path}：{run} 的 {values} 个数值"),
}


@dataclass(frozen=True)
class Judged:
    """What the gates said.

    Attributes:
        run: The run's folder, as people type it.
        checks: Every check, in order.
        gates: The recipe that held the gates.
    """

    run: str
    checks: Sequence[Check]
    gates: str

    @property
    def exit_code(self) -> int:
        """0, 1 or 3."""
        return exit_code(self.checks)


def judged(run: str | None, config: Path | None, baseline: Path | None, lang: Lang) -> Judged:
    """Judge a run.

    Args:
        run: Its name, `runs/NAME`, or None for the newest.
        config: The recipe with the gates, or None.
        baseline: What it may not be worse than, or None for the gates' own.
        lang: Language of the sentences.

    Raises:
        UserError: If the run, the recipe or the baseline is missing or wrong.
    """
    from dataprep.gates import Bench, judge, read_baseline

    layout, path, gates, lines, artifact = _found(run, config)
    given = baseline or gates.baseline
    before = read_baseline(given, gates, root=Path.cwd()) if given else None
    home = shown(layout.root)
    file = Path(shown(path)).as_posix()
    return Judged(home, judge(gates, Bench(artifact, before, home, lang.value), file=file, lines=lines), file)


def update(run: str | None, config: Path | None, baseline: Path | None, lang: Lang) -> None:
    """Write a run's numbers as the baseline.

    Raises:
        UserError: If the artifact was changed after it was made.
    """
    from dataprep.gates import snapshot, write_baseline
    from dataprep.gates.integrity import check_files

    layout, _, gates, _, artifact = _found(run, config)
    whole = check_files(artifact, lang.value)
    if whole.verdict == "error":
        raise UserError(whole.told, hint="gristmill data -c RECIPE")
    target = Path.cwd() / (baseline or gates.baseline or BASELINE)
    if target.is_dir() or target.suffix != ".json" or target.name == "manifest.json":
        raise UserError(f"{shown(target)} is not the name of a baseline file", hint=f"--baseline {BASELINE}")
    taken = snapshot(artifact, gates)
    write_baseline(target, taken)
    told = _word("baseline", lang).format(path=shown(target), values=len(taken.values), run=shown(layout.root))
    out.print(told, highlight=False, soft_wrap=True)


def write(outcome: Judged, lang: Lang, *, junit: Path | None, github: bool | None) -> None:
    """Hand the verdicts to CI: JUnit XML, and annotations and job summary of GitHub Actions.

    Annotations go to stderr: GitHub reads both streams, and stdout may be JSON.
    """
    title = _word("title", lang).format(run=outcome.run)
    if junit is not None:
        write_file(junit, junit_xml(outcome.checks, suite=title, classname="gristmill.gate").encode())
    if not (os.environ.get("GITHUB_ACTIONS") == "true" if github is None else github):
        return
    for line in annotations(outcome.checks):
        sys.stderr.write(line + "\n")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        heads = [_word(key, lang) for key in ("check", "value", "limit", "told")]
        with Path(summary).open("a", encoding="utf-8", errors="replace") as file:
            file.write(job_summary(outcome.checks, title=title, heads=heads) + "\n")


def show(outcome: Judged, lang: Lang, *, json: bool) -> None:
    """Print the verdicts: a table, the worst last, and below it why and what to do next."""
    counts = tally(outcome.checks)
    if json:
        checks = [as_dict(check) for check in outcome.checks]
        print_json({"run": outcome.run, "exit_code": outcome.exit_code, "counts": counts, "checks": checks})
        return
    ordered = sorted(outcome.checks, key=lambda check: ORDER.index(check.verdict))
    heads = [(_word(key, lang), key == "value") for key in ("check", "value", "limit", "verdict")]
    table = columns(*heads, title=f"[bold]{escape(_word('title', lang).format(run=outcome.run))}[/bold]")
    for name, value, check in _folded(ordered):
        style = COLOURS.get(check.verdict, "green")
        word = f"[{style}]{_word(check.verdict, lang)}[/]"
        table.add_row(escape(name), escape(value), escape(check.limit), word)
    out.print(table, highlight=False)
    for check in ordered:
        if check.verdict in ("warn", "fail", "error"):
            out.print()
            out.print(f"[{COLOURS[check.verdict]}]{escape(check.told)}[/]", highlight=False, soft_wrap=True)
            for line in check.details.splitlines():
                out.print(f"  {escape(line)}", highlight=False, soft_wrap=True)
    out.print()
    told = " · ".join(f"{_word(verdict, lang)} {counts[verdict]}" for verdict in VERDICTS if counts[verdict])
    out.print(told, style="bold", highlight=False)


def _folded(checks: Sequence[Check]) -> list[tuple[str, str, Check]]:
    """Name and value of each line of the table: slices of one gate that all pass share one."""
    groups: dict[tuple[str, str], list[Check]] = {}
    for index, check in enumerate(checks):
        metric, sliced, _ = check.name.partition(" [")
        together = check.verdict == "pass" and sliced
        groups.setdefault((metric, check.limit) if together else (check.name, str(index)), []).append(check)
    lines = []
    for (metric, _), group in groups.items():
        if len(group) == 1:
            lines.append((group[0].name, group[0].value, group[0]))
        else:
            columns_ = group[0].name.partition(" [")[2].partition("=")[0]
            lines.append((f"{metric} [{columns_} × {len(group)}]", "", group[0]))
    return lines


def _found(run: str | None, config: Path | None) -> "tuple[Layout, Path, Gates, list[int], Artifact]":
    from dataprep.gates import Artifact, load_gates

    path = config or _default()
    gates, lines = load_gates(path)
    named = Path(run).name if run and Path(run).parent.name == "runs" else run
    layout = find_run(Path.cwd() / "runs", named)
    return layout, path, gates, lines, Artifact(layout.data, gates.topic)


def _default() -> Path:
    own = Path(__file__).resolve().parents[1] / GATES
    for path in (Path.cwd() / GATES, own):
        if path.is_file():
            return path
    raise UserError(f"no gates: there is no {GATES}", hint="gristmill gate -c RECIPE, with a section `gates:`")


def _word(key: str, lang: Lang) -> str:
    return WORDS[key][lang == Lang.zh]
