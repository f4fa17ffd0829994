"""The files that a path of a recipe means: a file, a folder walked to the bottom, or a glob."""

import difflib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dataprep.files.kinds import ABOUT, KINDS, kind_of, why_unsupported
from schemas.errors import InputError

_MAGIC = frozenset("*?[")
_METADATA = ("dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json")
_NAMES_SHOWN = 8


@dataclass(frozen=True)
class Found:
    """A file or saved data set that a path led to.

    Attributes:
        path: Absolute; links are not followed.
        above: The folder above the source.
        refusal: Why it is not read, or "".
        named: True if the path names it itself, not a folder or glob that leads to it.
    """

    path: Path
    above: Path
    refusal: str = ""
    named: bool = False


def find(pattern: str, *, root: Path) -> list[Found]:
    """All files that a path means, in order.

    Folders are walked to the bottom; what is hidden (a name that starts with a dot) is left out,
    links that lead out of the folder are refused, and so are papers such as README.md. A file
    that is named directly or by a glob is read whatever it is called.

    Args:
        pattern: As the recipe has it.
        root: The working folder.

    Raises:
        InputError: If nothing is there.
    """
    # os.path.abspath takes out `..` without following links.
    path = Path(os.path.abspath(root / Path(pattern).expanduser()))  # noqa: PTH100
    if path.exists() or path.is_symlink():
        found = [replace(item, named=item.path == path) for item in _take(path, above=path.parent)]
    elif _MAGIC.intersection(pattern):
        found = _glob(path)
    else:
        raise InputError(f"No such file or folder: {pattern}", hint=_nearest(path))
    if not found:
        raise InputError(f"There is no file in {pattern}", hint=_nearest(path))
    return sorted(found, key=lambda item: item.path.as_posix())


def is_saved(folder: Path) -> bool:
    """True for a folder that `datasets.save_to_disk` wrote."""
    saved = (folder / "state.json").exists() and (folder / "dataset_info.json").exists()
    return saved or (folder / "dataset_dict.json").exists()


def _take(path: Path, *, above: Path) -> Iterator[Found]:
    """What a path means that was named directly."""
    if path.is_dir():
        yield from ([Found(path, above)] if is_saved(path) else _walk(path, top=path.resolve(), above=above))
    else:
        yield Found(path, above, _objection(path))


def _glob(path: Path) -> list[Found]:
    parts = path.parts
    depth = next(place for place, part in enumerate(parts) if _MAGIC.intersection(part))
    base, pattern = Path(*parts[:depth]), "/".join(parts[depth:])
    if parts[-1] == "**":
        pattern += "/*"
    deep = "**" in parts and pattern.endswith("/*")  # then the glob itself goes into the folders
    hidden = any(part.startswith(".") for part in parts[depth:])
    found: list[Found] = []
    for match in sorted(base.glob(pattern)) if base.is_dir() else []:
        if not hidden and any(part.startswith(".") for part in match.relative_to(base).parts):
            continue
        if _leads_out(match, base.resolve()):
            found.append(Found(match, base.parent, _out(match)))
        elif not (deep and match.is_dir() and not is_saved(match)):
            found += _take(match, above=base.parent)
    if not found:
        raise InputError(f"Nothing matches {path.as_posix()}", hint=_nearest(path))
    return found


def _walk(folder: Path, *, top: Path, above: Path) -> Iterator[Found]:
    try:
        children = sorted(folder.iterdir())
    except OSError as refusal:
        yield Found(folder, above, f"the folder can't be opened ({refusal.strerror})")
        return
    for child in children:
        if child.name.startswith("."):
            continue
        if _leads_out(child, top):
            yield Found(child, above, _out(child))
        elif child.is_dir():
            # The files behind a link inside of the folder are met where they really are.
            if not child.is_symlink():
                yield from ([Found(child, above)] if is_saved(child) else _walk(child, top=top, above=above))
        elif child.name.lower() in _METADATA:
            yield Found(child, above, "metadata of a data set, no rows")
        elif child.stem.lower() in ABOUT and kind_of(child.name) in (None, "prose"):
            yield Found(child, above, "it describes the folder; to read it as text, name it as a source of its own")
        else:
            yield Found(child, above, _objection(child))


def _objection(path: Path) -> str:
    """Why a file can't be read, going by its type and name; "" if it can."""
    try:
        mode = path.stat().st_mode
    except OSError as refusal:
        return "a link that leads nowhere" if path.is_symlink() else f"{refusal.strerror}"
    if not stat.S_ISREG(mode):
        return "not a regular file; pipe what it holds into `-`"
    return "" if kind_of(path.name) else why_unsupported(path.name)


def _leads_out(path: Path, top: Path) -> bool:
    return not path.resolve().is_relative_to(top)


def _out(path: Path) -> str:
    return f"a link that leads out of the folder, to {path.resolve().as_posix()}"


def _nearest(path: Path) -> str:
    """A hint: names like the one that is missing, or what there is instead."""
    missing, folder = path.name, path.parent
    while not folder.is_dir():
        missing, folder = folder.name, folder.parent
    if path.is_dir():
        folder = path
    try:
        names = sorted(child.name for child in folder.iterdir() if not child.name.startswith("."))
    except OSError:
        names = []
    near = difflib.get_close_matches(missing, names, n=3)
    if near:
        return "Did you mean " + " or ".join(repr((folder / name).as_posix()) for name in near) + "?"
    return _listing(folder, names)


def _listing(folder: Path, names: Sequence[str]) -> str:
    if not names:
        return f"{folder.as_posix()} is empty. Files that are read: {', '.join(KINDS)}"
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return f"{folder.as_posix()} holds {shown}{more}"
