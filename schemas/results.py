"""What a stage returns, and how named rules become one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from schemas.errors import ConservationError
from schemas.frames import DROPPED, EVENTS, empty


@dataclass(frozen=True)
class StageResult:
    """A stage's outcome: `kept + dropped = input + created`, or the pipeline raises.

    Attributes:
        kept: Rows that go on, in the input's schema.
        dropped: Rows that leave, with `stage` and `reasons`.
        events: Ledger lines (schema `EVENTS`) for everything that happened to a row.
        created: How many rows the stage made (augmentation); part of `kept` or `dropped`.
    """

    kept: pl.DataFrame
    dropped: pl.DataFrame = field(default_factory=lambda: empty(DROPPED))
    events: pl.DataFrame = field(default_factory=lambda: empty(EVENTS))
    created: int = 0

    def conserve(self, rows_in: int, *, stage: str) -> None:
        """Check the balance.

        Raises:
            ConservationError: If a row was lost or invented.
        """
        rows_out = self.kept.height + self.dropped.height
        if rows_out != rows_in + self.created:
            raise ConservationError(
                f"stage {stage}: {rows_in} rows in + {self.created} created, "
                f"but {self.kept.height} kept + {self.dropped.height} dropped."
            )


def apply_rules(frame: pl.DataFrame, rules: Mapping[str, pl.Expr], *, stage: str) -> StageResult:
    """Split rows by named rules; a null verdict counts as a failure.

    Args:
        frame: n rows of schema `FRAME`, plus any signal columns that the rules read.
        rules: Reason -> boolean expression that is true for a good row.
        stage: The stage's name in the ledger.

    Returns:
        Every broken rule is a reason of its row and one `dropped` event.
    """
    if not rules:
        return StageResult(frame)
    verdicts = frame.select(verdict.fill_null(value=False).alias(reason) for reason, verdict in rules.items())
    good = verdicts.select(pl.all_horizontal(pl.all())).to_series()
    # Reasons are spelt out for the broken rows only: most rows are good.
    broken = verdicts.filter(~good).select(
        pl.concat_list(
            pl.when(reason).then(pl.lit(None, pl.String)).otherwise(pl.lit(reason)) for reason in rules
        ).list.drop_nulls()
    )
    dropped = frame.filter(~good).with_columns(stage=pl.lit(stage), reasons=broken.to_series())
    dropped = dropped.select(DROPPED.names())
    return StageResult(frame.filter(good), dropped, drop_events(dropped))


def drop_events(dropped: pl.DataFrame) -> pl.DataFrame:
    """One `dropped` ledger line for every reason of every dropped row (schema `DROPPED` in, `EVENTS` out)."""
    lines = dropped.select("id", "source", "row", "stage", reason="reasons").explode("reason")
    lines = lines.with_columns(pl.lit("dropped").alias("verdict"))
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in EVENTS.items() if name not in lines.columns]
    return lines.with_columns(missing).select(EVENTS.names())
