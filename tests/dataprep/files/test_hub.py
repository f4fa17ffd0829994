"""Hub data sets, tried on a local folder and on stand-ins for the network."""

import sys
from types import ModuleType

import pyarrow as pa
import pytest

from dataprep.files import discover, read
from dataprep.intake import open_input
from dataprep.recipe import Source
from dataprep.shards import Store
from dataprep.workers import Crew
from schemas.errors import InputError, MissingExtra


@pytest.fixture(autouse=True)
def offline(tmp_path, monkeypatch):
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def test_local_folder_is_loaded_by_datasets(tmp_path, read_path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "train.jsonl").write_text('{"a":"x","on":"2024-01-05"}\n{"a":"y","on":"2024-01-06"}\n')
    result = read_path(f"hf://{folder}")

    assert [item.name for item in result.found.inputs] == [f"hf://{folder}"]
    assert [(row, value["a"]) for row, value in result.rows] == [(1, "x"), (2, "y")]
    assert result.notes == ["`datasets` made time stamps of on; they are written as ISO text"]
    assert len(result.found.inputs[0].digest()) == 32


def test_missing_split_is_the_users_mistake(tmp_path, read_path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "train.jsonl").write_text('{"a":"x"}\n')

    with pytest.raises(InputError, match=r"split 'dev'.*can't be read"):
        read_path(f"hf://{folder}", split="dev")


def test_no_network_is_said_clearly(tmp_path) -> None:
    (item,) = discover([Source(path="hf://nobody/nothing")], root=tmp_path).inputs

    with pytest.raises(InputError, match=r"hf://nobody/nothing.*can't be read") as raised:
        list(read(item))
    assert "network" in raised.value.hint
    with pytest.raises(InputError, match="can't be read"):
        item.digest()


def test_id_revision_and_split_are_handed_over(monkeypatch, tmp_path) -> None:
    asked = {}

    def load_dataset(place, **options):
        asked.update(place=place, **options)
        raise RuntimeError("stop here")

    monkeypatch.setattr("datasets.load_dataset", load_dataset)
    (item,) = discover([Source(path="hf://user/name@v1", split="test")], root=tmp_path).inputs
    with pytest.raises(InputError, match="stop here"):
        list(read(item))

    assert asked == {"place": "user/name", "revision": "v1", "split": "test", "streaming": True}


def test_modelscope_is_optional(monkeypatch, read_path) -> None:
    monkeypatch.setitem(sys.modules, "modelscope", None)

    with pytest.raises(MissingExtra, match="ms://user/name needs the package modelscope"):
        read_path("ms://user/name")


@pytest.fixture
def modelscope(monkeypatch):
    """Put a function in place of `MsDataset.load`."""

    def install(load):
        module = ModuleType("modelscope.msdatasets")
        module.MsDataset = type("MsDataset", (), {"load": staticmethod(load)})
        monkeypatch.setitem(sys.modules, "modelscope", ModuleType("modelscope"))
        monkeypatch.setitem(sys.modules, "modelscope.msdatasets", module)

    return install


def test_modelscope_rows_are_read(modelscope, read_path) -> None:
    def load(place, *, split, use_streaming):
        yield {"place": place, "split": split}
        yield {"n": float("nan")}
        raise ConnectionError("gone")

    modelscope(load)
    result = read_path("ms://user/name", split="test")

    assert result.values == [{"place": "user/name", "split": "test"}]
    assert result.faults == [(2, "not_finite"), (3, "stream_damaged")]


ROWS = [{"instruction": f"question {number}", "output": f"answer {number}"} for number in range(3)]


class HttpError(Exception):
    """Like those of httpx and aiohttp, no OSError."""


class Broken:
    """A streamed `datasets` set whose connection breaks after some rows."""

    def __init__(self, rows, damage) -> None:
        self.rows, self.damage = rows, damage

    def with_format(self, _):
        return self

    def iter(self, *, batch_size):
        if self.rows:
            yield pa.Table.from_pylist(self.rows)
        if self.damage:
            raise self.damage


@pytest.mark.parametrize("damage", [ConnectionError(), OSError("reset"), HttpError("peer closed connection")])
@pytest.mark.parametrize("rows", [ROWS, []], ids=["after rows", "at once"])
def test_broken_hub_connection_is_raised_and_the_next_run_reads_all(monkeypatch, tmp_path, rows, damage) -> None:
    monkeypatch.setattr("dataprep.files.batches.BATCH_ROWS", 2)
    monkeypatch.setattr("datasets.load_dataset", lambda *_, **__: Broken(rows, damage))
    (item,) = discover([Source(path="hf://user/name")], root=tmp_path).inputs
    store = Store(tmp_path / "store")

    with pytest.raises(InputError, match=f"broke after {len(rows)} rows of hf://user/name; nothing was kept") as raised:
        open_input(item, "digest", store, Crew())
    assert "Run it again" in raised.value.hint
    assert list((tmp_path / "store").glob("notes/*")) == []

    changed = [{**row, "output": "changed"} for row in ROWS]
    monkeypatch.setattr("datasets.load_dataset", lambda *_, **__: Broken(changed, None))
    opened = open_input(item, "digest", store, Crew())
    assert len(opened.shards) == 2
    assert [str(shard.table("kept").to_dicts()).count("changed") for shard in opened.shards] == [2, 1]


def test_broken_modelscope_connection_is_raised(modelscope, tmp_path) -> None:
    def load(place, **_):
        yield from ROWS
        raise ConnectionError("gone")

    modelscope(load)
    (item,) = discover([Source(path="ms://user/name")], root=tmp_path).inputs

    with pytest.raises(InputError, match="broke after 3 rows of ms://user/name"):
        open_input(item, "digest", Store(tmp_path / "store"), Crew())


def test_damaged_local_folder_keeps_its_good_rows(monkeypatch, tmp_path) -> None:
    (tmp_path / "set").mkdir()
    monkeypatch.setattr("datasets.load_dataset", lambda *_, **__: Broken(ROWS, OSError("bad sector")))
    (item,) = discover([Source(path=f"hf://{tmp_path / 'set'}")], root=tmp_path).inputs
    (shard,) = open_input(item, "digest", Store(tmp_path / "store"), Crew()).shards

    assert shard.rows == len(ROWS)
    assert shard.table("dropped").height == 1


@pytest.mark.parametrize(("name", "same"), [("ms://user/name", False), ("ms://user/name@v1", True)])
def test_modelscope_set_is_reused_only_with_a_revision(tmp_path, name, same) -> None:
    (item,) = discover([Source(path=name)], root=tmp_path).inputs

    assert (item.digest() == item.digest()) is same
