"""What a text claims that can be looked up: a number with its unit, a date, a time of day, a code."""

import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "date", "quantity", "name", "url"]


@dataclass(frozen=True)
class Amount:
    """A number and its unit: "" where none is named, "#" where things are counted."""

    value: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.value:.9g} {self.unit.strip('#')}".strip()


@dataclass(frozen=True)
class Day:
    """A calendar date, of which parts may be unknown."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        year = "" if self.year is None else f"{self.year:04}"
        parts = [year or "-", *(f"{part:02}" for part in (self.month, self.day) if part is not None)]
        return year if self.month is None and self.day is None else "-".join(parts)


@dataclass(frozen=True)
class Clock:
    """A time of day, 0:00 to 23:59; a ratio such as 1:20 reads as one too."""

    hour: int
    minute: int = 0

    def __str__(self) -> str:
        return f"{self.hour}:{self.minute:02}"


@dataclass(frozen=True)
class Code:
    """Letters and digits that name something, a phone number, a version: compared as they are written."""

    text: str

    def __str__(self) -> str:
        return self.text


Reading = Amount | Day | Clock | Code


@dataclass(frozen=True)
class Claim:
    """A stretch of text and what it may mean.

    Attributes:
        kind: What it is.
        start: Its first character in the text.
        text: As written.
        readings: What it may mean, likeliest first; it is supported where one of them is.
        weak: Too common or too vague to be held against an answer; a source still supports with it.
    """

    kind: Kind
    start: int
    text: str
    readings: tuple[Reading, ...]
    weak: bool = False

    @property
    def end(self) -> int:
        """One past its last character."""
        return self.start + len(self.text)


def same_length_form(text: str) -> str:
    """NFKC wherever it gives one character for one, so that places in the text stay true."""
    if text.isascii():
        return text
    forms = (unicodedata.normalize("NFKC", letter) for letter in text)
    return "".join(form if len(form) == 1 else letter for form, letter in zip(forms, text, strict=True))


def blank(text: str, claims: list[Claim]) -> str:
    """The text with its claims struck out, so that nothing is read twice; places stay true."""
    letters = list(text)
    for claim in claims:
        letters[claim.start : claim.end] = "\x00" * len(claim.text)
    return "".join(letters)
