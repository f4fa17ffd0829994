"""The line chart: points, gaps, marks, scales, escaping."""

import math
import re
from xml.etree import ElementTree

import pytest

from schemas.page import DRAWN, Line, Mark, line_chart
from tests.page_reader import SVG, texts


def chart(
    *series: Line, title: str = "Loss", marks: tuple[Mark, ...] = (), none: str = "no data"
) -> ElementTree.Element:
    text = line_chart(series, title=title, x_label="step", y_label="loss", marks=marks, none=none)
    return ElementTree.fromstring(text)


def lines(root: ElementTree.Element) -> list[list[list[tuple[float, float]]]]:
    """For each series its runs of points, in pixels."""
    paths = [path.get("d", "") for path in root.iter(f"{SVG}path") if "line" in path.get("class", "").split()]
    runs = [[run for run in path.split("M") if run] for path in paths]
    return [[[(float(x), float(y)) for x, y in (p.split() for p in run.split("L"))] for run in each] for each in runs]


@pytest.mark.parametrize("series", [(), (Line("train", ()),), (Line("train", ((1, math.nan), (2, math.inf))),)])
def test_without_a_finite_value_it_says_so(series: tuple[Line, ...]) -> None:
    root = chart(*series, none="没有数据", marks=(Mark(3, "best"),))
    assert texts(root) == ["Loss", "没有数据"]
    assert lines(root) == []


@pytest.mark.parametrize("value", [0.0, 0.5, -3.0, 1e-12, 1e12])
def test_one_point_is_a_dot_within_the_frame(value: float) -> None:
    root = chart(Line("train", ((20, value),)))
    [dot] = root.iter(f"{SVG}circle")
    assert 66 < float(dot.get("cx", 0)) < 566
    assert 76 < float(dot.get("cy", 0)) < 290


def test_points_are_placed_in_proportion() -> None:
    [[run]] = lines(chart(Line("train", ((0, 0.0), (50, 1.0), (100, 4.0)))))
    assert run == [(66, 290), (316, 236.5), (566, 76)]  # x from 66 to 566, y from 290 up to 76


def test_a_value_that_is_not_finite_is_a_gap_with_a_cross() -> None:
    root = chart(Line("train", ((1, 2.0), (2, 1.5), (3, math.nan), (4, math.inf), (5, 3.0), (6, 1.2))))
    [runs] = lines(root)
    assert [len(run) for run in runs] == [2, 2]
    [gaps] = [path.get("d", "") for path in root.iter(f"{SVG}path") if path.get("class") == "gap"]
    assert [float(x) for x in re.findall(r"M([\d.]+)", gaps)] == [263.0, 363.0]  # steps 3 and 4, less half a cross


def test_thinning_keeps_the_peaks() -> None:
    values = [(step, 1.0 + (step % 7) / 10) for step in range(10_000)]
    values[4321] = (4321, 50.0)
    values[8765] = (8765, 0.6)
    [[run]] = lines(chart(Line("train", values)))
    assert DRAWN / 2 < len(run) <= DRAWN
    assert [x for x, _ in run] == sorted(x for x, _ in run)
    assert min(run, key=lambda point: point[1])[0] == pytest.approx(66 + 500 * 4321 / 9999, abs=0.1)
    assert max(run, key=lambda point: point[1])[0] == pytest.approx(66 + 500 * 8765 / 9999, abs=0.1)


def test_short_lines_are_not_thinned() -> None:
    [[run]] = lines(chart(Line("train", [(step, float(step % 3)) for step in range(DRAWN)])))
    assert len(run) == DRAWN


@pytest.mark.parametrize(
    ("low", "high", "log"), [(0.01, 1.0, False), (0.01, 1.1, True), (0.0, 1000.0, False), (-1.0, 1000.0, False)]
)
def test_the_scale_is_logarithmic_over_two_decades(low: float, high: float, log: bool) -> None:
    assert ("loss (log)" in texts(chart(Line("train", ((0, high), (9, low)))))) == log


def test_logarithmic_ticks_are_powers_of_ten() -> None:
    root = chart(Line("train", ((0, 20.0), (500, 0.002))))
    ticks = [
        node.text for node in root.iter(f"{SVG}text") if node.get("text-anchor") == "end" and node.get("x") == "58"
    ]
    assert ticks == ["0.01", "0.1", "1", "10"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0.0, 5.0), ["0", "1", "2", "3", "4", "5"]),
        ((0.13, 0.61), ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"]),
        ((0.0, 12_000.0), ["0", "5,000", "10,000", "15,000"]),
    ],
)
def test_ticks_are_nice_numbers(values: tuple[float, float], expected: list[str]) -> None:
    root = chart(Line("train", tuple(enumerate(values))))
    assert [node.text for node in root.iter(f"{SVG}text") if node.get("x") == "58"] == expected


def test_steps_have_no_fractions() -> None:
    ticks = [
        node.text for node in chart(Line("train", ((1, 1.0), (3, 2.0)))).iter(f"{SVG}text") if node.get("y") == "290"
    ]
    assert ticks == ["1", "2", "3"]


def test_marks_stand_at_their_step() -> None:
    line = Line("dev", ((0, 2.0), (100, 1.0)))
    root = chart(line, marks=(Mark(20, "best, step 20"), Mark(80, "第 80 步"), Mark(math.nan, "nowhere")))
    drawn = [path.get("d") for path in root.iter(f"{SVG}path") if path.get("class") == "mark"]
    assert drawn == ["M166.0 76V290", "M466.0 76V290"]
    named = {node.text: node.get("text-anchor") for node in root.iter(f"{SVG}text")}
    assert named["best, step 20"] == "start"
    assert named["第 80 步"] == "end"
    assert "nowhere" not in named


def test_every_text_is_escaped() -> None:
    evil = "<script>alert('1')</script> & \"\x00"
    text = line_chart([Line(evil, ((0, 1.0),))], title=evil, x_label=evil, y_label=evil, marks=[Mark(0, evil)])
    assert "<script" not in text
    said = texts(ElementTree.fromstring(text))
    assert sum("<script>alert('1')</script> & \"�" in each for each in said) == 5


def test_it_is_one_self_contained_element_for_both_colour_schemes() -> None:
    text = line_chart([Line("训练", ((0, 1.0), (1, 2.0)))], title="损失", x_label="步数", y_label="损失")
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert root.get("aria-label") == "损失"
    assert texts(root).count("损失") == 2
    assert "━ 训练" in texts(root)
    assert "prefers-color-scheme:dark" in text
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}
