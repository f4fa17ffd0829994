"""What a person should see before training: which tokens are learned, how long rows are, what is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from train.data import Tokens
from train.lengths import Fitted
from train.model import Base

BINS = 24


@dataclass(frozen=True)
class Piece:
    """A run of tokens that are all learned, or all read only."""

    text: str
    weight: float


@dataclass(frozen=True)
class Sizes:
    """One split in numbers; lengths are in tokens.

    Attributes:
        rows: That are left.
        tokens: All of them.
        trained: Those with a loss.
        quantiles: Length at 50, 95, 99 and 100%.
        bins: Rows in `BINS` equal classes of length up to the longest.
        over: Rows that were longer than allowed.
        lost: Share of the trained tokens that went with them.
        reasons: Ledger reason -> rows, for everything that left or was changed.
        stopped: Share of rows whose last trained token ends generation.
        hidden: Turns whose thoughts the template leaves out.
    """

    rows: int
    tokens: int
    trained: int
    quantiles: tuple[int, int, int, int]
    bins: tuple[int, ...]
    over: int
    lost: float
    reasons: dict[str, int]
    stopped: float
    hidden: int


def measure(fitted: Fitted, base: Base) -> Sizes:
    """Measure a split."""
    rows, lengths = fitted.tokens.rows, fitted.tokens.lengths
    longest = max(lengths.to_list(), default=0)
    spots = [int(lengths.quantile(share, interpolation="higher") or 0) for share in (0.5, 0.95, 0.99, 1.0)]
    classes = (lengths * BINS / max(longest, 1)).ceil().clip(1, BINS).cast(pl.Int64)
    reasons = fitted.tokens.events.group_by("reason", maintain_order=True).len().sort("len", "reason", descending=True)
    last = [token for token in map(_last_trained, rows.select("ids", "weights").iter_rows()) if token is not None]
    return Sizes(
        rows=rows.height,
        tokens=sum(lengths.to_list()),
        trained=fitted.trained,
        quantiles=(spots[0], spots[1], spots[2], spots[3]),
        bins=tuple(int((classes == number).sum()) for number in range(1, BINS + 1)),
        over=fitted.over,
        lost=fitted.lost / max(fitted.lost + fitted.trained, 1),
        reasons=dict(reasons.iter_rows()),
        stopped=sum(token in base.stops for token in last) / max(len(last), 1),
        hidden=int(rows["hidden"].sum()),
    )


def _last_trained(row: tuple[Sequence[int], Sequence[float]]) -> int | None:
    ids, weights = row
    return next((token for token, weight in zip(reversed(ids), reversed(weights), strict=True) if weight), None)


def examples(tokens: Tokens, tokenizer: Any, count: int) -> list[list[Piece]]:
    """The first rows, cut where training starts and ends.

    Args:
        tokens: A split; of a pair, the chosen answer is shown.
        tokenizer: Turns ids into text; whole runs of them, since a Chinese character may be several tokens.
        count: How many rows.
    """
    return [_pieces(row, tokenizer) for row in tokens.rows.head(count).select("ids", "weights").iter_rows()]


def _pieces(row: tuple[Sequence[int], Sequence[float]], tokenizer: Any) -> list[Piece]:
    ids, weights = row
    pieces, start = [], 0
    for at in range(1, len(ids) + 1):
        if at == len(ids) or weights[at] != weights[start]:
            pieces.append(Piece(tokenizer.decode(ids[start:at]), weights[start]))
            start = at
    return pieces
