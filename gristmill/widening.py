"""What the commands say of augmentation: what is ahead of a dry run, and where the sheet is."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from dataprep.phrases import phrase
from gristmill.terminal import columns, out, shown

if TYPE_CHECKING:
    from dataprep.forecast import Ahead


def ahead(found: Sequence["Ahead"], lang: str) -> None:
    """Print what augmentation will ask for and cost."""
    if not found:
        return
    heads = [("rewrites", False), ("model", False)]
    heads += [(name, True) for name in ("drafts", "calls", "known", "tokens_in", "tokens_out", "cost")]
    table = columns(
        *[(phrase(name, lang), right) for name, right in heads], title=f"[bold]{phrase('ahead', lang)}[/bold]"
    )
    for one in found:
        told = one.estimate
        money = "–" if told.cost is None else f"{told.cost:,.4f} {one.currency}"
        counts = [f"{count:,}" for count in (one.drafts, told.calls, told.known, told.tokens_in, told.tokens_out)]
        table.add_row(phrase(one.what, lang), escape(one.model), *counts, money)
    out.print()
    out.print(table)
    out.print(phrase("ahead_note", lang), highlight=False, soft_wrap=True)


def ahead_json(found: Sequence["Ahead"]) -> list[dict[str, Any]]:
    """The same as plain data."""
    from dataclasses import asdict

    return [asdict(one) for one in found]


def sheet(paths: tuple[Path, Path], lang: str) -> None:
    """Say where the sheet is."""
    page, table = shown(paths[1]), shown(paths[0])
    out.print(phrase("sheet", lang).format(page=page, table=table), highlight=False, soft_wrap=True)
