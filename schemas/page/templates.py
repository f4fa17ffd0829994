"""Jinja templates of reports: everything escaped, nothing undefined, and no more than a budget of bytes."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(folder: Path, **names: object) -> "Environment":
    """The templates of a folder, which know these names; dataset text is escaped, and an unknown name is a fault."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= names
    return found


def fitting(blocks: Iterable[str], budget: int) -> list[str]:
    """The first blocks that together are at most so many bytes."""
    shown, used = [], 0
    for block in blocks:
        used += len(block.encode(errors="replace"))
        if used > budget:
            break
        shown.append(block)
    return shown
