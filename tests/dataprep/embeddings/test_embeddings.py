"""Embedders: a server that stumbles, a folder with a tiny model, and the cache in front of both."""

from pathlib import Path

import numpy as np
import orjson
import polars as pl
import pytest
from pydantic import ValidationError

from dataprep.embeddings import Embedder, embed, open_embedder
from dataprep.embeddings.served import open_endpoint
from dataprep.recipe import Semantic
from schemas.errors import UserError
from tests.dataprep.embeddings.server import hashed, serving

TEXTS = ["水箱多大？", "", None, "How big is the tank?", "水箱多大？", " \n", "🙂🙂🙂"]


def test_each_text_is_asked_once_and_blank_ones_never(tmp_path: Path) -> None:
    asked: list[str] = []

    def counting(texts: list[str]) -> np.ndarray:
        asked.extend(texts)
        return hashed(texts)

    embedder = Embedder("m", counting)  # type: ignore[arg-type]
    first = embed(pl.Series("t", TEXTS), embedder, cache=tmp_path)
    assert sorted(asked) == sorted({"水箱多大？", "How big is the tank?", "🙂🙂🙂"})
    assert first.list.len().to_list() == [64, 0, 0, 64, 64, 0, 64]
    assert np.linalg.norm(first[0].to_numpy()) == pytest.approx(1)
    assert first[0].equals(first[4])
    again = embed(pl.Series("t", ["新的", *TEXTS]), embedder, cache=tmp_path)
    assert again[1:].equals(first)
    assert asked[3:] == ["新的"]
    other = Embedder("n", counting)  # type: ignore[arg-type]
    embed(pl.Series(["新的"]), other, cache=tmp_path)
    assert asked[4:] == ["新的"]


def test_no_text_at_all(tmp_path: Path) -> None:
    def never(_: object) -> np.ndarray:
        raise AssertionError

    assert embed(pl.Series([], dtype=pl.String), Embedder("m", never), cache=tmp_path).dtype == pl.List(pl.Float32)
    assert embed(pl.Series([None, ""], dtype=pl.String), Embedder("m", never), cache=tmp_path).to_list() == [[], []]


@pytest.mark.parametrize(
    "stumbles",
    [
        [],
        [(503, b"busy")],
        [(429, b"slow down"), (200, b"{")],
        [(200, orjson.dumps({"data": []})), (200, orjson.dumps({"data": [{"index": 0, "embedding": [None]}]}))],
    ],
)
def test_an_endpoint_is_asked_until_it_answers(tmp_path: Path, stumbles: list[tuple[int, bytes]]) -> None:
    with serving() as desk:
        desk.replies += stumbles
        embedder = open_endpoint(desk.url, "m", key_env=None, backoff=0.01)
        found = embed(pl.Series(TEXTS), embedder, cache=tmp_path)
    wanted = hashed(["水箱多大？"])[0]
    assert np.allclose(found[0].to_numpy(), wanted / np.linalg.norm(wanted))
    assert len(desk.asked) == 1 + len(stumbles)


@pytest.mark.parametrize(
    ("status", "told"), [(401, "refuses the key"), (404, "no model"), (400, "can't embed"), (500, "can't embed")]
)
def test_an_endpoint_that_never_answers(tmp_path: Path, status: int, told: str) -> None:
    with serving() as desk:
        desk.replies += [(status, b"no")] * 9
        embedder = open_endpoint(desk.url, "m", key_env=None, backoff=0.001)
        with pytest.raises(UserError, match=told):
            embed(pl.Series(TEXTS), embedder, cache=tmp_path)


def test_nobody_there() -> None:
    with pytest.raises(UserError, match="nothing answers"):
        open_endpoint("http://127.0.0.1:9/v1", "m", key_env=None).embed(["x"])
    with pytest.raises(UserError, match="no address"):
        open_endpoint("localhost", "m", key_env=None)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"endpoint": "http://127.0.0.1:1/v1"},
        {"model": "m", "name": "n"},
        {"model": "m", "endpoint": "e", "name": "n"},
    ],
)
def test_a_recipe_names_one_embedder(settings: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Semantic.model_validate(settings)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT of one layer."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("model")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"水箱多大保修几年", "tank", "how", "big"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(1)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = transformers.BertConfig(vocab_size=len(words), max_position_embeddings=32, **sizes)
    transformers.BertModel(config).save_pretrained(folder)
    transformers.BertTokenizerFast(vocab={word: n for n, word in enumerate(words)}).save_pretrained(folder)
    return folder


@pytest.mark.parametrize("pooling", ["cls_token", "mean_tokens", "lasttoken"])
def test_a_folder(model: Path, tmp_path: Path, pooling: str) -> None:
    (model / "1_Pooling").mkdir(exist_ok=True)
    (model / "1_Pooling" / "config.json").write_bytes(orjson.dumps({f"pooling_mode_{pooling}": True}))
    embedder = open_embedder(Semantic(model=model))
    texts = ["水箱多大", "how big", "保修几年 " * 60]
    together = embed(pl.Series(texts), embedder, cache=tmp_path / pooling)
    alone = [embed(pl.Series([text]), embedder, cache=tmp_path / f"{pooling}-alone")[0] for text in texts]
    for one, other in zip(together, alone, strict=True):
        assert np.allclose(one.to_numpy(), other.to_numpy(), atol=1e-5)
    assert embedder.name == open_embedder(Semantic(model=model)).name


def test_each_pooling_is_another_embedder(model: Path) -> None:
    found = {}
    for pooling in ("cls_token", "mean_tokens", "lasttoken"):
        (model / "1_Pooling" / "config.json").write_bytes(orjson.dumps({f"pooling_mode_{pooling}": True}))
        embedder = open_embedder(Semantic(model=model))
        found[embedder.name] = embedder.embed(["水箱多大"])[0].tobytes()
    assert len(found) == len(set(found.values())) == 3


def test_folders_that_are_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such folder"):
        open_embedder(Semantic(model=tmp_path / "none"))
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(UserError, match="no safetensors"):
        open_embedder(Semantic(model=tmp_path))
    (model / "1_Pooling" / "config.json").write_bytes(orjson.dumps({"pooling_mode_max_tokens": True}))
    with pytest.raises(UserError, match="max_tokens"):
        open_embedder(Semantic(model=model))
    (model / "1_Pooling" / "config.json").unlink()
    (model / "modules.json").write_bytes(orjson.dumps([{"type": "sentence_transformers.models.Dense"}]))
    with pytest.raises(UserError, match="Dense"):
        open_embedder(Semantic(model=model))
    (model / "modules.json").unlink()
