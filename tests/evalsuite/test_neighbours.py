import math

import polars as pl
import pytest

from evalsuite.neighbours import nearest

ROWS = pl.DataFrame(
    {
        "id": ["d", "b", "c", "a", "e", "f"],
        "text": [
            "如何重置路由器密码？",
            "How do I reset my router?",
            "今天天气怎么样",
            "如何重置路由器的密码",
            None,
            "今天天气怎么样",
        ],
    }
)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", []),
        ("  ", []),
        ("完全不同", []),
        ("如何重置路由器密码", ["d", "a"]),
        ("HOW DO I RESET MY ROUTER", ["b"]),
        ("今天天气怎么样？", ["c", "f"]),  # equals by id
        ("天", []),
    ],
)
def test_nearest_rows(query: str, ids: list[str]) -> None:
    (found,) = nearest([query], ROWS)
    assert [row.id for row in found] == ids
    assert all(0 < row.similarity <= 1 for row in found)


def test_the_same_text_is_at_one() -> None:
    (found,) = nearest(["如何重置 路由器密码!"], ROWS, count=1)
    assert [(row.id, row.similarity) for row in found] == [("d", 1.0)]


def test_a_hand_worked_cosine() -> None:
    # With their edges, ^abc$ and ^abd$ have 3 + 2 + 1 n-grams each and share ^ab.
    rows = pl.DataFrame({"id": ["1"], "text": ["abc"]})
    known = math.log(2 / 2) + 1
    unseen = math.log(2 / 1) + 1
    length = math.sqrt(known**2 + 5 * unseen**2)
    (found,) = nearest(["abd"], rows)
    assert found[0].similarity == pytest.approx(known**2 / (math.sqrt(6 * known**2) * length), abs=1e-6)


@pytest.mark.parametrize("count", [1, 2])
def test_count_and_order_of_rows_do_not_matter(count: int) -> None:
    queries = ["如何重置密码", "reset the router"] * 40
    found = nearest(queries, ROWS, count=count)
    assert found == nearest(queries, ROWS.reverse(), count=count)
    assert found[:2] * 40 == found
    assert max(map(len, found)) == count


def test_nothing_to_search() -> None:
    assert nearest(["x"], ROWS.clear()) == [[]]
    assert nearest([], ROWS) == []
