"""Differences of two answers: nothing is lost, what is shared isn't marked, numbers stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.text.changes import changes, woven


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ([], [])),
        ("", "a", ([], [(True, "a")])),
        (" \n", " \n", ([(False, " \n")], [(False, " \n")])),
        ("水箱 1.2 升", "水箱 1.8 升", ([(False, "水箱 "), (True, "1.2"), (False, " 升")],
                                    [(False, "水箱 "), (True, "1.8"), (False, " 升")])),
        ("每周清洗", "每月清洗", ([(False, "每"), (True, "周"), (False, "清洗")],
                              [(False, "每"), (True, "月"), (False, "清洗")])),
        ("the tank holds", "the tanks hold", ([(False, "the "), (True, "tank"), (False, " "), (True, "holds")],
                                              [(False, "the "), (True, "tanks"), (False, " "), (True, "hold")])),
        ("😀a", "😀b", ([(False, "😀"), (True, "a")], [(False, "😀"), (True, "b")])),
    ],
)  # fmt: skip
def test_marks(old: str, new: str, expected: object) -> None:
    assert changes(old, new) == expected


@given(st.text(alphabet="ab 好。1.\n", max_size=40), st.text(alphabet="ab 好。1.\n", max_size=40))
def test_pieces_join_to_the_texts(old: str, new: str) -> None:
    a, b = changes(old, new)
    assert "".join(text for _, text in a) == old
    assert "".join(text for _, text in b) == new
    assert "".join(text for apart, text in a if not apart) == "".join(text for apart, text in b if not apart)


@given(st.text(max_size=60))
def test_equal_texts_have_no_marks(text: str) -> None:
    assert changes(text, text) == (([(False, text)] if text else []), ([(False, text)] if text else []))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("", "茶", [("new", "茶")]),
        ("每周清洗", "每月清洗", [("same", "每"), ("gone", "周"), ("new", "月"), ("same", "清洗")]),
        ("a b", "a c b", [("same", "a "), ("new", "c "), ("same", "b")]),
    ],
)
def test_both_texts_in_one_list(old: str, new: str, expected: object) -> None:
    assert woven(old, new) == expected
