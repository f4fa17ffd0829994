"""A file that several sources lead to is read once, with settings that are beyond doubt."""

from pathlib import Path

import pytest

from dataprep.files import discover, read
from dataprep.recipe import Source
from schemas.errors import InputError

FOLDER = {"path": "data"}
GLOB = {"path": "data/*.csv"}
OWN = {"path": "data/b.csv", "encoding": "gb18030"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    for name in ("a.csv", "b.csv", "c.csv"):
        (tmp_path / "data" / name).write_bytes(b"q,a\n1,2\n")
    return tmp_path


@pytest.mark.parametrize(
    ("sources", "order", "entry"),
    [
        pytest.param([FOLDER, OWN], "abc", 1, id="folder before file"),
        pytest.param([OWN, FOLDER], "bac", 0, id="file before folder"),
        pytest.param([GLOB, OWN], "abc", 1, id="glob before file"),
        pytest.param([FOLDER, OWN, OWN], "abc", 1, id="the same entry twice"),
        pytest.param([GLOB, {**FOLDER, "path": "./data"}, OWN], "abc", 2, id="three that lead to it"),
    ],
)
def test_a_files_own_settings_win_over_those_of_its_folder(root, sources, order, entry) -> None:
    inputs = discover([Source(**source) for source in sources], root=root).inputs
    (own,) = [item for item in inputs if item.name == "data/b.csv"]
    told = {item.name: [note for note in next(read(item)).notes if "data.sources" in note] for item in inputs}

    assert [item.name for item in inputs] == [f"data/{letter}.csv" for letter in order]
    assert own.source.encoding == "gb18030"
    assert told == {"data/a.csv": [], "data/b.csv": [f"settings of data.sources[{entry}]"], "data/c.csv": []}


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param([FOLDER, FOLDER], id="twice the folder"),
        pytest.param([FOLDER, {"path": "data/b.csv"}], id="folder and file"),
        pytest.param([GLOB, {"path": "data/../data"}], id="glob and folder"),
    ],
)
def test_equal_settings_need_no_note(root, sources) -> None:
    inputs = discover([Source(**source) for source in sources], root=root).inputs

    assert [item.name for item in inputs] == ["data/a.csv", "data/b.csv", "data/c.csv"]
    assert [item.notes for item in inputs] == [(), (), ()]


@pytest.mark.parametrize(
    ("sources", "entries"),
    [
        pytest.param([OWN, GLOB, {"path": "data/b.csv"}], (0, 2), id="twice the file"),
        pytest.param([FOLDER, {**GLOB, "format": "alpaca"}], (0, 1), id="folder and glob"),
        pytest.param([FOLDER, {**FOLDER, "columns": {"query": "q"}}], (0, 1), id="twice the folder"),
        pytest.param([FOLDER, {**FOLDER, "sheet": "x"}], (0, 1), id="a sheet of what has none"),
        pytest.param([{"path": "hf://u/n"}, {"path": "hf://u/n", "format": "text"}], (0, 1), id="twice a hub data set"),
    ],
)
def test_settings_that_contradict_each_other_are_a_mistake(root, sources, entries) -> None:
    with pytest.raises(InputError) as raised:
        discover([Source(**source) for source in sources], root=root)

    one, two = entries
    assert f"data.sources[{one}] and data.sources[{two}] both name " in raised.value.message
    assert raised.value.message.endswith(" with other settings")
    assert "Leave one out" in raised.value.hint


def test_note_on_settings_comes_even_from_an_empty_file(root) -> None:
    (root / "data" / "b.csv").write_bytes(b"")
    item = next(item for item in discover([Source(**FOLDER), Source(**OWN)], root=root).inputs if item.notes)

    notes = [note for batch in read(item) for note in batch.notes]

    assert notes[0] == "settings of data.sources[1]"
    assert notes.count(notes[0]) == 1
