"""One text of one row: what is found in it is noted, and replaced where the recipe asks for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import polars as pl

from dataprep.pii.detector import Span
from dataprep.pii.find import DETECTORS, find
from dataprep.pii.json_text import Edit
from dataprep.pii.mask import label, masked_excerpt, substitute
from dataprep.pii.pseudonyms import pseudonym
from dataprep.pii.suspects import suspects


@dataclass
class Finding:
    """One kind in one row.

    Attributes:
        before: The first place, with labels for what was found.
        after: The same with what took its place.
        spans: How many were found.
        texts: The texts that hold one, in order.
    """

    before: str
    after: str
    spans: int = 0
    texts: dict[str, None] = field(default_factory=dict)


Findings = dict[tuple[int, str], Finding]
"""Row of the frame and kind -> what was found."""


@dataclass(frozen=True)
class Search:
    """What is looked for in one text, and where the text stands.

    Attributes:
        wanted: Kind -> action.
        groups: The tests that the text passed.
        row: Its row in the frame.
        where: Its column, turn and field.
        scope: For pseudonyms.
        spared: What is nobody's secret, in lower case; may have `*`.
    """

    wanted: Mapping[str, str]
    groups: Collection[str]
    row: int
    where: str
    scope: str
    spared: Collection[str] = ()

    def editor(self, found: Findings) -> Edit:
        """The edit that replaces what is found and notes it in `found`."""

        def edit(lead: str, text: str) -> str:
            spans = spans_behind(lead, text, self.wanted, self.groups, spared=self.spared)
            made = {span: new for span in spans if (new := self._substitute(text, span)) is not None}
            for span in spans:
                if (self.row, span.kind) not in found:
                    before, after = (masked_excerpt(text, spans, around=span, replaced=new) for new in ({}, made))
                    found[self.row, span.kind] = Finding(before, after)
                finding = found[self.row, span.kind]
                finding.spans += 1
                finding.texts[self.where] = None
            return substitute(text, sorted(made.items()))

        return edit

    def _substitute(self, text: str, span: Span) -> str | None:
        action = self.wanted[span.kind]
        if action == "flag":
            return None
        value = text[span.start : span.end]
        made = pseudonym(value, span.kind, scope=self.scope) if action == "pseudonymise" else None
        return made or label(text, span)


def spans_behind(
    lead: str, text: str, kinds: Collection[str], groups: Collection[str], *, spared: Collection[str]
) -> list[Span]:
    """The spans of a text that stands behind a lead, such as the key of a JSON value."""
    size = len(lead)
    spans = find(lead + text, kinds=kinds, groups=groups)
    behind = [Span(span.start - size, span.end - size, span.kind) for span in spans if span.start >= size]
    if not spared:
        return behind
    said = [text[span.start : span.end].lower() for span in behind]
    return [span for span, value in zip(behind, said, strict=True) if not any(fnmatchcase(value, p) for p in spared)]


def suspected(texts: pl.Series, kinds: Collection[str]) -> list[tuple[int, frozenset[str]]]:
    """Which texts pass a cheap test: their places, and the tests.

    Args:
        texts: n texts; nulls pass none.
        kinds: What is looked for.
    """
    names = sorted({detector.group for detector in DETECTORS if detector.kind in kinds})
    tested = suspects(texts, names).with_row_index("at")
    likely = tested.filter(pl.any_horizontal(pl.lit(value=False), *names))
    return [(at, frozenset(name for name, hit in zip(names, hits, strict=True) if hit)) for at, *hits in likely.rows()]
