"""Hub data sets, tried on a local folder and on stand-ins for the network."""

import sys
from types import ModuleType

import pytest

from dataprep.files import discover, read
from dataprep.recipe import Source
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


def test_modelscope_rows_are_read(monkeypatch, read_path) -> None:
    class MsDataset:
        @staticmethod
        def load(place, *, split, use_streaming):
            yield {"place": place, "split": split}
            yield {"n": float("nan")}
            raise ConnectionError("gone")

    module = ModuleType("modelscope.msdatasets")
    module.MsDataset = MsDataset
    monkeypatch.setitem(sys.modules, "modelscope", ModuleType("modelscope"))
    monkeypatch.setitem(sys.modules, "modelscope.msdatasets", module)
    result = read_path("ms://user/name", split="test")

    assert result.values == [{"place": "user/name", "split": "test"}]
    assert result.faults == [(2, "not_finite"), (3, "stream_damaged")]
