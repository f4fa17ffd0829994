import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score import rouge_scorer

from schemas.text.lcs import lcs_length, lcs_positions, union_hits

TOKENS = st.lists(st.sampled_from("abcd"), max_size=40)
LINES = st.lists(st.lists(st.sampled_from("abcd"), max_size=8), max_size=5)


@pytest.mark.parametrize(
    ("first", "second", "length"),
    [
        ("", "", 0),
        ("", "水", 0),
        ("水", "", 0),
        ("水", "水", 1),
        ("水", "火", 0),
        ("南京长江大桥", "南京大桥", 4),
        ("abcbdab", "bdcaba", 4),  # Cormen et al., "Introduction to Algorithms", section 15.4
        ("xmjyauz", "mzjawxu", 4),  # Wikipedia, "Longest common subsequence"
        ("👍👍🎉", "🎉👍👍", 2),
        ("a" * 200, "a" * 129, 129),
    ],
)
def test_length(first: str, second: str, length: int) -> None:
    assert lcs_length(first, second) == length
    assert lcs_length(list(second), list(first)) == length


@given(TOKENS, TOKENS)
def test_length_is_that_of_rouge_score(first: list[str], second: list[str]) -> None:
    assert lcs_length(first, second) == rouge_scorer._lcs_table(first, second)[-1][-1]


@given(TOKENS, TOKENS)
def test_positions_are_those_of_rouge_score(reference: list[str], answer: list[str]) -> None:
    assert lcs_positions(reference, answer) == rouge_scorer.lcs_ind(reference, answer)


@pytest.mark.parametrize(
    ("reference", "answer", "hits"),
    [
        ([], [], 0),
        ([""], [""], 0),
        ([], ["水"], 0),
        (["水火"], [], 0),
        (["12345"], ["12678", "13895"], 4),  # Lin 2004, section 3.2: w1 w2 w3 w5
        (["aa", "a"], ["a"], 1),
        (["ab", "ab"], ["ba"], 1),
        (["南京", "大桥"], ["大桥", "南京"], 4),
    ],
)
def test_union_hits(reference: list[str], answer: list[str], hits: int) -> None:
    assert union_hits(reference, answer) == hits


@given(LINES, LINES)
def test_union_hits_are_those_of_rouge_score(reference: list[list[str]], answer: list[list[str]]) -> None:
    recall = rouge_scorer._summary_level_lcs(reference, answer).recall
    assert union_hits(reference, answer) == pytest.approx(recall * sum(map(len, reference)))
