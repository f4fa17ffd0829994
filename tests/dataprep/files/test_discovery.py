"""What is found, under which name, in which order, and what is refused."""

import io
import os
from pathlib import Path

import orjson
import pytest

from dataprep.files import discover, read
from dataprep.recipe import Source
from schemas.errors import InputError
from schemas.frames import RAW


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "data/b.jsonl",
        "data/a.csv",
        "data/deep/c.JSON",
        "data/deep/notes.txt",
        "data/README.md",
        "data/LICENSE",
        "data/.hidden.jsonl",
        "data/.cache/x.jsonl",
        "data/photo.png",
        "data/model.pkl",
        "data/all.tar.gz",
        "data/t.parquet.gz",
        "data/dataset_infos.json",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}\n")
    return tmp_path


def names(root: Path, *paths: str) -> list[str]:
    return [item.name for item in discover([Source(path=path) for path in paths], root=root).inputs]


def test_folder_is_walked_in_order(tree) -> None:
    assert names(tree, "data") == ["data/a.csv", "data/b.jsonl", "data/deep/c.JSON", "data/deep/notes.txt"]


def test_what_is_not_read_is_refused_with_a_reason(tree) -> None:
    refused = discover([Source(path="data")], root=tree).refused

    assert refused.schema == RAW
    assert set(refused["row"]) == {0}
    reasons = dict(refused.select("source", "fault").iter_rows())
    assert {name: reason.removeprefix("unsupported_file: ").split(";")[0] for name, reason in reasons.items()} == {
        "data/LICENSE": "it describes the folder",
        "data/README.md": "it describes the folder",
        "data/all.tar.gz": ".tar is an archive",
        "data/dataset_infos.json": "metadata of a data set, no rows",
        "data/model.pkl": ".pkl may hold a pickle, which can run code when it is opened",
        "data/photo.png": ".png is no type that is read",
        "data/t.parquet.gz": ".parquet is not read in compressed form",
    }


@pytest.mark.parametrize(
    "name", ["x.zip", "x.tar", "x.7z", "x.rar", "x.pickle", "x.pt", "x.bin", "x.joblib", "x.log", "x"]
)
def test_unreadable_types_are_refused_when_named_directly(tmp_path, name) -> None:
    (tmp_path / name).write_bytes(b"x")
    found = discover([Source(path=name)], root=tmp_path)

    assert found.inputs == []
    assert found.refused["fault"].str.starts_with("unsupported_file: ").to_list() == [True]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("data/*.jsonl", ["data/b.jsonl"]),
        ("data/*.md", ["data/README.md"]),
        ("data/.*.jsonl", ["data/.hidden.jsonl"]),
        ("data/**/*.txt", ["data/deep/notes.txt"]),
        ("data/[ab].*", ["data/a.csv", "data/b.jsonl"]),
        ("data/README.md", ["data/README.md"]),
        ("data/deep/../b.jsonl", ["data/b.jsonl"]),
        ("data/**", ["data/README.md", "data/a.csv", "data/b.jsonl", "data/dataset_infos.json", "data/deep/c.JSON"]),
    ],
)
def test_globs_and_names(tree, pattern, expected) -> None:
    assert names(tree, pattern)[: len(expected)] == expected


def test_name_with_magic_signs_is_a_name_if_it_exists(tmp_path) -> None:
    (tmp_path / "a[1].jsonl").write_text("{}\n")

    assert names(tmp_path, "a[1].jsonl") == ["a[1].jsonl"]


def test_no_file_twice_and_sources_keep_their_order(tree) -> None:
    assert names(tree, "data/deep", "data/b.jsonl", "data", "data/*.csv") == [
        "data/deep/c.JSON",
        "data/deep/notes.txt",
        "data/b.jsonl",
        "data/a.csv",
    ]


def test_named_file_is_not_refused_because_its_folder_would(tree) -> None:
    found = discover([Source(path="data"), Source(path="data/README.md")], root=tree)

    assert found.inputs[-1].name == "data/README.md"
    assert "data/README.md" not in found.refused["source"].to_list()


def test_outside_of_the_working_folder_names_start_at_the_source(tree) -> None:
    work = tree / "work"
    work.mkdir()

    assert names(work, str(tree / "data/deep")) == ["deep/c.JSON", "deep/notes.txt"]
    assert names(work, "../data/b.jsonl") == ["b.jsonl"]


def test_names_that_would_be_equal_become_whole_paths(tmp_path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.jsonl").write_text("{}\n")
    (tmp_path / "work").mkdir()

    found = names(tmp_path / "work", "../one/x.jsonl", "../two/x.jsonl")

    assert found == [(tmp_path / folder / "x.jsonl").as_posix() for folder in ("one", "two")]


def test_links_stay_inside_of_the_folder(tree) -> None:
    (tree / "outside.jsonl").write_text("{}\n")
    (tree / "data/out.jsonl").symlink_to(tree / "outside.jsonl")
    (tree / "data/up").symlink_to(tree, target_is_directory=True)
    (tree / "data/again.jsonl").symlink_to(tree / "data/b.jsonl")
    (tree / "data/lost.jsonl").symlink_to(tree / "data/nowhere.jsonl")
    found = discover([Source(path="data")], root=tree)
    by_glob = discover([Source(path="data/o*.jsonl")], root=tree)

    assert [item.name for item in found.inputs][:3] == ["data/a.csv", "data/b.jsonl", "data/deep/c.JSON"]
    faults = dict(found.refused.select("source", "fault").iter_rows())
    assert "leads out of the folder" in faults["data/out.jsonl"]
    assert "leads out of the folder" in faults["data/up"]
    assert "leads nowhere" in faults["data/lost.jsonl"]
    assert "data/again.jsonl" not in faults
    assert by_glob.inputs == []
    assert by_glob.refused["source"].to_list() == ["data/out.jsonl"]


def test_link_that_is_named_itself_is_followed(tree) -> None:
    (tree / "link.jsonl").symlink_to(tree / "data/b.jsonl")

    assert names(tree, "link.jsonl") == ["link.jsonl"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipe_is_refused(tmp_path) -> None:
    os.mkfifo(tmp_path / "p.jsonl")

    assert "pipe" in discover([Source(path="p.jsonl")], root=tmp_path).refused["fault"][0]


@pytest.mark.parametrize(
    ("path", "message", "hint"),
    [
        ("data/bb.jsonl", "No such file or folder: data/bb.jsonl", "data/b.jsonl'?"),
        ("dta/b.jsonl", "No such file or folder", "data'?"),
        ("data/*.xlsx", "Nothing matches", "holds LICENSE, README.md"),
        ("nix", "No such file", "holds data"),
    ],
)
def test_missing_path_names_what_is_near(tree, path, message, hint) -> None:
    with pytest.raises(InputError, match=message.replace("*", r"\*")) as raised:
        discover([Source(path=path)], root=tree)

    assert hint in raised.value.hint


def test_empty_folder_is_a_mistake(tmp_path) -> None:
    (tmp_path / "void").mkdir()

    with pytest.raises(InputError, match="There is no file in void"):
        discover([Source(path="void")], root=tmp_path)


@pytest.mark.parametrize(
    ("content", "values", "kind"),
    [
        (b"", [], "prose"),
        (b'{"a":1}\n{"a":2}\n', [{"a": 1}, {"a": 2}], "json lines"),
        (b'[{"a":1}]', [{"a": 1}], "json"),
        (b'junk\n{"a":1}\n{"a":2}\n', [{"a": 1}, {"a": 2}], "json lines"),
        (b"a,b\n1,2\n", [{"a": "1", "b": "2"}], "csv"),
        (b"Hello.\n", [{"text": "Hello."}], "prose"),
    ],
)
def test_stdin_is_what_it_looks_like(tmp_path, monkeypatch, content, values, kind) -> None:
    class Stdin:
        buffer = io.BytesIO(content)

    monkeypatch.setattr("sys.stdin", Stdin)
    (item,) = discover([Source(path="-"), Source(path="-")], root=tmp_path).inputs
    (tmp_path / "same").write_bytes(content)
    batches = list(read(item))

    assert (item.name, item.path) == ("stdin", None)
    assert [raw for batch in batches for raw in batch.frame.filter(batch.frame["fault"].is_null())["raw"]] == [
        orjson.dumps(value).decode() for value in values
    ]
    assert any(kind in note for note in batches[0].notes)


def test_digest_is_of_the_content(tmp_path) -> None:
    for name, content in (("a.jsonl", b"{}"), ("b.jsonl", b"{}"), ("c.jsonl", b"{ }")):
        (tmp_path / name).write_bytes(content)
    a, b, c = (item.digest() for item in discover([Source(path="*.jsonl")], root=tmp_path).inputs)

    assert a == b != c
    assert len(a) == 32


def test_file_that_vanished_is_a_fault(tmp_path) -> None:
    (tmp_path / "a.jsonl").write_text("{}\n")
    (item,) = discover([Source(path="a.jsonl")], root=tmp_path).inputs
    (tmp_path / "a.jsonl").unlink()

    (batch,) = read(item)

    assert batch.frame["fault"].to_list() == ["unreadable_file: No such file or directory"]
