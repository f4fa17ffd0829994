"""What the commands around training print while they work and when they are done."""

import dataclasses
import os
import time
import warnings
from collections.abc import Mapping, Sequence
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dataprep.ledger import visible
from gristmill.terminal import first_process, out, print_json, progress, shown
from gristmill.words import duration, size, word
from schemas.artifacts import write_file

if TYPE_CHECKING:
    from dataprep.advise import Advice
    from train.export import Exported
    from train.prepare import Prepared


def hush() -> None:
    """Keep the libraries' own bars and warnings off the terminal; what matters is told by us."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # with more, on a busy machine, everything is 5 to 50 times slower
    os.environ |= {"TOKENIZERS_PARALLELISM": "true", "TQDM_DISABLE": "1"}
    from datasets import disable_progress_bars
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    disable_progress_bars()
    warnings.filterwarnings("ignore")
    for name in ("bitsandbytes", "torch.distributed"):
        getLogger(name).setLevel("ERROR")


def prepared(config: Path, *, name: str | None, seed: int | None, gpu: str | None = None) -> "Prepared":
    """Read a recipe and look at everything that its training needs."""
    from train.config import load_recipe

    recipe, title, chance = load_recipe(config, name=name, seed=seed)
    hush()
    from train.device import imagine
    from train.prepare import prepare

    with progress() as advance:
        device = imagine(gpu) if gpu else None
        return prepare(recipe, name=title, seed=chance, root=Path.cwd(), progress=advance, device=device)


def keep(config: Path, ready: "Prepared") -> None:
    """Keep the recipe beside the model: evaluation reads its `eval:` section from there."""
    if first_process():
        write_file(ready.layout.root / "recipe.yaml", config.read_bytes())


def run(ready: "Prepared", lang: str, *, json: bool, resume: bool, fresh: bool, force: bool) -> None:
    """Train with a progress bar, then print what came of it."""
    from train.run import train

    with _Bar(sum(stage.steps for stage in ready.stages), lang) as bar:
        record, trained = train(ready, bar.tell, resume=resume, fresh=fresh, force=force)
    if not first_process():
        return
    if json:
        print_json(record)
        return
    path = shown(ready.layout.model)
    if not trained:
        out.print(word("unchanged", lang, path=path), highlight=False)
    for outcome in record["stages"]:
        _verdict(outcome, lang)
    _answers(record["stages"], lang)
    if trained:
        costs = [outcome["cost"] for outcome in record["stages"]]
        values = {
            "steps": sum(outcome["steps"] for outcome in record["stages"]),
            "seconds": duration(sum(cost["seconds"] for cost in costs), lang),
            "peak": size(max(cost["peak_bytes"] for cost in costs)),
        }
        out.print(word("written", lang, path=path, **values), style="bold", highlight=False, soft_wrap=True)
    name = ready.layout.root.name
    commands = f"gristmill eval {name} · gristmill chat {name} · gristmill export {name} --to merged · {path}/loss.svg"
    out.print(word("next", lang, commands=commands), highlight=False, soft_wrap=True)


class _Bar:
    """Updates, time left, tokens a second and losses, on stderr; lines instead of a bar when that is no terminal."""

    def __init__(self, steps: int, lang: str) -> None:
        self.lang, self.steps = lang, steps
        self.console = Console(stderr=True, quiet=not first_process())
        shape = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[told]}"), TimeRemainingColumn())
        self.bars = Progress(*shape, console=self.console, disable=not self.console.is_terminal)
        self.task = self.bars.add_task("", total=steps, told="")
        self.figures: dict[str, str] = {}
        self.done, self.before, self.line = 0, 0, ""
        self.clock, self.tokens = time.monotonic(), 0.0

    def __enter__(self) -> "_Bar":
        self.bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bars.stop()

    def tell(self, beat: Any) -> None:
        """Take in a sign of life; steps of a later stage are counted on."""
        if beat.step < self.before:
            self.done += self.before
        self.before = beat.step
        logs = beat.logs
        if "loss" in logs:
            self.figures["loss"] = word("loss", self.lang, loss=logs["loss"])
        if "eval_loss" in logs:
            self.figures["dev"] = word("dev", self.lang, loss=logs["eval_loss"])
        if logs.get("num_tokens") and "loss" in logs:
            now = time.monotonic()
            rate = (logs["num_tokens"] - self.tokens) / max(now - self.clock, 1e-6)
            if rate > 0:
                self.figures["rate"] = word("rate", self.lang, rate=rate)
            self.clock, self.tokens = now, logs["num_tokens"]
        told = "  ".join(self.figures.values())
        self.bars.update(self.task, completed=self.done + beat.step, told=told)
        line = f"{self.done + beat.step}/{self.steps}  {told}"
        if not self.console.is_terminal and "eval_loss" in logs and line != self.line:
            self.console.print(line, highlight=False)
            self.line = line


def _verdict(outcome: Mapping[str, Any], lang: str) -> None:
    dev = [loss for _, loss in outcome["losses"]["dev"]]
    curve = dev or [loss for _, loss in outcome["losses"]["train"]]
    if curve:
        values = {"first": curve[0], "last": curve[-1], "best": min(curve)}
        out.print(word("curve" if dev else "curve_train", lang, **values), style="bold", highlight=False)
    if packed := outcome.get("packed_and_unpacked_loss"):
        out.print(word("packed", lang, one=packed[0], many=packed[1]), highlight=False)
    for sentence in outcome["findings"][lang]:
        out.print(f"  {escape(sentence)}", highlight=False, soft_wrap=True)
    out.print()


def _answers(stages: Sequence[Mapping[str, Any]], lang: str) -> None:
    before, after = stages[0]["answers"]["before"], stages[-1]["answers"]["after"]
    if not after:
        return
    for index, entry in enumerate(after):
        out.print(f"[bold]{word('question', lang)}[/bold]  {escape(visible(entry['question']))}", highlight=False)
        for key, text in (
            ("before", before[index]["answer"] if before else ""),
            ("after", entry["answer"]),
            ("reference", entry["reference"]),
        ):
            style = {"before": "dim", "after": "green", "reference": ""}[key]
            out.print(
                f"  {word(key, lang)}  {escape(visible(text)[:200])}", style=style, highlight=False, soft_wrap=True
            )
    out.print()


def exported(done: "Exported", lang: str, *, json: bool) -> None:
    """Say what `export` made, how near it is to what was trained, and what to type next."""
    if json:
        print_json(dataclasses.asdict(done))
        return
    for path in done.paths:
        out.print(word("made", lang, path=shown(path)), style="bold", highlight=False, soft_wrap=True)
    if done.parity:
        out.print(done.parity.sentence(lang), highlight=False, soft_wrap=True)
    for note in done.notes:
        out.print(f"{word('note', lang)}  {escape(note)}", highlight=False, soft_wrap=True)
    if done.command:
        out.print(word("next", lang, commands=escape(done.command)), highlight=False, soft_wrap=True)


def advice(given: Sequence["Advice"], lang: str, *, json: bool) -> None:
    """Print advice, a paragraph for each topic."""
    if json:
        print_json([dataclasses.asdict(entry) for entry in given])
        return
    for entry in given:
        out.print(entry.sentence(lang), highlight=False, soft_wrap=True)
        out.print()
