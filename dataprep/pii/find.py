"""Everything that the detectors find in one text, without overlaps."""

import re
from collections.abc import Collection

from dataprep.pii import accounts, documents, phones, places, secrets
from dataprep.pii.detector import Detector, Span, value
from dataprep.pii.view import fold

DETECTORS: tuple[Detector, ...] = (
    *secrets.DETECTORS,
    *documents.DETECTORS,
    *accounts.DETECTORS,
    *phones.DETECTORS,
    *places.DETECTORS,
)

RANK = (
    "private_key", "api_key", "cn_id", "uscc", "iban", "email", "bank_card", "cn_mobile", "us_ssn", "cn_landline",
    "wechat", "qq", "us_phone", "cn_passport", "plate", "ip", "address",
)  # fmt: skip
"""The kinds, the most specific first: of two that are equally long, it stays."""

_DIGITS = re.compile(r"[0-9](?:[ \-.()]{0,3}[0-9]){6,}")
_MARGIN = 40  # more than any number that has seven digits in a row has before or behind them


def find(text: str, *, kinds: Collection[str], groups: Collection[str] | None = None) -> list[Span]:
    """Find personal data and secrets.

    Args:
        text: As it stands in the row.
        kinds: Which to look for.
        groups: Tests that the text passed; None runs every detector.

    Returns:
        Spans in the text, in order. Of two that overlap the longer stays, then the more specific.
    """
    view = fold(text)
    whole = [(0, len(view.text))]
    digits = _digit_windows(view.text) if groups is None or "digits" in groups else []
    found: list[Span] = []
    for detector in DETECTORS:
        if detector.kind in kinds and (groups is None or detector.group in groups):
            for start, end in digits if detector.group == "digits" else whole:
                for match in detector.pattern.finditer(view.text, start, end):
                    if detector.valid(match):
                        found.append(Span(*view.original(*value(match)), detector.kind))
    return _apart(found) if len(found) > 1 else found


def _digit_windows(text: str) -> list[tuple[int, int]]:
    """The parts around seven digits or more: of a long article with one number in it most is never looked at."""
    windows: list[tuple[int, int]] = []
    for match in _DIGITS.finditer(text):
        start, end = max(0, match.start() - _MARGIN), min(len(text), match.end() + _MARGIN)
        if windows and start <= windows[-1][1]:
            start = windows.pop()[0]
        windows.append((start, end))
    return windows


def _apart(found: list[Span]) -> list[Span]:
    taken: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start - s.end, RANK.index(s.kind), s.start)):
        if all(span.end <= other.start or span.start >= other.end for other in taken):
            taken.append(span)
    return sorted(taken)
