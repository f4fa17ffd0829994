"""What the commands around evaluation do: find runs, scores and the recipe that counts; progress; exit codes."""

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
from gristmill.sides import pair, scores_of
from gristmill.terminal import out, print_json, shown
from gristmill.training import hush
from gristmill.verdict import verdict
from gristmill.words import word
from schemas.artifacts import Layout
from schemas.errors import UserError

if TYPE_CHECKING:
    from evalsuite.config import EvalRecipe
    from evalsuite.scorecard import ScoreCard


def evaluate(
    names: Sequence[str],
    config: Path | None,
    lang: Lang,
    *,
    json: bool,
    **flags: bool,
) -> int:
    """Evaluate runs, print the verdicts, and return the exit code: the worst of them."""
    root = Path.cwd()
    chosen = choose(names, config, root / "runs")
    recipe, seed = read_recipe(config, chosen[0], card=None, **flags)
    for name in chosen if not (recipe.tuned or recipe.endpoint) else ():
        _trained(Layout(root / "runs" / name))
    hush()
    from evalsuite.evaluate import evaluate as story

    with _bars(lang) as tell:
        tell(word("on", lang, names=", ".join(chosen)), 0, 0)
        outcomes = story(recipe, chosen, root=root, seed=seed, lang=lang.value, tell=tell)
    if json:
        print_json([outcome.comparison.as_dict() for outcome in outcomes])
    else:
        for outcome in outcomes:
            verdict(outcome.comparison, lang)
            _files(outcome.layout, lang)
    return worst([outcome.comparison.exit_code for outcome in outcomes])


def choose(names: Sequence[str], config: Path | None, runs: Path) -> list[str]:
    """The runs that are meant, each once: those named, else the recipe's own, else the newest.

    Raises:
        UserError: If one of them isn't there.
    """
    from evalsuite.config import load_recipe

    told = [Path(name).name if Path(name).parent.name == "runs" else name for name in names]
    if config is not None and not told:
        recipe, title, _ = load_recipe(config)
        if recipe.run or (runs / title).is_dir() or title != config.stem:
            told = [title]
    for name in told:
        if not (runs / name).is_dir():
            there = ", ".join(sorted(path.name for path in runs.glob("*/") if path.is_dir())) or "none"
            raise UserError(f"no run {name!r} in runs/; there: {there}", hint="gristmill train -c RECIPE makes one")
    return list(dict.fromkeys(told)) or [_newest(runs)]


def _newest(runs: Path) -> str:
    """The run whose model is the newest."""
    made = sorted(runs.glob("*/model/run.json"), key=lambda path: path.stat().st_mtime)
    if not made:
        raise UserError("no trained run in runs/ yet", hint="gristmill train -c RECIPE")
    return made[-1].parents[1].name


def _trained(layout: Layout) -> None:
    from schemas.models import find_model

    find_model(layout)


def worst(codes: Sequence[int]) -> int:
    """Of several verdicts: a regression before an invalid comparison, before nothing."""
    return next((code for code in (1, 3) if code in codes), 0)


def _files(layout: Layout, lang: Lang) -> None:
    """Where the report is, and how people can have a say."""
    folder = shown(layout.evaluation)
    out.print(word("report", lang, folder=folder), highlight=False, soft_wrap=True)
    sheet = layout.evaluation / "blind.csv"
    if sheet.is_file() and len(sheet.read_bytes().splitlines()) > 1:
        path = shown(sheet)
        command = f"gristmill compare {layout.root.name} --human {path}"
        out.print(word("judge", lang, sheet=path, command=command), highlight=False, soft_wrap=True)


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
    from evalsuite.publish import sheet_seed, write_reports
    from evalsuite.report.blind import human_panel

    runs = Path.cwd() / "runs"
    first, second = sides
    if human and second is not None:
        raise UserError("--human reads the sheet of one evaluation", hint=f"gristmill compare {first} --human {human}")
    base, tuned = pair(first, second, runs)
    recipe, seed = read_recipe(config, tuned.model.get("run"), card=tuned, **flags)
    found = judge(base, tuned, policy=recipe.policy, name=tuned.name, seed=seed, allow_mismatch=recipe.allow_mismatch)
    home = scores_of(first, runs).parent
    saved, notes = _saved(home / "comparison.json") if second is None else ({}, [])
    if human:
        saved["human"] = human_panel(human, seed=sheet_seed(tuned, int(tuned.settings.get("seed", seed))))
    found = dataclasses.replace(found, panels=saved, notes=[*found.notes, *notes])
    target = output or (home if second is None and not Path(first).is_file() else None)
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


def _saved(path: Path) -> tuple[dict[str, Any], list[Any]]:
    """The panels of an earlier comparison of the same scores, and what loading and the judge had to say."""
    import orjson

    from evalsuite.comparison import Note
    from evalsuite.panels import NOTES

    if not path.is_file():
        return {}, []
    try:
        told = orjson.loads(path.read_bytes())
        notes = [Note(**note) for note in told["notes"] if note["code"] in (*NOTES, "judge_calibration")]
        return dict(told["panels"]), notes
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as fault:
        raise UserError(f"{path} is damaged: {fault}", hint="gristmill eval RUN writes it anew") from None


def read_recipe(
    config: Path | None,
    run: str | None,
    *,
    card: "ScoreCard | None" = None,
    allow_mismatch: bool,
    require_conclusive: bool,
) -> tuple["EvalRecipe", int]:
    """What is asked and what gates, with the seed.

    Args:
        config: A recipe that is named; it wins.
        run: Whose recipe counts else: the one that it was trained with; without one the defaults.
        card: Saved scores: the policy that they were judged by wins over the run's recipe.
        allow_mismatch: Asked for on the command line.
        require_conclusive: The same.
    """
    from evalsuite.config import DEFAULT_SEED, EvalRecipe, load_recipe
    from schemas.config import load_yaml

    recipe, seed = EvalRecipe(), DEFAULT_SEED
    kept = Path.cwd() / "runs" / run / "recipe.yaml" if run else None
    if config is not None:
        recipe, _, seed = load_recipe(config)
    elif card is not None and "policy" in card.settings:
        recipe, seed = _as_judged(card), int(card.settings.get("seed", seed))
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


def _as_judged(card: "ScoreCard") -> "EvalRecipe":
    """The policy that an evaluation kept beside its scores."""
    from pydantic import ValidationError

    from evalsuite.config import EvalRecipe

    settings = card.settings
    parts = {"policy": settings["policy"], "allow_mismatch": settings.get("allow_mismatch", False)}
    try:
        return EvalRecipe.model_validate(parts)
    except ValidationError as fault:
        told = fault.errors()[0]["msg"]
        raise UserError(f"the scores' own policy can't be read: {told}", hint="name a recipe: -c RECIPE") from None


@contextmanager
def _bars(lang: Lang) -> Iterator[Callable[[str, int, int], None]]:
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
                console.print(what, highlight=False, markup=False, soft_wrap=True)
                return
            if what not in tasks:
                tasks[what] = bars.add_task(escape(_work(what, lang)), total=total)
            counts[what] = counts.get(what, 0) + count
            bars.update(tasks[what], advance=count)
            late = time.monotonic() - told > 30 or counts[what] == total
            if count and not console.is_terminal and late:
                told = time.monotonic()
                console.print(f"{_work(what, lang)} {counts[what]}/{total}", highlight=False, markup=False)

        yield tell


def _work(what: str, lang: Lang) -> str:
    """`RUN: answers`, in the language of the command."""
    name, _, kind = what.rpartition(": ")
    return f"{name}: {word(kind, lang)}" if name and kind in ("answers", "likelihood") else what
