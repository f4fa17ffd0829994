"""The commands: each one parses, calls one function, and prints what it returns."""

import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gristmill import __version__, cli_eval, cli_gate, cli_label, cli_pack, cli_train, explaining
from gristmill.options import Encoding, Json, Lang, Language, Paths, Recipe, Rethreshold, parsed_thresholds, run_name

app = typer.Typer(
    name="gristmill",
    help="Raw, messy text into a curated fine-tuning dataset. Grain in, flour out, weighed before and after.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


class OnLoss(StrEnum):
    """What happens to a record that a format can't express."""

    refuse = "refuse"
    side_field = "side-field"
    drop_part = "drop-part"


class Joiner(StrEnum):
    """What stands between an instruction and its input."""

    newline = "newline"
    blank_line = "blank-line"
    none = "none"


JOINERS = {Joiner.newline: "\n", Joiner.blank_line: "\n\n", Joiner.none: ""}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gristmill {__version__}")
        raise typer.Exit


@app.callback()
def gristmill(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Raw, messy text into a curated fine-tuning dataset."""


@app.command()
def init(
    path: Annotated[str, typer.Argument(help="What to look at: a file, folder, glob or hf://user/name.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the recipe goes.")] = Path("recipe.yaml"),
    name: Annotated[str, typer.Option(callback=run_name, help="Name of the run; results go to runs/NAME.")] = "first",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing recipe.")] = False,
) -> None:
    """Look at raw files and write a commented recipe."""
    from dataprep.draft import write_draft
    from gristmill import show

    show.drafted(write_draft(path, name=name, target=output, force=force, root=Path.cwd()), output)


@app.command()
def inspect(paths: Paths, encoding: Encoding = None, as_json: Json = False, lang: Language = Lang.en) -> None:
    """Say what files hold: format, counts, lengths, languages, faults."""
    from dataprep.inspect import inspect as look
    from dataprep.recipe import Source
    from gristmill import show

    looks = look([Source(path=path, encoding=encoding) for path in paths], root=Path.cwd())
    show.looks_json(looks) if as_json else show.looks(looks, lang)


@app.command()
def convert(
    path: Annotated[str, typer.Argument(help="What to convert: a file, folder, glob or `-` for stdin.")],
    to: Annotated[str, typer.Option("--to", help="The format to write; `gristmill formats` lists them.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write, .jsonl or .json.")],
    read_as: Annotated[str, typer.Option("--from", help="The format to read; auto looks.")] = "auto",
    encoding: Encoding = None,
    joiner: Annotated[Joiner, typer.Option(help="Between instruction and input.")] = Joiner.newline,
    on_loss: Annotated[OnLoss, typer.Option(help="For records that the format can't express.")] = OnLoss.refuse,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing output.")] = False,
    lang: Language = Lang.en,
) -> None:
    """Convert files of any format into one file of a named format."""
    from dataprep.convert.format import Style
    from dataprep.recipe import Source
    from dataprep.rewrite import rewrite
    from gristmill import show

    source = Source(path=path, format=read_as, encoding=encoding)
    style = Style(joiner=JOINERS[joiner], on_loss=on_loss.value)
    show.rewritten(rewrite(source, to=to, target=output, root=Path.cwd(), style=style, force=force), lang)


@app.command()
def formats(as_json: Json = False) -> None:
    """List the formats that can be read and written."""
    from gristmill import show

    show.formats(json=as_json)


@app.command()
def data(
    config: Recipe,
    strict: Annotated[bool, typer.Option("--strict", help="Stop with exit 2 if any row would be dropped.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read and done; write nothing.")] = False,
    name: Annotated[
        str | None, typer.Option(callback=run_name, help="Name of the run, instead of the recipe's.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the split, instead of the recipe's.")] = None,
    previous: Annotated[
        Path | None, typer.Option(help="manifest.json of an older run whose eval and dev rows must stay there.")
    ] = None,
    rethreshold: Rethreshold = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes for large sets; default: one for each core, 8 at most.")
    ] = None,
    sample_augmented: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Write N rewrites to read: runs/NAME/augmented.html and .csv."),
    ] = None,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Curate a recipe's sources into `runs/NAME/data`, with a ledger that explains every row."""
    from dataprep.make import load_recipe, make_dataset, preview
    from dataprep.workers import Crew
    from gristmill import balance, show, widening
    from gristmill.terminal import progress

    root = Path.cwd()
    recipe, title, chance = load_recipe(
        config, name=name, seed=seed, previous=previous, thresholds=parsed_thresholds(rethreshold)
    )
    with progress() as board:
        crew = Crew(workers or min(8, os.cpu_count() or 1), progress=board, watch=board.watch, tell=board.tell)
        if dry_run:
            from dataprep.forecast import forecast

            plan = preview(recipe, root=root)
            found = forecast(recipe, seed=chance, root=root, crew=crew)
        else:
            outcome = make_dataset(
                recipe, name=title, seed=chance, root=root, strict=strict, lang=lang.value, crew=crew
            )
    if dry_run:
        show.planned_json(*plan, widening.ahead_json(found)) if as_json else balance.planned(*plan, lang)
        if not as_json:
            widening.ahead(found, lang)
        return
    balance.outcome(outcome, lang, json=as_json)
    if sample_augmented:
        from dataprep.augment.sampling import sample

        paths = sample(outcome.layout, count=sample_augmented, seed=chance, lang=lang)
        if not as_json:
            widening.sheet(paths, lang)
    if rethreshold and not as_json:
        balance.reused(outcome, lang)


COMMANDS: tuple[Callable[..., None], ...] = (
    explaining.why,
    explaining.lost,
    explaining.diff,
    cli_gate.gate,
    cli_pack.pack,
    cli_train.train,
    cli_train.plan,
    cli_train.export,
    cli_train.advise,
    cli_train.chat,
)
for command in COMMANDS:
    app.command()(command)
app.command("eval")(cli_eval.evaluate)
app.command()(cli_eval.compare)
app.add_typer(cli_label.app)
