"""Finds what there is to read, in a fixed order, every file once, and says what is left out and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from dataprep.files.faults import excerpt
from dataprep.files.hub import HF, MS
from dataprep.files.inputs import STDIN, Input, Spool
from dataprep.files.kinds import kind_of
from dataprep.files.walk import Found, find
from dataprep.recipe import Source
from schemas.errors import InputError
from schemas.frames import RAW

Key = tuple[str, ...]
"""What makes an input one and the same, whatever source leads to it."""


@dataclass(frozen=True)
class _Mention:
    """A source that leads to an input; `entry` is its place in the recipe, `named` as in `Found`."""

    entry: int
    named: bool
    item: Input

    @property
    def settings(self) -> Source:
        return self.item.source.model_copy(update={"path": ""})


@dataclass(frozen=True)
class Discovery:
    """What the sources of a recipe lead to.

    Attributes:
        inputs: In the order of the sources, and of paths within one; no file twice.
        refused: Schema `RAW`, row 0: files that are not read, with the reason.
    """

    inputs: list[Input]
    refused: pl.DataFrame

    @property
    def order(self) -> dict[str, int]:
        """Input name -> its place, which breaks ties."""
        return {item.name: place for place, item in enumerate(self.inputs)}

    def digests(self) -> dict[str, str]:
        """Input name -> hash of its bytes, which are read for it."""
        return {item.name: item.digest() for item in self.inputs}


def discover(sources: Sequence[Source], *, root: Path) -> Discovery:
    """Find the inputs of a recipe.

    A file that several sources lead to is read once, at the place of the first one. The settings of
    a source that names the file itself win over those of folders and globs.

    Args:
        sources: Of the recipe.
        root: The working folder, from which relative paths count.

    Raises:
        InputError: If a path matches nothing; the hint names what is nearest. Or if two sources lead
            to one file with different settings.
    """
    top = Path(root).absolute()
    mentions: dict[Key, list[_Mention]] = {}
    refused: dict[str, tuple[str, int, str, str]] = {}
    for entry, source in enumerate(sources):
        if source.path == "-":
            _add(mentions, (STDIN,), _Mention(entry, True, Input(STDIN, None, source)))
            continue
        if source.path.startswith((HF, MS)):
            _add(mentions, (source.path, source.split), _Mention(entry, True, Input(source.path, None, source)))
            continue
        found = find(source.path, root=top)
        for key, mention in _files(found, source, top, entry).items():
            _add(mentions, key, mention)
        for item in found:
            if item.refusal:
                name = _name(item, top)
                refused.setdefault(name, (name, 0, excerpt(name), f"unsupported_file: {item.refusal}"))
    chosen = [_settled(rivals) for rivals in mentions.values()]
    # Standard input can be taken only once, so not before it is sure that no mistake stops the run.
    inputs = [replace(item, spool=Spool()) if _is_stdin(item) else item for item in chosen]
    read = {item.name for item in chosen}
    frame = pl.DataFrame([row for name, row in refused.items() if name not in read], schema=RAW, orient="row")
    return Discovery(_with_own_names(inputs), frame)


def _add(mentions: dict[Key, list[_Mention]], key: Key, mention: _Mention) -> None:
    mentions.setdefault(key, []).append(mention)


def _files(found: Sequence[Found], source: Source, top: Path, entry: int) -> dict[Key, _Mention]:
    """One mention of every real file; where a file is met under several names, its own wins over links."""
    readable = [item for item in found if not item.refusal]
    mentions: dict[Key, _Mention] = {}
    for item in sorted(readable, key=lambda item: item.path.is_symlink()):
        # One workbook may be read twice, sheet by sheet, and a saved data set split by split.
        sheet = (source.sheet or "") if kind_of(item.path.name) == "xlsx" else ""
        key = (item.path.resolve().as_posix(), sheet, source.split if item.path.is_dir() else "")
        mentions.setdefault(key, _Mention(entry, item.named, Input(_name(item, top), item.path, source)))
    return dict(sorted(mentions.items(), key=lambda pair: str(pair[1].item.path)))


def _settled(rivals: Sequence[_Mention]) -> Input:
    """The one way in which an input is read that several sources mention.

    Raises:
        InputError: If their settings differ and none of them, or more than one, names the file itself.
    """
    able = [mention for mention in rivals if mention.named] or rivals
    first = able[0]
    for other in able[1:]:
        if other.settings != first.settings:
            raise InputError(
                f"data.sources[{first.entry}] and data.sources[{other.entry}] both name {first.item.name} "
                "with other settings",
                hint="Leave one out, or name the files of the folder one by one.",
            )
    if all(mention.settings == first.settings for mention in rivals):
        return first.item
    return replace(first.item, notes=(f"settings of data.sources[{first.entry}]",))


def _is_stdin(item: Input) -> bool:
    return item.path is None and item.name == STDIN


def _name(item: Found, top: Path) -> str:
    anchor = top if item.path.is_relative_to(top) else item.above
    return item.path.relative_to(anchor).as_posix()


def _with_own_names(inputs: Sequence[Input]) -> list[Input]:
    """Names that two inputs share grow by the sheet or split, and else become whole paths."""
    counts = Counter(item.name for item in inputs)
    named: list[Input] = []
    for item in inputs:
        if counts[item.name] == 1:
            named.append(item)
            continue
        place = item.path.as_posix() if item.path else item.name
        if len({other.path for other in inputs if other.name == item.name}) == 1:
            folder = item.path is None or item.path.is_dir()
            place = f"{item.name}#{item.source.split if folder else item.source.sheet or 'first'}"
        named.append(replace(item, name=place))
    return named
