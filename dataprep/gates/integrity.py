"""What holds before any number is looked at: the files are those of the manifest, and nothing leaks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from dataprep.gates.artifact import Artifact
from dataprep.gates.sentences import say
from schemas.artifacts import digest_file, digest_folder
from schemas.verdicts import Check

SHOWN = 5
"""So many files or pairs are named."""


def check_files(artifact: Artifact, lang: str) -> Check:
    """Compare every file with the manifest's digests, and the manifest with the name of its folder."""
    expected = {path: entry["digest"] for path, entry in artifact.manifest.get("files", {}).items()}
    there = {path: digest for path, digest in digest_folder(artifact.folder).items() if path != "manifest.json"}
    changed = sorted(path for path in expected.keys() | there.keys() if expected.get(path) != there.get(path))
    if not _is_named_after_its_manifest(artifact.folder):
        changed.append("manifest.json")
    if not changed:
        return Check("files", "pass", say("files_whole", lang, files=len(expected)), value=str(len(expected)))
    named = ", ".join(changed[:SHOWN]) + (f" + {len(changed) - SHOWN}" if len(changed) > SHOWN else "")
    return Check(
        "files",
        "error",
        say("files_changed", lang, count=len(changed), files=named),
        value=str(len(changed)),
        limit=say("digests", lang),
        details=say("files_next", lang),
    )


def check_leaks(artifact: Artifact, lang: str) -> Check:
    """Compute the leak certificate anew; the manifest's must say the same."""
    found, told = artifact.leaks, artifact.manifest.get("leak_certificate")
    value = f"{found['highest']:.4g}"
    limit = "" if found["threshold"] is None else f"< {found['threshold']:.4g}"
    if told is not None and _numbers(told) != _numbers(found):
        sentence = say("leaks_differ", lang, told=told.get("highest"), found=value)
        return Check("leak_certificate", "error", sentence, value, limit, say("files_next", lang))
    if not found["passed"]:
        pairs = "\n".join(_pair(pair) for pair in found["nearest"][:SHOWN])
        crossing = sum(found["crossing"].values())
        sentence = say("leaks", lang, pairs=found["over"], crossing=crossing)
        return Check("leak_certificate", "fail", sentence, value, limit, pairs)
    sentence = say("leaks_none", lang, pairs=found["pairs_examined"], value=value)
    return Check("leak_certificate", "pass", sentence, value, limit)


def _numbers(certificate: Mapping[str, Any]) -> Any:
    """What two looks at the same files must agree on, as JSON has it.

    The pairs' texts may have been masked. How many pairs had to be measured, and how near those came that may be
    overlooked, depends on how the search goes about it.
    """
    told = {key: value for key, value in certificate.items() if key not in {"nearest", "pairs_measured", "exempt"}}
    floor = told.get("complete_from", 0.0)
    by_key = {key: max(value, floor) for key, value in told.get("highest_by", {}).items()}
    told |= {"highest": max(told.get("highest", 0.0), floor), "highest_by": by_key}
    return orjson.loads(orjson.dumps(told | {"exempt": certificate.get("exempt", {}).get("rows")}))


def _pair(pair: Mapping[str, Any]) -> str:
    left, right = (f"{pair[side]['split']} {pair[side]['source']}:{pair[side]['row']}" for side in ("left", "right"))
    return f"{pair['similarity']:.3f} ({pair['key']}): {left} ~ {right}"


def _is_named_after_its_manifest(folder: Path) -> bool:
    """False where a published folder (`data@DIGEST`) holds another manifest than it was named after."""
    pointer, at, digest = folder.resolve().name.partition("@")
    if not at or pointer != "data":
        return True
    return digest_file(folder / "manifest.json").startswith(digest)
