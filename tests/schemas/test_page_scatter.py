"""The scatter plot: places, shapes beside colours, labels that stay apart, escaping."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from schemas.page import Cloud, Tag, scatter
from tests.page_reader import EVIL, SVG, texts


def drawn(*clouds: Cloud, tags: tuple[Tag, ...] = ()) -> ElementTree.Element:
    return ElementTree.fromstring(scatter(clouds, tags, title="主题"))


def points(root: ElementTree.Element, shape: str) -> list[tuple[float, float]]:
    [path] = [node for node in root.iter(f"{SVG}path") if shape in node.get("class", "").split()]
    return [(float(x), float(y)) for x, y in re.findall(r"M([\d.]+) ([\d.]+)", path.get("d", ""))]


def test_points_fill_the_frame_with_y_upwards() -> None:
    root = drawn(Cloud("train", [(0, 0), (2, 4)], "dot"), Cloud("eval", [(1, 2)], "cross"))
    assert points(root, "dot") == [(28, 402), (572, 68)]
    assert points(root, "cross") == [(300, 235)]


def test_shapes_tell_clouds_apart_without_colour() -> None:
    root = drawn(
        Cloud("训练集", [(0, 0)], "dot"), Cloud("开发集", [(1, 1)], "plus"), Cloud("评测集", [(2, 0)], "cross")
    )
    assert texts(root) == ["• 训练集\u2003+ 开发集\u2003× 评测集"]
    assert [path.get("class") for path in root.iter(f"{SVG}path")] == [
        "frame",
        "points dot s0",
        "points plus s1",
        "points cross s2",
    ]


@pytest.mark.parametrize("clouds", [(), (Cloud("a", [], "dot"),), (Cloud("a", [(3, 3), (3, 3)], "dot"),)])
def test_no_point_or_one_place_is_no_fault(clouds: tuple[Cloud, ...]) -> None:
    root = drawn(*clouds)
    assert [len(points(root, "dot")) for _ in clouds] == [len(cloud.points) for cloud in clouds]


def test_labels_do_not_cover_each_other() -> None:
    tags = tuple(Tag(0, 0, str(n), "水箱 · 滤芯") for n in range(5))
    root = drawn(Cloud("a", [(0, 0), (1, 1)], "dot"), tags=tags)
    places = sorted(float(node.get("y", 0)) for node in root.iter(f"{SVG}text") if node.get("class") == "tag")
    assert len(places) == 5
    assert min(b - a for a, b in pairwise(places)) >= 22


def test_every_text_is_escaped() -> None:
    text = scatter([Cloud(EVIL, [(0, 0)], "dot")], [Tag(0, 0, EVIL, EVIL), Tag(1, 1, EVIL, "")], title=EVIL)
    assert "<script" not in text
    assert sum(each.count("<script>alert('1')</script> & \"�") for each in texts(ElementTree.fromstring(text))) == 4
