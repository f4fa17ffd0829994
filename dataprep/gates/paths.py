"""Dotted paths into manifest.json: `rows.kept`, `reasons.duplicate.rows`, `leak_certificate.highest`."""

import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dataprep.gates.artifact import Unmeasured
from dataprep.gates.catalogue import Metric
from dataprep.reasons import REASONS

if TYPE_CHECKING:
    from dataprep.gates.artifact import Artifact

LISTED: dict[str, str] = {
    "sources": "source",
    "stages": "stage",
    "reasons": "reason",
    "edits": "reason",
    "flags": "reason",
    "exports": "files",
    "pii": "kind",
    "decontamination": "benchmark",
    "mix": "group",
    "language": "language",
}
"""List in the manifest -> the field that names its entries."""

COUNTS = ("rows", "spans", "read", "kept", "dropped", "rows_in", "rows_out", "counted", "tokens")
"""Fields that add up over entries of one name; an entry that can't be there has none of them."""


def number_at(manifest: Mapping[str, Any], path: str) -> float:
    """The number at a path.

    In a list, the second part names an entry: `stages.validate.dropped`. Entries of one name add up. A reason that
    the list doesn't have happened to no row.

    Raises:
        Unmeasured: If there is no number there, with the nearest part that there is.
    """
    head, _, rest = path.partition(".")
    if head not in manifest:
        raise Unmeasured(
            f"manifest.json has no {head}: an older gristmill made it, or the stage was off",
            f"manifest.json 中没有 {head}：由旧版 gristmill 生成，或该阶段未启用",
        )
    value = manifest[head]
    if head in LISTED and isinstance(value, Sequence):
        return _in_list(value, head, rest)
    for part in rest.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise _absent(path, part, list(value) if isinstance(value, Mapping) else [])
        value = value[part]
    return _number(value, path)


def _in_list(entries: Sequence[Mapping[str, Any]], head: str, rest: str) -> float:
    name, _, field = rest.rpartition(".")  # names of files have dots of their own
    path = f"{head}.{rest}"
    chosen = [entry for entry in entries if str(entry.get(LISTED[head])) == name]
    if not chosen:
        if LISTED[head] == "reason" and name in REASONS and field == "rows":
            return 0.0
        raise _absent(path, name or rest, [str(entry.get(LISTED[head])) for entry in entries])
    if any(field not in entry for entry in chosen):
        raise _absent(path, field, list(chosen[0]))
    numbers = [_number(entry[field], path) for entry in chosen]
    if len(numbers) > 1 and field not in COUNTS:
        raise Unmeasured(f"{path}: {len(numbers)} entries have this name", f"{path}：有 {len(numbers)} 个同名条目")
    return sum(numbers)


def _number(value: object, path: str) -> float:
    if isinstance(value, bool | int | float):
        return float(value)
    raise Unmeasured(f"{path} in manifest.json is not a number", f"manifest.json 中的 {path} 不是数字")


def _absent(path: str, part: str, known: Sequence[str]) -> Unmeasured:
    near = difflib.get_close_matches(part, known, n=1)
    en = f"; did you mean {near[0]}?" if near else f"; there: {', '.join(known[:20])}" if known else ""
    zh = f"；是否指 {near[0]}？" if near else f"；现有：{'、'.join(known[:20])}" if known else ""
    return Unmeasured(f"manifest.json has no {path} ({part!r}){en}", f"manifest.json 中没有 {path}（{part!r}）{zh}")


def _at_path(artifact: "Artifact", path: str) -> float:
    return number_at(artifact.manifest, path)


PATH = Metric(("a number of manifest.json", "manifest.json 中的数字"), "numbers", whole=_at_path)
"""Every path is this metric, with the path as its argument."""
