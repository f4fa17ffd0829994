"""Outputs appear whole or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.artifacts import (
    Layout,
    digest_folder,
    digest_json,
    find_run,
    publish,
    read_manifest,
    staged,
    sweep,
    write_file,
)
from schemas.errors import ArtifactError, UserError


def build(text: str, digest: str):  # type: ignore[no-untyped-def]
    def fill(folder: Path) -> str:
        (folder / "a.txt").write_text(text, encoding="utf-8")
        return digest

    return fill


def test_a_failed_write_leaves_the_old_version(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    write_file(target, b"old")
    with pytest.raises(OSError, match="full"), staged(target) as draft:
        draft.write_bytes(b"ne")
        raise OSError("disk full")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("flush", [True, False])
def test_only_what_must_last_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flush: bool) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    write_file(tmp_path / "a.txt", b"new", flush=flush)
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert bool(flushed) is flush


def test_publish_swaps_the_pointer(tmp_path: Path) -> None:
    publish(tmp_path, "data", build("one", "1" * 32))
    first = (tmp_path / "data").resolve()
    publish(tmp_path, "data", build("two", "2" * 32))
    assert (tmp_path / "data" / "a.txt").read_text(encoding="utf-8") == "two"
    assert first.name == f"data@{'1' * 16}"
    assert (first / "a.txt").read_text(encoding="utf-8") == "one"


def test_publishing_the_same_again_keeps_the_folder(tmp_path: Path) -> None:
    first = publish(tmp_path, "data", build("one", "1" * 32)).stat().st_ino
    assert publish(tmp_path, "data", build("one", "1" * 32)).stat().st_ino == first


def test_a_failed_build_leaves_the_old_artifact(tmp_path: Path) -> None:
    def fails(folder: Path) -> str:
        (folder / "half.txt").write_text("ha", encoding="utf-8")
        raise RuntimeError("killed")

    publish(tmp_path, "data", build("one", "1" * 32))
    with pytest.raises(RuntimeError):
        publish(tmp_path, "data", fails)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", f"data@{'1' * 16}"]


def test_sweep_removes_drafts_of_the_dead_only(tmp_path: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    (tmp_path / f".data.{dead.stdout.strip()}.draft").mkdir()
    living = tmp_path / f".data.{os.getppid()}.draft"
    living.mkdir()
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [living]


def test_times_stay_outside_the_comparison(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.json").write_text("{}", encoding="utf-8")
    (tmp_path / "run.log.json").write_text("1", encoding="utf-8")
    assert list(digest_folder(tmp_path)) == ["a/x.json"]


def test_digest_of_json_ignores_the_order_of_keys() -> None:
    assert digest_json({"a": 1, "b": [2]}) == digest_json({"b": [2], "a": 1}) != digest_json({"a": 1, "b": [3]})


def test_an_absent_manifest_names_the_next_command(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError) as raised:
        read_manifest(Layout(tmp_path).manifest)
    assert raised.value.hint == "gristmill data -c RECIPE"


def test_find_run_takes_the_newest(tmp_path: Path) -> None:
    for place, name in enumerate(("old", "new")):
        publish(tmp_path / name, "data", build(name, str(place) * 32))
        (tmp_path / name / "data" / "manifest.json").write_text("{}", encoding="utf-8")
        os.utime(tmp_path / name / "data", (place, place), follow_symlinks=False)
    assert find_run(tmp_path, None).root.name == "new"
    assert find_run(tmp_path, "old").root.name == "old"
    with pytest.raises(UserError, match="no run 'none'"):
        find_run(tmp_path, "none")
