"""Where rows came from and where they went: the Sankey diagram and the tables beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from dataprep.report.figures import brief, common_folder, count
from dataprep.report.names import name
from dataprep.report.words import word
from schemas.artifacts import SPLITS
from schemas.page import Node, sankey

DRAWN, LISTED = 9, 60  # ends of the flow, and lines of the table of files
LABEL, PATH = 24, 90  # columns of a label (half a phone), and of a path in the table


def flow(manifest: Mapping[str, Any], lang: str) -> str:
    """The diagram: files (or folders where there are many) -> rows read -> splits, and what each stage dropped."""
    rows = manifest["rows"]
    left = [
        Node(brief(label, LABEL), rows_read, count(rows_read))
        for label, rows_read in _origins(manifest["sources"], lang)
    ]
    if created := rows.get("created", 0):
        left.append(Node(name("augment", lang), created, f"+{count(created)}"))
    right = [
        Node(name(split, lang), rows[split], count(rows[split]), "side") for split in SPLITS if rows.get(split)
    ] + [
        Node(name(stage["stage"], lang), stage["dropped"], f"−{count(stage['dropped'])}", "bad")
        for stage in manifest["stages"]
        if stage["dropped"]
    ]
    trunk = Node(
        word("rows_widened" if created else "rows_read", lang), rows["read"] + created, count(rows["read"] + created)
    )
    return sankey(left, trunk, right, title=word("flow", lang)) if left else ""


def files(manifest: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The balance of every file: `heads`, `lines` of cells, `total`, and how many lines are left out."""
    placed: dict[str, dict[str, int]] = {}
    for share in manifest["splits"]:
        own = placed.setdefault(share["source"], dict.fromkeys(SPLITS, 0))
        own[share["split"]] += share["rows"]
    columns = ("read", "kept", "dropped", *SPLITS)
    told = [
        {**dict.fromkeys(SPLITS, 0), **source, **placed.get(source["source"], {})} for source in manifest["sources"]
    ]
    shared = common_folder([source["source"] for source in told])
    return {
        "folder": shared,
        "heads": [word(column, lang) for column in columns],
        "lines": [
            (
                brief(source["source"].removeprefix(shared), PATH),
                source["format"] or "–",
                [count(source[key]) for key in columns],
            )
            for source in told[:LISTED]
        ],
        "total": [count(sum(source[key] for source in told)) for key in columns],
        "left_out": max(0, len(told) - LISTED),
    }


def stages(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, str, list[str]]]:
    """Key, name, and rows in, kept and dropped of every stage."""
    return [
        (stage["stage"], name(stage["stage"], lang), [count(stage[key]) for key in ("rows_in", "kept", "dropped")])
        for stage in manifest["stages"]
    ]


def kinds(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, list[str]]]:
    """Rows of each kind in every split."""
    placed: dict[str, dict[str, int]] = {}
    for share in manifest["splits"]:
        placed.setdefault(share["kind"], dict.fromkeys(SPLITS, 0))[share["split"]] += share["rows"]
    return [(name(kind, lang), [count(rows[split]) for split in SPLITS]) for kind, rows in placed.items()]


def _origins(sources: Sequence[Mapping[str, Any]], lang: str) -> list[tuple[str, int]]:
    """Files and their rows; folders instead where there are many, and one line for what is still too much."""
    shared = common_folder([source["source"] for source in sources])
    origins = [(source["source"].removeprefix(shared), source["read"]) for source in sources if source["read"]]
    if len(origins) > DRAWN:
        folders: dict[str, int] = {}
        for label, rows in origins:
            top, slash, _ = label.partition("/")
            folders[top + slash] = folders.get(top + slash, 0) + rows
        origins = list(folders.items())
    if len(origins) > DRAWN:
        largest = {label for label, _ in sorted(origins, key=lambda origin: -origin[1])[: DRAWN - 1]}
        rest = [rows for label, rows in origins if label not in largest]
        origins = [origin for origin in origins if origin[0] in largest]
        origins.append((word("others", lang, count=len(rest)), sum(rest)))
    return origins
