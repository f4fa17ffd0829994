import polars as pl
import pytest

from dataprep.annotate.evaluated import rows_of_items

ROWS = pl.DataFrame({"id": ["x", "y", "z"], "source": ["a", "a", "b:1"], "row": [1, 2, 3]})


@pytest.mark.parametrize(
    ("item", "place", "row"),
    [
        ("x", "a:1", "x"),
        ("x", "a:2", "x"),
        ("elsewhere", "a:2", "y"),
        ("其他", "b:1:3", "z"),
        ("elsewhere", "c:1", None),
        ("elsewhere", None, None),
    ],
)
def test_an_item_is_known_by_its_id_then_by_its_place(item: str, place: str | None, row: str | None) -> None:
    items = pl.DataFrame({"item": [item], "place": [place], "told": [7]}, schema_overrides={"place": pl.String})
    assert rows_of_items(items, ROWS).rows() == ([(7, row)] if row else [])


def test_items_keep_their_order() -> None:
    items = pl.DataFrame({"item": ["z", "-", "x", "z"], "place": ["", "a:2", "", ""]})
    assert rows_of_items(items, ROWS)["id"].to_list() == ["z", "y", "x", "z"]
    assert rows_of_items(items.clear(), ROWS).is_empty()
