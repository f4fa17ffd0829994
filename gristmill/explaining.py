"""The commands that explain: one row's life, what a rule cost, what changed between two runs."""

from pathlib import Path
from typing import Annotated

import typer

from gristmill.options import Json, Lang, Language, Run


def why(
    question: Annotated[str, typer.Argument(metavar="ID|FILE:LINE", help="A row's id, or where it stood.")],
    run: Run = None,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Tell what each stage did to one row."""
    from dataprep.ledger import explain
    from gristmill import stories
    from schemas.artifacts import find_run

    layout = find_run(Path.cwd() / "runs", run)
    stories.stories(explain(layout, question), layout, lang, json=as_json)


def lost(
    run: Annotated[str | None, typer.Argument(help="Name of the run; default: the newest.")] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="A reason as the report prints it; without it all are listed.")
    ] = None,
    page: Annotated[int, typer.Option(min=1, help="Which page.")] = 1,
    size: Annotated[int, typer.Option(min=1, max=1000, help="Rows on a page.")] = 20,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Page through the rows that a rule dropped, merged, flagged or changed."""
    from dataprep import losses
    from gristmill import stories
    from schemas.artifacts import find_run

    layout = find_run(Path.cwd() / "runs", run)
    if by is None:
        stories.rules(losses.tally(layout), lang, json=as_json)
    else:
        stories.losses(losses.page(layout, by, number=page, size=size), lang, json=as_json)


def diff(
    old: Annotated[str, typer.Argument(metavar="RUN_A", help="The run to compare with.")],
    new: Annotated[str, typer.Argument(metavar="RUN_B", help="The run to look at.")],
    examples: Annotated[int, typer.Option(min=0, help="Rows shown of each kind of change.")] = 5,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Compare two runs' data: rows added, removed, edited, moved, and the rules behind it."""
    from dataprep.revision import compare
    from gristmill import stories
    from schemas.artifacts import find_run

    runs = Path.cwd() / "runs"
    stories.revision(compare(find_run(runs, old), find_run(runs, new)), lang, examples=examples, json=as_json)
