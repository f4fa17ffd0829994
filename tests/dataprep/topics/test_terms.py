"""Terms of both scripts, and pairs of characters that are joined for people."""

import pytest

from dataprep.topics.terms import joined, terms_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("？！ ", []),
        ("水箱", ["水箱"]),
        ("我的水箱", ["水箱"]),
        ("水。箱", []),
        ("The LQ-500 of the tank 2024", ["lq", "tank"]),
        ("换LQ滤芯", ["lq", "滤芯"]),
        ("ＬＱ机", ["lq"]),
        ("😀", []),
    ],
)
def test_terms(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms


@pytest.mark.parametrize(
    ("terms", "texts", "expected"),
    [
        ([], [], []),
        (["净水", "水器"], ["净水器"] * 3, ["净水器"]),
        (["水器", "净水", "滤芯"], ["净水器的滤芯"] * 3, ["净水器", "滤芯"]),
        (["净水", "水器"], ["净水", "净水", "水器", "水器"], ["净水", "水器"]),
        (["tank", "kettle"], ["tankettle"], ["tank", "kettle"]),
    ],
)
def test_overlapping_pairs_become_a_word_where_the_texts_write_it(
    terms: list[str], texts: list[str], expected: list[str]
) -> None:
    assert joined(terms, texts) == expected
