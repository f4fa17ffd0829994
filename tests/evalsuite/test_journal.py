from pathlib import Path

import pytest

from evalsuite.journal import Journal


def test_what_was_added_is_there_again(tmp_path: Path) -> None:
    first = Journal(tmp_path / "deep" / "j.jsonl")
    assert first.done == {}
    first.add({"a": [1, "甲"], "b": None})
    first.add({"c": 2.5})
    again = Journal(first.path)
    assert again.done == first.done == {"a": [1, "甲"], "b": None, "c": 2.5}
    assert again.missing(["c", "d", "a", "e"]) == ["d", "e"]


@pytest.mark.parametrize("torn", [b'{"key": "x", "val', b'{"key": "x", "value": 1}', b"\x00\x00"])
def test_a_line_that_a_kill_cut_off_is_not_done(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "j.jsonl"
    Journal(path).add({"a": 1})
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    again = Journal(path)
    assert again.done == {"a": 1}
    assert path.read_bytes() == whole
    again.add({"x": 2})
    assert Journal(path).done == {"a": 1, "x": 2}
