"""The Sankey diagram: flows in proportion, room for every label, escaping."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from schemas.page import Node, sankey
from tests.page_reader import SVG


def drawn(left: list[Node], trunk: Node, right: list[Node]) -> ElementTree.Element:
    return ElementTree.fromstring(sankey(left, trunk, right, title="流向"))


def bars(root: ElementTree.Element) -> list[tuple[str, float, float]]:
    return [
        (node.get("x", ""), float(node.get("y", 0)), float(node.get("height", 0))) for node in root.iter(f"{SVG}rect")
    ]


def test_flows_are_in_proportion_and_fill_the_trunk() -> None:
    left = [Node("a", 300, "300"), Node("b", 100, "100")]
    right = [Node("train", 320, "320", "side"), Node("dropped", 80, "−80", "bad")]
    trunk, *ends = bars(drawn(left, Node("read", 400, "400"), right))
    heights = [height for _, _, height in ends]
    assert heights == pytest.approx([195, 65, 208, 52])
    assert trunk[2] == pytest.approx(260)
    assert [x for x, _, _ in ends] == ["0%", "0%", "98.6%", "98.6%"]


def test_every_flow_is_a_ribbon_of_its_colour_that_ends_at_the_trunk() -> None:
    right = [Node("train", 3, "3", "side"), Node("out", 1, "1", "bad")]
    root = drawn([Node("a", 4, "4")], Node("read", 4, "4"), right)
    paths = list(root.iter(f"{SVG}path"))
    assert [path.get("class") for path in paths] == ["flow plain", "flow side", "flow bad"]
    ends = [float(re.findall(r" (\d+(?:\.\d+)?) [\d.]+V", path.get("d", ""))[0]) for path in paths]
    assert ends == [49.3, 50.7, 50.7]


def test_labels_of_tiny_flows_do_not_overlap() -> None:
    tiny = [Node(f"stage {n}", 1, "1", "bad") for n in range(20)]
    root = drawn([Node("a", 1_000_020, "1,000,020")], Node("read", 1_000_020, ""), [Node("train", 1e6, ""), *tiny])
    places = [float(node.get("y", 0)) for node in root.iter(f"{SVG}text") if node.get("text-anchor") == "end"]
    assert len(places) == 21
    assert min(b - a for a, b in pairwise(places)) >= 20
    assert max(places) < float(root.get("height", 0))
    assert min(height for _, _, height in bars(root)) == 1.5


@pytest.mark.parametrize("nodes", [[], [Node("a", 1, "1")]])
def test_few_ends_are_no_fault(nodes: list[Node]) -> None:
    root = drawn(nodes, Node("read", len(nodes), ""), nodes)
    assert len(list(root.iter(f"{SVG}path"))) == 2 * len(nodes)


def test_every_text_is_escaped() -> None:
    evil = "<script>alert('1')</script> & \"\x00"
    node = Node(evil, 1, "1")
    text = sankey([node], node, [node], title=evil)
    assert "<script" not in text
    said = ["".join(node.itertext()) for node in ElementTree.fromstring(text).iter(f"{SVG}text")]
    assert said == ["<script>alert('1')</script> & \"� 1"] * 3
