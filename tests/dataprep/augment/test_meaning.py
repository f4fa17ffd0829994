"""Cosines of pairs from a server with hashed character pairs, and from the cache."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dataprep.augment.meaning import similarities
from dataprep.recipe.augment import Meaning
from schemas.errors import UserError
from tests.dataprep.embeddings.server import hashed, serving

openai = pytest.importorskip("openai")
PAIRS: list[tuple[str | None, str | None]] = [
    (None, None),
    ("", "水箱多大？"),
    ("水箱多大？", " \n"),
    ("水箱多大？", None),
    ("水箱多大？", "水箱多大？"),
    ("水箱多大？", "水箱有多大？"),
    ("水箱多大？", "How big is it?"),
    ("🙂🙂 tea", "tea 🙂🙂"),
]


def column(place: int, pairs: list[tuple[str | None, str | None]] = PAIRS) -> pl.Series:
    return pl.Series("t", [pair[place] for pair in pairs], dtype=pl.String)


def test_no_pairs_no_model(tmp_path: Path) -> None:
    nowhere = Meaning(model=Path("nowhere"))
    found = similarities(column(0, []), column(1, []), nowhere, root=tmp_path)
    assert found.dtype == pl.Float64 and len(found) == 0
    assert similarities(column(0, PAIRS[:4]), column(1, PAIRS[:4]), nowhere, root=tmp_path).to_list() == [None] * 4


def test_cosines_are_those_of_the_vectors(tmp_path: Path) -> None:
    with serving() as desk:
        config = Meaning(endpoint=desk.url, name="m")
        found = similarities(column(0), column(1), config, root=tmp_path)
        asked = len(desk.asked)
        assert similarities(column(0), column(1), config, root=tmp_path).equals(found)
    assert asked == len(desk.asked) == 1 and (tmp_path / ".gristmill" / "embeddings").is_dir()
    assert found.to_list()[:4] == [None] * 4 and found.dtype == pl.Float64
    for cosine, (one, other) in zip(found[4:], PAIRS[4:], strict=True):
        a, b = hashed([str(one), str(other)]).astype(np.float64)
        assert cosine == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-6)
    # 水箱, 箱多, 多大, 大？ against 水箱, 箱有, 有多, 多大, 大？: three of four and five.
    assert found[4] == pytest.approx(1) and found[5] == pytest.approx(3 / 20**0.5, abs=1e-6)


@pytest.mark.parametrize("model", ["models/none", "/nowhere/none"])
def test_a_folder_is_one_of_the_working_folder(tmp_path: Path, model: str) -> None:
    with pytest.raises(UserError, match=str(tmp_path / model)):
        similarities(column(0), column(1), Meaning(model=Path(model)), root=tmp_path)
