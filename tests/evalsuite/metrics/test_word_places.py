import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.metrics.word_places import word_places
from schemas.text.words import words


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        (" \n\t", []),
        ("。！", []),
        ("天", ["天"]),
        ("我爱GPT-4！", ["我", "爱", "GPT", "4"]),
        ("等等……好 Ok", ["等", "等", "好", "Ok"]),  # each … becomes three characters
        ("ＡＢＣ，１２３", ["ＡＢＣ", "１２３"]),
        ("cafe\u0301 noir", ["cafe\u0301", "noir"]),
        ("ｶﾞｽ", ["ｶﾞ", "ｽ"]),
        ("İstanbul now", ["İstanbul", "now"]),  # lower case of İ is two characters
        ("好😂好", ["好", "好"]),
        ("\u1112\u1161\u11ab x", ["\u1112\u1161\u11ab", "x"]),  # hangul in three parts
    ],
)
def test_places_point_into_the_text_as_written(text: str, pieces: list[str]) -> None:
    assert [text[place.start : place.end] for place in word_places(text)] == pieces


@given(st.text(max_size=60))
def test_words_are_those_of_words_and_places_ascend(text: str) -> None:
    found = word_places(text)
    assert [place.word for place in found] == words(text)
    borders = [border for place in found for border in (place.start, place.end)]
    assert all(0 <= border <= len(text) for border in borders)
    assert [place.start for place in found] == sorted(place.start for place in found)
