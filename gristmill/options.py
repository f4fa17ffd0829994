"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    """Languages of reports and messages."""

    en = "en"
    zh = "zh"


def run_name(value: str | None) -> str | None:
    """A name that a recipe may have too: it becomes a folder below runs/, and nothing else."""
    from pydantic import ValidationError

    from schemas.config import Header

    try:
        Header(name=value)
        fits = value not in (".", "..")
    except ValidationError:
        fits = False
    if not fits:
        raise typer.BadParameter(f"{value!r} can't name a run: use letters, digits, '_', '-' and '.'")
    return value


def thresholds(values: list[str] | None) -> list[str] | None:
    """Each is RULE=NUMBER, the rule with a language behind a dot where it has one."""
    for value in values or []:
        rule, _, number = value.partition("=")
        try:
            fits = bool(rule) and float(number) >= 0
        except ValueError:
            fits = False
        if not fits:
            raise typer.BadParameter(f"{value!r} is not RULE=NUMBER, such as too_short_answer.zh=4")
    return values


def parsed_thresholds(values: list[str] | None) -> dict[str, float]:
    """Rule -> number."""
    return {rule: float(number) for rule, _, number in (value.partition("=") for value in values or [])}


Paths = Annotated[list[str], typer.Argument(help="Files, folders, globs, `-` for stdin, hf://user/name.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value on stdout instead of tables.")]
Recipe = Annotated[Path, typer.Option("--config", "-c", help="The recipe, a YAML file.")]
Language = Annotated[Lang, typer.Option("--lang", help="Language of reports and messages.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the text; default: BOM, UTF-8, then a guess, told.")]
Rethreshold = Annotated[
    list[str] | None,
    typer.Option(
        callback=thresholds,
        metavar="RULE=NUMBER",
        help="Move a quality rule's threshold; what was measured is reused. May stand more than once.",
    ),
]
Run = Annotated[str | None, typer.Option(help="Name of the run; default: the newest.")]
