"""A blind sheet: answers of base and tuned side by side in random order, for people to judge in any spreadsheet."""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from schemas import sheets
from schemas.errors import UserError
from schemas.page import legal
from schemas.sheets import guarded

COLUMNS = ("id", "check", "question", "context", "A", "B", "better", "comment")
_CHOICES = {
    "A": ("a", "甲", "a更好", "甲更好"),
    "B": ("b", "乙", "b更好", "乙更好"),
    "tie": ("tie", "t", "=", "平", "平局", "一样", "相同", "差不多", "equal", "same", "both"),
}
_MEANS = {word: choice for choice, words in _CHOICES.items() for word in words}


class Judged(NamedTuple):
    """What people said of the tuned model: better, worse, the same; and how many rows they left blank."""

    wins: int
    losses: int
    ties: int
    blank: int


def write_sheet(items: Sequence[Mapping[str, Any]], path: Path, *, seed: int, count: int = 50) -> int:
    """Write a CSV of items whose two answers differ, for someone to fill in `better` with A, B or tie.

    Which answer is A follows from the seed and the item's id; the sheet doesn't tell. UTF-8 with a byte order
    mark, so that Excel shows Chinese. Cells that a spreadsheet would run as a formula get an apostrophe in front.

    Args:
        items: Each with `id`, `question`, `context`, `base` and `tuned`.
        path: Of the sheet; an older one is replaced.
        seed: Needed again to read it.
        count: Rows at most, drawn by the seed.

    Returns:
        Rows written.
    """
    apart = [item for item in items if str(item["base"]).strip() != str(item["tuned"]).strip()]
    drawn = sorted(apart, key=lambda item: _digest(seed, _key(item["id"]), "draw"))[:count]
    lines = []
    for item in drawn:
        key = _key(item["id"])
        first, second = ("tuned", "base") if _tuned_is_a(seed, key) else ("base", "tuned")
        told = [item["question"], item.get("context") or "", item[first], item[second]]
        cell = f"'{key}" if key[:1].isdigit() else guarded(key)  # an id of digits stays text
        lines.append([cell, _check(seed, key), *(guarded(str(each)) for each in told), "", ""])
    sheets.write_rows(path, [COLUMNS, *lines])
    return len(drawn)


def set_aside(path: Path) -> Path | None:
    """Rename a sheet that people have begun to fill in, so that a new one doesn't take their work.

    Returns:
        Its new name, or null where there is nothing to keep.
    """
    return sheets.set_aside(path, ["better"])


def read_sheet(path: Path, *, seed: int) -> Judged:
    """Count what people filled in.

    A and B may be small, 甲 and 乙; a tie may be 平. Sheets that Excel saved as GBK, or with semicolons or tabs,
    are read as well.

    Raises:
        UserError: If the file is absent, isn't such a sheet, was written with another seed, holds a word that is
            none of A, B and tie, or holds no judgement at all; with the row as a spreadsheet counts it.
    """
    counts = {"tuned": 0, "base": 0, "tie": 0, "": 0}
    faults = []
    records = sheets.read_rows(path, ("id", "check", "better"), hint="gristmill eval writes one beside its report")
    for number, record in enumerate(records, start=2):
        key = _key(record["id"])
        said = re.sub(r"[\s.。]+", "", record["better"] or "").casefold()
        choice = _MEANS.get(said)
        if (record["check"] or "").strip() != _check(seed, key):
            faults.append(f"row {number}: id or check was changed, or another evaluation wrote the sheet")
        elif said and choice is None:
            faults.append(f"row {number}: {record['better']!r} is none of A, B, tie (甲, 乙, 平)")
        else:
            counts[_meant(choice, tuned_is_a=_tuned_is_a(seed, key))] += 1
    hint = f"mend the column `better` in {path.name}; a sheet belongs to the evaluation that wrote it"
    if faults:
        more = [f"and {len(faults) - 10} more"] if len(faults) > 10 else []
        raise UserError(f"{path.name}: " + "\n  ".join([*faults[:10], *more]), hint=hint)
    if counts["tuned"] + counts["base"] + counts["tie"] == 0:
        raise UserError(f"{path.name}: nothing is filled in", hint="write A, B or tie into the column `better`")
    return Judged(counts["tuned"], counts["base"], counts["tie"], counts[""])


def sign_test(wins: int, losses: int) -> float:
    """Two-sided p of no preference, exact binomial with the mid-p correction; 1 where nothing was decided.

    Half of the observed outcome's probability counts, as in McNemar's mid-p test (Fagerland et al. 2013).
    """
    fewer, n = min(wins, losses), wins + losses
    ways = 2 * sum(math.comb(n, k) for k in range(fewer)) + math.comb(n, fewer)
    return min(1.0, ways / (1 << n))


def human_panel(path: Path, *, seed: int) -> dict[str, float]:
    """What a filled-in sheet comes to, as the report's panel `human`."""
    judged = read_sheet(path, seed=seed)
    return {**judged._asdict(), "p": sign_test(judged.wins, judged.losses)}


def _meant(choice: str | None, *, tuned_is_a: bool) -> str:
    if choice in (None, "tie"):
        return choice or ""
    return "tuned" if (choice == "A") == tuned_is_a else "base"


def _tuned_is_a(seed: int, key: str) -> bool:
    return _digest(seed, key, "order")[0] % 2 == 0


def _key(told: object) -> str:
    """An id as it comes back from a sheet, without the guard."""
    return legal(str(told or "")).strip().lstrip("'")


def _check(seed: int, key: str) -> str:
    """Ties a row to its seed; the letter in front keeps spreadsheets from reading a number."""
    return "k" + _digest(seed, key, "check").hex()[:10]


def _digest(seed: int, key: str, purpose: str) -> bytes:
    return hashlib.blake2b(f"{purpose}\n{seed}\n{key}".encode(errors="surrogatepass"), digest_size=16).digest()
