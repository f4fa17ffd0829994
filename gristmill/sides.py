"""Saved scores, by how a person names them: a run, its folder, a `scores.json`, or one side of these."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import UserError

if TYPE_CHECKING:
    from evalsuite.scorecard import ScoreCard

SIDES = ("base", "tuned")


def pair(first: str, second: str | None, runs: Path) -> tuple["ScoreCard", "ScoreCard"]:
    """The two cards: base and tuned of one evaluation, or a side each of two.

    Args:
        first: A run, a folder of one, or a `scores.json`; with `:base` behind it, its base's side.
        second: The same, or null.
        runs: Where runs are.

    Raises:
        UserError: If there are no such scores.
    """
    place, side = split(first)
    if second is None:
        if side:
            raise UserError(f"what is {first} compared with?", hint=f"gristmill compare {place}, or name a second side")
        base, tuned = (_side(place, name, runs) for name in SIDES)
        return base, dataclasses.replace(tuned, name=_title(place, runs))
    told = (first, second)
    names = [_title(split(one)[0], runs) + (f":{split(one)[1]}" if split(one)[1] else "") for one in told]
    if names[0] == names[1]:
        names = list(told)
    left, right = (
        dataclasses.replace(_side(split(one)[0], split(one)[1] or "tuned", runs), name=name)
        for one, name in zip(told, names, strict=True)
    )
    return left, right


def split(told: str) -> tuple[str, str]:
    """What a person typed, as a place and a side; the side is "" where none is named."""
    place, colon, side = told.rpartition(":")
    return (place, side) if colon and side in SIDES else (told, "")


def scores_of(place: str, runs: Path) -> Path:
    """Where the scores of a run, of a folder or of a file are."""
    path = Path(place)
    if path.is_file():
        return path
    for folder in (runs / place / "eval", path / "eval", path):
        if (folder / "scores.json").is_file():
            return folder / "scores.json"
    return (path if path.suffix == ".json" else runs / path.name / "eval" / "scores.json").absolute()


def _title(place: str, runs: Path) -> str:
    """The run's name, for a file in a run's folder as well."""
    path = scores_of(place, runs)
    return path.parents[1].name if path.parent.name == "eval" else place


def _side(place: str, side: str, runs: Path) -> "ScoreCard":
    from evalsuite.scorecard import read_cards

    path = scores_of(place, runs)
    if not path.is_file() and not (runs / place).is_dir() and not Path(place).exists():
        there = ", ".join(sorted(made.parents[1].name for made in runs.glob("*/eval/scores.json"))) or "none"
        hint = f"a run with scores (here: {there}), or the path of a scores.json; `RUN:base` is its base's side"
        raise UserError(f"no run and no file {place!r}", hint=hint)
    cards = read_cards(path)
    if side not in cards:
        raise UserError(f"{path} has no side {side!r}", hint="gristmill eval RUN writes both")
    return cards[side]
