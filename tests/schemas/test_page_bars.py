"""Bars and histograms: lengths in proportion, what is left within what there was, escaping."""

from xml.etree import ElementTree

import pytest

from schemas.page import Bar, Bin, bars, histogram
from tests.page_reader import EVIL, SVG, texts


def parse(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def rects(root: ElementTree.Element) -> list[tuple[str, dict[str, str]]]:
    return [(node.get("class", ""), dict(node.attrib)) for node in root.iter(f"{SVG}rect")]


def test_bars_share_one_scale_from_zero() -> None:
    root = parse(bars([Bar("中文", 200, 150, "150 / 200"), Bar("en", 50, 0, "0 / 50")], title="t"))
    assert [(kind, drawn["width"]) for kind, drawn in rects(root)] == [
        ("pale plain", "100%"),
        ("side", "75%"),
        ("pale plain", "25%"),
    ]
    assert texts(root) == ["中文", "150 / 200", "en", "0 / 50"]


@pytest.mark.parametrize("rows", [[], [Bar("a", 0, 0, "none")]])
def test_bars_of_nothing_keep_their_words(rows: list[Bar]) -> None:
    root = parse(bars(rows, title="t"))
    assert rects(root) == []
    assert texts(root).count("none") == len(rows)


def test_a_bin_is_as_wide_as_its_logarithm_and_as_high_as_its_count() -> None:
    root = parse(histogram([Bin(1, 10, 100, 50), Bin(10, 100, 50, 0)], title="t", x_label="x"))
    drawn = rects(root)
    assert [kind for kind, _ in drawn] == ["pale plain", "side", "pale plain"]
    assert [each["x"] for _, each in drawn] == ["0.0%", "0.0%", "50.0%"]
    whole, part, second = (float(each["height"]) for _, each in drawn)
    assert part == second == pytest.approx(whole / 2, abs=0.1)
    assert all(float(each["y"]) + float(each["height"]) == pytest.approx(150) for _, each in drawn)


def test_the_axis_of_a_histogram_has_round_numbers() -> None:
    root = parse(histogram([Bin(1, 10, 3, 3), Bin(10, 10_000, 4, 1)], title="t", x_label="字符"))
    assert {"1", "10", "100", "1,000", "10,000", "字符"} <= set(texts(root))
    narrow = parse(histogram([Bin(1, 60, 3, 3)], title="t", x_label="x"))
    assert {"1", "2", "5", "10", "20", "50"} <= set(texts(narrow))


@pytest.mark.parametrize("bins", [[], [Bin(1, 10, 0, 0)]])
def test_a_histogram_of_nothing_says_so(bins: list[Bin]) -> None:
    root = parse(histogram(bins, title="t", x_label="x", none="没有数据"))
    assert texts(root) == ["没有数据"]


def test_one_row_among_a_million_is_still_seen() -> None:
    root = parse(histogram([Bin(1, 10, 1_000_000, 999_999), Bin(10, 100, 1, 1)], title="t", x_label="x"))
    assert [drawn["height"] for _, drawn in rects(root)][2:] == ["1.0", "1.0"]


def test_every_text_is_escaped() -> None:
    for text in (bars([Bar(EVIL, 1, 1, EVIL)], title=EVIL), histogram([], title=EVIL, x_label=EVIL, none=EVIL)):
        assert "<script" not in text
        assert "<script>alert('1')</script> & \"�" in texts(parse(text))
