"""What a format is: a name, a way in, a way out, and a way to be recognised."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.records import Record

Row = Mapping[str, Any]
"""One source row, as JSON gave it."""

Columns = Mapping[str, str]
"""Which source column plays which part: `{"instruction": "问题", "output": "答案"}`."""


class Refused(Exception):
    """A row that this format can't read. The code goes to the ledger as the reason.

    Args:
        code: A stable snake_case reason (`missing_answer`, `unknown_role`, `unsupported_kind` ...).
        detail: What was seen, short, for people.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Loss(Exception):
    """A record that this format can't express. `part` names what would be lost (`tools`, `reasoning` ...)."""

    def __init__(self, part: str) -> None:
        super().__init__(f"would lose {part}")
        self.part = part


@dataclass(frozen=True)
class Style:
    """Settings of rendering.

    Attributes:
        joiner: What stands between an instruction and its input where a format has one prompt.
        on_loss: What happens to a record that the format can't express, one with media in `meta` among
            them: `refuse` raises `Loss`, `side-field` writes the lost parts and `meta` as JSON into the
            column `_lost` (parsers read it back), `drop-part` leaves them out. Other columns in `meta`
            are no loss: they are left out.
    """

    joiner: str = "\n"
    on_loss: str = "refuse"


@dataclass(frozen=True)
class Match:
    """How a sample of rows fits a format.

    Attributes:
        confidence: Share of the sample's rows that fit, times how telling the signs are; 0 to 1.
        why: One sentence for people: the columns and contents that decided.
        columns: Part -> source column, as `parse` wants it.
        unmapped: Source columns that no part takes; they go to `meta`.
        ambiguous: Sentences such as "question and prompt both claim instruction"; never guessed.
    """

    confidence: float
    why: str
    columns: dict[str, str] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()


@dataclass(frozen=True)
class Format:
    """One dialect.

    Attributes:
        name: The name that recipes and `gristmill convert --to` use.
        parse: `(row, columns) -> Record`; raises `Refused`. Columns that are absent from the map
            take the dialect's own names.
        render: `(record, style) -> row`, the same keys for every record; raises `Loss`.
        recognise: `(rows) -> Match` of a sample of rows, or None when they aren't this dialect.
    """

    name: str
    parse: Callable[[Row, Columns], Record]
    render: Callable[[Record, Style], dict[str, Any]]
    recognise: Callable[[Sequence[Row]], Match | None]
