import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from evalsuite.metrics.metric import Column, Metric
from evalsuite.scorecard import ITEMS, ScoreCard, Series, read_cards, write_cards
from schemas.errors import UserError
from tests.evalsuite.cards import card, items

ODD = Metric("odd", "lower", "nats", 0.25, "odd|1|中文", binary=False)
FLAG = Metric("flag", "higher", "share", 0.02, "flag", binary=True)


def full(name: str) -> ScoreCard:
    """Everything that a card may hold, on three items with two columns of a recipe's own."""
    over = items(3, language=["zh", "en", "zh"]).with_columns(
        team=pl.Series(["红", None, ""], dtype=pl.String), shift=pl.Series(["a", "b", "c"])
    )
    column = Column(
        np.array([1 / 3, np.nan, -2.5]), {1: "no_reference"}, np.array([12.0, 0.0, 7.0]), {2: ["1.8 升", "x"]}
    )
    series = {"odd": Series(ODD, column), "flag": Series(FLAG, Column(np.array([np.nan, 0.0, 1.0]), {0: "error"}))}
    extra = {"notes": ["served"], "memory": [{"id": "i0", "personal": []}], "leaks": np.int64(2)}
    return ScoreCard(name, {"base": "tiny", "adapter": None}, {"generation": {"seeds": [1]}}, over, series, extra)


def test_cards_come_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "scores.json"
    wrote = full("tea")
    write_cards(path, {"base": full("base"), "tuned": wrote})
    read = read_cards(path)
    assert list(read) == ["base", "tuned"]
    told = read["tuned"]
    assert (told.name, told.model, told.settings) == ("tuned", wrote.model, wrote.settings)
    assert told.extra == {**wrote.extra, "leaks": 2}
    assert told.items.equals(wrote.items)
    assert told.items.columns == [*ITEMS, "team", "shift"]
    assert list(told.series) == ["odd", "flag"]
    for name, series in wrote.series.items():
        again = told.series[name]
        assert again.metric == series.metric
        np.testing.assert_allclose(again.column.values, series.column.values, rtol=1e-9, equal_nan=True)
        assert (again.column.reasons, again.column.found) == (series.column.reasons, series.column.found)
    weights = told.series["odd"].column.weights
    assert weights is not None
    assert weights.tolist() == [12, 0, 7]
    assert told.series["flag"].column.weights is None


def test_a_card_that_came_back_is_written_the_same(tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    write_cards(first, {"base": full("base")})
    write_cards(second, read_cards(first))
    assert first.read_bytes() == second.read_bytes()
    assert b"NaN" not in first.read_bytes()


def test_a_card_without_items(tmp_path: Path) -> None:
    write_cards(tmp_path / "s.json", {"base": card("base", items(0), {"chrf": []})})
    told = read_cards(tmp_path / "s.json")["base"]
    assert told.items.schema == ITEMS
    assert told.series["chrf"].column.values.shape == (0,)


def test_an_older_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text("old")
    with pytest.raises(TypeError):
        write_cards(path, {"base": card("base", items(1), {}, extra={"odd": object()})})
    assert [one.name for one in tmp_path.iterdir()] == ["s.json"]
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "no scores at"),
        ("", "is damaged"),
        ('{"format": 1', "is damaged"),
        ("\x00\x01", "is damaged"),
        ("[]", "not a scores.json of this version"),
        ("{}", "not a scores.json of this version"),
        ('{"format": 2, "items": {}, "sides": {}}', "not a scores.json of this version"),
        ('{"format": 1}', "is damaged: KeyError: 'items'"),
        ('{"format": 1, "items": {"id": []}, "sides": {}}', "is damaged: ValueError: its items have no cluster"),
        ('{"format": 1, "items": [], "sides": []}', "is damaged"),
    ],
)
def test_a_file_that_isnt_one_is_named(tmp_path: Path, text: str | None, told: str) -> None:
    path = tmp_path / "scores.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UserError, match=told) as fault:
        read_cards(path)
    assert str(path) in fault.value.message
    assert fault.value.hint == "gristmill eval RUN"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be read: Is a directory"):
        read_cards(tmp_path)


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("items", "id"), ["a", "b"], "is damaged"),
        (("items", "id"), [1, 2, 3], "is damaged"),
        (("sides", "base", "metrics", "odd", "values"), [1.0], "odd has 1 values for 3 items"),
        (("sides", "base", "metrics", "odd", "values"), ["x", 1.0, 2.0], "is damaged: ValueError"),
        (("sides", "base", "metrics", "odd", "reasons"), {"first": "x"}, "is damaged: ValueError"),
        (("sides", "base", "metrics", "odd"), {}, "is damaged: KeyError"),
        (("sides", "base"), None, "is damaged: TypeError"),
    ],
)
def test_damage_inside_is_named(tmp_path: Path, place: tuple[str, ...], value: Any, told: str) -> None:
    path = tmp_path / "scores.json"
    write_cards(path, {"base": full("base")})
    whole = inner = json.loads(path.read_text())
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    path.write_text(json.dumps(whole))
    with pytest.raises(UserError, match=told):
        read_cards(path)
