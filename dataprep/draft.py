"""`gristmill init`: look at raw files and write a recipe, commented, that a person can go on from."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from dataprep.convert.chat_columns import chat_columns, chat_recipe
from dataprep.inspect import Look, inspect
from dataprep.recipe import Source
from schemas.artifacts import write_file
from schemas.errors import UserError

HEAD = """\
# Recipe written by `gristmill init`; every key that is left out has the default shown in the README.
# Next: gristmill data -c {target}

name: {name}          # results go to runs/{name}/
seed: 17

data:
  sources:
"""

TAIL = """\
  clean:
    unicode: nfc          # nfkc also folds full-width letters and digits
    html: true            # tags and entities, never inside code
  validate:
    max_chars: 32000      # longer rows are dropped, with the reason too_many_chars
    rules: {}             # e.g. {open_fence: drop, template_token: flag}
  dedup:
    exact: true
    conflicts: keep       # same prompt, other answer: keep and report, or drop all but the first
  split:                  # shares by family: rows of one family stay on one side
    train: 0.9
    dev: 0.05
    eval: 0.05
    # family: topic       # a column that names the family; without it, the first user prompt
  export:
    formats: []           # beside the canonical files, e.g. [alpaca, sharegpt]
    on_loss: refuse       # or side-field, drop-part
"""


def write_draft(path: str, *, name: str, target: Path, force: bool, root: Path) -> list[Look]:
    """Look at `path` and write a recipe for it.

    Returns:
        What is there.

    Raises:
        UserError: If `target` exists and `force` is off, or `path` leads to nothing that can be read.
    """
    if target.exists() and not force:
        raise UserError(f"{target} exists already", hint="choose another name with -o, or overwrite it with --force")
    looks = list(inspect([Source(path=path)], root=root))
    if not any(map(_readable, looks)):
        told = "".join(f"\n  {_unread(look)}" for look in looks)
        raise UserError(
            f"{path} holds nothing that can be read{told}", hint="save the rows as JSON Lines, CSV or parquet"
        )
    write_file(target, draft(path, looks, name=name, target=target).encode())
    return looks


def draft(path: str, looks: Sequence[Look], *, name: str, target: Path) -> str:
    """Write a recipe for files that were looked at.

    Args:
        path: What the user pointed at.
        looks: What is there.
        name: The run's name.
        target: Where the recipe will stand (named in its first lines).

    Returns:
        YAML with comments; files whose format is unclear get an entry of their own with what to decide,
        and files that hold nothing readable are named.
    """
    clear = [look for look in looks if look.format]
    unclear = [look for look in looks if not look.format and _readable(look)]
    lines = []
    if unclear and clear and len(looks) > 1:
        lines += [line for look in clear for line in _entry(look.source, look)]
    elif clear:
        lines += [f"    - path: {_scalar(path)}", *[f"      # {_told(look)}" for look in clear]]
    for look in unclear:
        lines += [
            f"    - path: {_scalar(look.source)}",
            *[f"      # undecided: {sentence}" for sentence in (look.ambiguous or (look.why,))],
            *_choices(look),
        ]
    lines += [f"      # not read: {_unread(look)}" for look in looks if not _readable(look)]
    return HEAD.format(name=name, target=target) + "\n".join(lines) + "\n" + TAIL


def _readable(look: Look) -> bool:
    """True for a file with at least one good row, whether or not its format is clear."""
    return bool(look.format or look.seen)


def _unread(look: Look) -> str:
    """A file that holds nothing readable, and why, on one line."""
    faults = ", ".join(f"{rows} {reason}" for reason, rows in look.faults.items())
    return " ".join(f"{look.source}: {look.why}{'; ' + faults if faults else ''}".split())


def _choices(look: Look) -> list[str]:
    """What a person can uncomment to settle an undecided file."""
    log = chat_columns(look.seen)
    if log:
        return [f"      # {line}" for line in chat_recipe(log).splitlines()]
    return [
        "      # format: query_response     # name the format ...",
        "      # columns: {query: COLUMN, response: COLUMN}     # ... and which column plays which part",
    ]


def _entry(path: str, look: Look) -> list[str]:
    return [f"    - path: {_scalar(path)}", f"      # {_told(look)}"]


def _told(look: Look) -> str:
    told = f"{look.source}: {look.format}, {look.records:,} of {look.rows:,} rows"
    faults = ", ".join(f"{rows} {reason}" for reason, rows in look.faults.items())
    unmapped = f"; to meta: {', '.join(look.unmapped)}" if look.unmapped else ""
    return " ".join(f"{told}{'; ' + faults if faults else ''}{unmapped}".split())


def _scalar(value: str) -> str:
    """A string as a YAML scalar on one line."""
    return str(yaml.safe_dump(value, allow_unicode=True, width=10_000)).split("\n")[0]
