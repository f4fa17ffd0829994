"""The commands that judge: evaluate base against tuned, compare saved scores, read back what people judged."""

from pathlib import Path
from typing import Annotated

import typer

from gristmill.options import Json, Lang, Language

Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="A recipe with an `eval:` section; default: the one the run was trained with."),
]
Mismatch = Annotated[
    bool, typer.Option("--allow-mismatch", help="Compare although numbers (dtype, bits) differ; it is told.")
]
Conclusive = Annotated[
    bool, typer.Option("--require-conclusive", help="Exit 3 when a number that decides is inconclusive.")
]


def evaluate(
    runs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RUN]...", help="Trained runs on one base, default: the newest."),
    ] = None,
    config: Config = None,
    allow_mismatch: Mismatch = False,
    require_conclusive: Conclusive = False,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Ask base and tuned model the eval split, and say with statistics what got better or worse (exit 1: worse)."""
    from gristmill import evaluating

    code = evaluating.evaluate(
        runs or [],
        config,
        lang,
        allow_mismatch=allow_mismatch,
        require_conclusive=require_conclusive,
        json=as_json,
    )
    raise typer.Exit(code)


def compare(
    first: Annotated[
        str, typer.Argument(metavar="A", help="A run or a scores.json, its tuned side; `A:base` is the base's.")
    ],
    second: Annotated[
        str | None, typer.Argument(metavar="B", help="What is compared with A; left out: A's own base and tuned.")
    ] = None,
    config: Config = None,
    human: Annotated[Path | None, typer.Option("--human", help="A blind.csv that people filled in.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder of the reports; with two runs nothing is written without it."),
    ] = None,
    allow_mismatch: Mismatch = False,
    require_conclusive: Conclusive = False,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Compare saved scores of different days or machines; no model is loaded."""
    from gristmill import evaluating

    code = evaluating.compare(
        (first, second),
        config,
        lang,
        human=human,
        output=output,
        allow_mismatch=allow_mismatch,
        require_conclusive=require_conclusive,
        json=as_json,
    )
    raise typer.Exit(code)
