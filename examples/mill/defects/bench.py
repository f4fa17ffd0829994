"""The workbench that defects are planted on: the filled files, the spare wordings, and a seeded draw."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from examples.mill.deal import SEED, Hand, Spare
from examples.mill.entries import Entry
from examples.mill.facts import Lang
from examples.mill.shapes import Shape
from examples.mill.sheets import Sheet
from examples.mill.talks import Frames

FIRST = 3
"""Rows at a file's head that stay clean, so that a reader's first look at it is not a defect."""


@dataclass
class Bench:
    """What planting works on.

    Attributes:
        filled: Path -> the file's entries, in order.
        sheets: Path -> the file's plan.
        hand: Spare wordings are taken from its ends.
        frames: Pieces of text.
    """

    filled: dict[str, list[Entry]]
    sheets: Mapping[str, Sheet]
    hand: Hand
    frames: Frames

    def shape(self, path: str) -> Shape:
        """How that file writes a row."""
        return self.sheets[path].shape

    def draw(self, kind: str, path: str) -> random.Random:
        """Chance of its own for every kind and file: one more defect moves no other."""
        return random.Random(f"{SEED}:{kind}:{path}")

    def take(self, lang: Lang, fits: Callable[[Spare], bool] = lambda _: True) -> Spare:
        """The next spare wording that fits."""
        spares = self.hand.spares[lang]
        place = next((place for place in reversed(range(len(spares))) if fits(spares[place])), None)
        if place is None:
            raise ValueError(f"no spare wording is left in {lang}: write more facts or plant less")
        return spares.pop(place)

    def insert(self, path: str, entry: Entry, *, after: Entry | None = None) -> None:
        """Put an entry somewhere into a file, behind `after` where that one is in it."""
        entries = self.filled[path]
        low = entries.index(after) + 1 if after in entries else min(FIRST, len(entries))
        rng = self.draw(entry.defect, f"{path}:{len(entries)}")
        entries.insert(rng.randint(low, len(entries)), entry)

    def clean(self, path: str, kind: str, count: int, fits: Callable[[Entry], bool] = lambda _: True) -> list[Entry]:
        """Drawn entries of a file that nothing else points at."""
        pointed = {id(entry.of) for entries in self.filled.values() for entry in entries}
        free = [entry for entry in self.filled[path] if not entry.defect and id(entry) not in pointed and fits(entry)]
        return self.draw(kind, path).sample(free, count)
