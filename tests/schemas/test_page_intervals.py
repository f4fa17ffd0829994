"""The forest and dumbbell plots: places, clipping, words beside colours, escaping."""

import math
from xml.etree import ElementTree

import pytest

from schemas.page import Interval, Pair, dumbbell, forest_plot
from tests.page_reader import EVIL, SVG, texts


def forest(*rows: Interval) -> ElementTree.Element:
    return ElementTree.fromstring(forest_plot(rows, title="Gains", low_label="worse", high_label="better"))


def interval(low: float, middle: float, high: float, *, edge: float | None = None, name: str = "chrF") -> Interval:
    return Interval(name, low, middle, high, edge, "▲ IMPROVED", "good")


def of_class(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [node for node in root.iter() if kind in node.get("class", "").split()]


def x(node: ElementTree.Element, key: str) -> float:
    return float(node.get(key, "").removesuffix("%"))


def test_an_interval_is_placed_in_proportion() -> None:
    root = forest(interval(-1, 1, 3, edge=-2))
    [zero], [span], [edge] = of_class(root, "zero"), of_class(root, "span"), of_class(root, "edge")
    [dot] = root.iter(f"{SVG}circle")
    assert [x(edge, "x1"), x(zero, "x1"), x(dot, "cx")] == [2, 40.4, 59.6]  # -2 .. 3 over 2% .. 98%
    assert [x(span, "x1"), x(span, "x2")] == [21.2, 98]
    assert span.get("class") == "span good"


@pytest.mark.parametrize(
    ("row", "arrows"),
    [
        (interval(-50, -20, -8), ["‹"]),
        (interval(8, 20, 50), ["›"]),
        (interval(-50, 0, 50), ["‹", "›"]),
        (interval(-1, 0, 1), []),
    ],
)
def test_what_runs_off_the_chart_has_an_arrow(row: Interval, arrows: list[str]) -> None:
    root = forest(row)
    assert [text for text in texts(root) if text in "‹›"] == arrows
    places = [x(node, key) for node in root.iter(f"{SVG}line") for key in ("x1", "x2")]
    assert all(2 <= place <= 98 for place in places)


@pytest.mark.parametrize("rows", [(), (interval(math.nan, math.nan, math.nan),), (interval(0, 0, 0),)])
def test_nothing_to_draw_is_still_a_chart(rows: tuple[Interval, ...]) -> None:
    root = forest(*rows)
    assert texts(root).count("▲ IMPROVED") == len(rows)
    assert len(list(root.iter(f"{SVG}circle"))) == sum(math.isfinite(row.middle) for row in rows)


def test_an_estimate_without_an_interval_is_a_dot() -> None:
    root = forest(interval(math.nan, 0.5, math.nan))
    assert len(list(root.iter(f"{SVG}circle"))) == 1
    assert of_class(root, "span") == []


def test_a_dumbbell_goes_from_hollow_to_full() -> None:
    root = ElementTree.fromstring(dumbbell([Pair("训练集", 4.0, 1.0, "4 → 1", "good")], title="t", x_label="bits/byte"))
    hollow, full = root.iter(f"{SVG}circle")
    assert [x(hollow, "cx"), x(full, "cx")] == [98, 2]
    assert hollow.get("class") == "hollow good"
    assert {"训练集", "4 → 1", "bits/byte"} <= set(texts(root))


@pytest.mark.parametrize("rows", [(), (Pair("a", math.nan, 1.0, "– → 1", "plain"),)])
def test_a_dumbbell_without_values_keeps_its_words(rows: tuple[Pair, ...]) -> None:
    root = ElementTree.fromstring(dumbbell(rows, title="t", x_label="x"))
    assert list(root.iter(f"{SVG}circle")) == []
    assert texts(root).count("– → 1") == len(rows)


def test_every_text_is_escaped() -> None:
    row = Interval(EVIL, -1, 0, 1, None, EVIL, "bad")
    drawn = [
        forest_plot([row], title=EVIL, low_label=EVIL, high_label=EVIL),
        dumbbell([Pair(EVIL, 0, 1, EVIL, "bad")], title=EVIL, x_label=EVIL),
    ]
    for text, count in zip(drawn, (4, 3), strict=True):
        assert "<script" not in text
        assert sum("<script>alert('1')</script> & \"�" in each for each in texts(ElementTree.fromstring(text))) == count
