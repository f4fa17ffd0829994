"""What the commands around evaluation do and print: progress, the verdict, the numbers behind it."""

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gristmill.options import Lang
from gristmill.terminal import columns, out, print_json, shown
from gristmill.training import hush
from gristmill.words import word
from schemas.artifacts import Layout
from schemas.errors import UserError

if TYPE_CHECKING:
    from evalsuite.comparison import Comparison, Row
    from evalsuite.config import EvalRecipe
    from evalsuite.scorecard import ScoreCard

COLOURS = {"REGRESSED": "bold red", "NOT IMPROVED": "bold red", "INVALID": "bold red", "IMPROVED": "bold green"}


def evaluate(
    names: Sequence[str],
    config: Path | None,
    lang: Lang,
    *,
    json: bool,
    **flags: bool,
) -> int:
    """Evaluate runs, print the verdicts, and return the exit code: the worst of them."""
    hush()
    from evalsuite.evaluate import evaluate as story

    root = Path.cwd()
    chosen = list(names) or [_newest(root / "runs")]
    recipe, seed = read_recipe(config, chosen[0], **flags)
    if recipe.run and not names:
        chosen = [recipe.run]
    with _bars() as tell:
        outcomes = story(recipe, chosen, root=root, seed=seed, lang=lang.value, tell=tell)
    if json:
        print_json([outcome.comparison.as_dict() for outcome in outcomes])
    else:
        for outcome in outcomes:
            verdict(outcome.comparison, lang)
            folder = shown(outcome.layout.evaluation)
            out.print(word("report", lang, folder=folder), highlight=False, soft_wrap=True)
            commands = f"gristmill compare {outcome.layout.root.name} --human {folder}/blind.csv"
            out.print(word("next", lang, commands=commands), highlight=False, soft_wrap=True)
    return worst([outcome.comparison.exit_code for outcome in outcomes])


def worst(codes: Sequence[int]) -> int:
    """Of several verdicts: a regression before an invalid comparison, before nothing."""
    return next((code for code in (1, 3) if code in codes), 0)


def compare(
    sides: tuple[str, str | None],
    config: Path | None,
    lang: Lang,
    *,
    human: Path | None,
    output: Path | None,
    json: bool,
    **flags: bool,
) -> int:
    """Compare saved scores, print the verdict, write reports where a folder is named."""
    from evalsuite.compare import compare as judge
    from evalsuite.publish import write_reports
    from evalsuite.report.blind import human_panel

    runs = Path.cwd() / "runs"
    first, second = sides
    own = runs / first.partition(":")[0]
    named = own.name if own.is_dir() else None
    recipe, seed = read_recipe(config, named, **flags)
    base, tuned = pair(first, second, runs)
    found = judge(base, tuned, policy=recipe.policy, name=tuned.name, seed=seed, allow_mismatch=recipe.allow_mismatch)
    saved = _saved(own / "eval" / "comparison.json") if second is None else {}
    if human:
        saved["human"] = human_panel(human, seed=seed)
    found = dataclasses.replace(found, panels=saved)
    target = output or (own / "eval" if second is None and own.is_dir() else None)
    if target:
        write_reports(target, found, lang=lang.value)
    if json:
        print_json(found.as_dict())
        return found.exit_code
    verdict(found, lang)
    if human:
        told = saved["human"]
        out.print(word("human", lang, **{key: told[key] for key in ("wins", "losses", "ties", "blank", "p")}))
    if target:
        out.print(word("report", lang, folder=shown(target)), highlight=False, soft_wrap=True)
    return found.exit_code


def pair(first: str, second: str | None, runs: Path) -> tuple["ScoreCard", "ScoreCard"]:
    """The two cards: base and tuned of one evaluation, or a side each of two."""
    if second is None:
        cards = _cards(first.partition(":")[0], runs)
        return cards["base"], cards["tuned"]
    left, right = (_side(told, runs) for told in (first, second))
    return left, right


def _side(told: str, runs: Path) -> "ScoreCard":
    place, _, name = told.rpartition(":") if told.rpartition(":")[2] in ("base", "tuned") else (told, "", "")
    cards = _cards(place, runs)
    card = cards[name or "tuned"]
    return dataclasses.replace(card, name=told if name else Path(place).parent.parent.name or place)


def _cards(told: str, runs: Path) -> dict[str, "ScoreCard"]:
    from evalsuite.scorecard import read_cards

    path = Path(told)
    return read_cards(path if path.is_file() else runs / told / "eval" / "scores.json")


def _saved(path: Path) -> dict[str, Any]:
    """The panels of an earlier comparison of the same scores."""
    import orjson

    return dict(orjson.loads(path.read_bytes())["panels"]) if path.is_file() else {}


def read_recipe(
    config: Path | None, run: str | None, *, allow_mismatch: bool, require_conclusive: bool
) -> tuple["EvalRecipe", int]:
    """The `eval:` section that is named, else that of the recipe that the run was trained with, else the defaults."""
    from evalsuite.config import DEFAULT_SEED, EvalRecipe, load_recipe
    from schemas.config import load_yaml

    recipe, seed = EvalRecipe(), DEFAULT_SEED
    kept = Path.cwd() / "runs" / run / "recipe.yaml" if run else None
    if config is not None:
        recipe, _, seed = load_recipe(config)
    elif kept is not None and kept.is_file():
        values = load_yaml(kept)[0]
        seed = int(values.get("seed", seed))
        if "eval" in values:
            recipe, _, seed = load_recipe(kept)
    policy = recipe.policy.model_copy(
        update={"require_conclusive": recipe.policy.require_conclusive or require_conclusive}
    )
    update = {"policy": policy, "allow_mismatch": recipe.allow_mismatch or allow_mismatch}
    return recipe.model_copy(update=update), seed


def _newest(runs: Path) -> str:
    """The run whose model is the newest."""
    made = sorted(runs.glob("*/model/run.json"), key=lambda path: path.stat().st_mtime)
    if not made:
        raise UserError("no trained run in runs/ yet", hint="gristmill train -c RECIPE")
    return Layout(made[-1].parents[1]).root.name


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each kind of work, with the time left, on stderr; lines now and then where that is no terminal."""
    console = Console(stderr=True)
    shape = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*shape, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}
        counts: dict[str, int] = {}
        told = time.monotonic()

        def tell(what: str, count: int, total: int) -> None:
            nonlocal told
            if not total:  # a sentence, such as one about a server that lets us wait
                console.print(what, highlight=False, markup=False)
                return
            if what not in tasks:
                tasks[what] = bars.add_task(escape(what), total=total)
            counts[what] = counts.get(what, 0) + count
            bars.update(tasks[what], advance=count)
            late = time.monotonic() - told > 30 or counts[what] == total
            if count and not console.is_terminal and late:
                told = time.monotonic()
                console.print(f"{what} {counts[what]}/{total}", highlight=False, markup=False)

        yield tell


def verdict(comparison: "Comparison", lang: Lang) -> None:
    """Print the verdict, what decided it, and what a person should know."""
    from evalsuite.report.why import why

    style = COLOURS.get(comparison.verdict, "bold")
    out.print(
        f"[{style}]{comparison.verdict}[/]  {escape(comparison.name)}: {escape(why(comparison, lang.value))}",
        highlight=False,
        soft_wrap=True,
    )
    for note in comparison.invalid:
        out.print(f"  ✗ {escape(note.zh if lang == Lang.zh else note.en)}", highlight=False, soft_wrap=True)
    _numbers([row for row in comparison.rows if row.primary], lang, title=word("decides", lang))
    others = [row for row in comparison.rows if not row.primary and row.set == "eval" and row.metric in SHOWN]
    _numbers(others, lang, title=word("beside", lang))
    for note in comparison.notes:
        out.print(f"  · {escape(note.zh if lang == Lang.zh else note.en)}", highlight=False, soft_wrap=True)


SHOWN = ("bits_per_byte", "chrf", "rougeL", "stopped", "looped", "invented")
"""Numbers that are printed beside those that decide; the report has them all."""


def _numbers(rows: Sequence["Row"], lang: Lang, *, title: str) -> None:
    if not rows:
        return
    heads = ("number", "n", "base", "tuned_side", "delta", "interval", "verdict")
    table = columns(
        *((word(head, lang), head in ("n", "base", "tuned_side", "delta", "interval")) for head in heads), title=title
    )
    for row in rows:
        table.add_row(
            f"{row.metric}@{row.set}/{row.language}",
            f"{row.n:,}",
            f"{row.base:.3g}",
            f"{row.tuned:.3g}",
            f"{row.delta:+.3g}",
            f"{row.low:+.3g} … {row.high:+.3g}",
            f"[{COLOURS.get(row.verdict or '', '')}]{row.verdict}[/]"
            if row.primary and row.verdict in COLOURS
            else row.verdict or "–",
        )
    out.print(table)
