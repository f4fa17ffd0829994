"""A Sankey diagram through one trunk: where rows came from, and where they went."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.page.svg import frame, text

TALL, SLOT, GAP, TOP = 260, 22, 4, 30  # pixels: the trunk, the least room of a label, between nodes, above
BAR = 1.4  # per cent of the width
THIN = 1.5  # pixels of the smallest flow that is seen


@dataclass(frozen=True)
class Node:
    """An end of the flow.

    Attributes:
        name: Beside it.
        value: How much flows, above zero.
        tone: Its colour; `words` never rest on it.
        words: The number, as people read it.
    """

    name: str
    value: float
    words: str
    tone: Literal["good", "bad", "warn", "plain", "side"] = "plain"


@dataclass(frozen=True)
class _Placed:
    node: Node
    top: float
    thick: float


def sankey(left: Sequence[Node], trunk: Node, right: Sequence[Node], *, title: str) -> str:
    """Draw what flows from `left` through `trunk` to `right` as an `<svg>` element of fixed type size and free width.

    Args:
        left: Where it comes from, top to bottom.
        trunk: All of it.
        right: Where it goes, top to bottom.
        title: For screen readers; every text is escaped.
    """
    whole = max(sum(node.value for node in left), sum(node.value for node in right), trunk.value) or 1
    sides = [_stack(nodes, whole) for nodes in (left, right)]
    tall = max(sum(each.thick for each in side) for side in sides) or THIN
    height = TOP + max(tall, *(_bottom(side) for side in sides)) + GAP
    sides = [_centred(side, height) for side in sides]
    top = TOP + (height - TOP - tall) / 2
    ribbons, labels = [], []
    for side, begin, end in ((sides[0], BAR, 50 - BAR / 2), (sides[1], 100 - BAR, 50 + BAR / 2)):
        at = top
        for each in side:
            ribbons.append(_ribbon(each, begin, end, at))
            labels += _label(each, left=begin < 50)
            at += each.thick
    inner = (
        f'<svg width="100%" height="{height:g}" viewBox="0 0 100 {height:g}" preserveAspectRatio="none">'
        f"{''.join(ribbons)}</svg>"
    )
    middle = f'<rect class="plain" x="{50 - BAR / 2}%" y="{top:.1f}" width="{BAR}%" height="{tall:.1f}"/>'
    head = text("50%", top - 8, f"{trunk.name} {trunk.words}", "halo", "middle")
    return frame(title, height, [inner, middle, *labels, head])


def _stack(nodes: Sequence[Node], whole: float) -> list[_Placed]:
    placed, y = [], float(TOP)
    for node in nodes:
        thick = max(THIN, TALL * node.value / whole)
        slot = max(thick, SLOT)
        placed.append(_Placed(node, y + (slot - thick) / 2, thick))
        y += slot + GAP
    return placed


def _bottom(side: Sequence[_Placed]) -> float:
    return side[-1].top + max(side[-1].thick, (side[-1].thick + SLOT) / 2) - TOP if side else 0.0


def _centred(side: Sequence[_Placed], height: float) -> list[_Placed]:
    down = (height - TOP - GAP - _bottom(side)) / 2
    return [_Placed(each.node, each.top + down, each.thick) for each in side]


def _ribbon(each: _Placed, begin: float, end: float, at: float) -> str:
    """From the node's edge to the trunk's, as wide at both."""
    middle = (begin + end) / 2
    first, last = each.top + each.thick, at + each.thick
    path = (
        f"M{begin:g} {each.top:.1f}C{middle:g} {each.top:.1f} {middle:g} {at:.1f} {end:g} {at:.1f}"
        f"V{last:.1f}C{middle:g} {last:.1f} {middle:g} {first:.1f} {begin:g} {first:.1f}Z"
    )
    return f'<path class="flow {each.node.tone}" d="{path}"/>'


def _label(each: _Placed, *, left: bool) -> list[str]:
    x = 0 if left else 100 - BAR
    edges = f'x="{x:g}%" y="{each.top:.1f}" width="{BAR}%" height="{each.thick:.1f}"'
    bar = f'<rect class="{each.node.tone}" {edges} rx="1"/>'
    at = f"{BAR + 1:g}%" if left else f"{99 - BAR:g}%"
    words = f"{each.node.name} {each.node.words}"
    return [bar, text(at, round(each.top + each.thick / 2, 1), words, "halo", "start" if left else "end", 0.35)]
