"""Rows of a kind that no record holds: rankings, step-wise labels, segments, other tools per answer."""

from dataprep.convert.format import Refused, Row

_ALWAYS: dict[str, str] = {
    "segments": "template-free segments",
    "positive_messages": "pairs for embedding or reranking",
    "negative_messages": "pairs for embedding or reranking",
    **{f"rejected_{part}": f"{part} of the rejected side" for part in ("tools", "images", "videos", "audios")},
}

# distilabel leaves `generations` and `ratings` beside its `chosen`; alone they are a ranking.
_WITHOUT_ANSWER: dict[str, str] = {
    "generations": "a ranking of several answers",
    "answers": "a ranking of several answers",
    "responses": "a ranking of several answers",
    "completions": "labels per step or per answer",
}


def unsupported(row: Row, *, answer: str = "chosen") -> str | None:
    """What the row is, where no kind of record fits it.

    Args:
        row: The source row.
        answer: The column that would hold the one good (or labelled) answer.
    """
    for column, what in _ALWAYS.items():
        if row.get(column) not in (None, [], ""):
            return what
    if row.get(answer) is None:
        for column, what in _WITHOUT_ANSWER.items():
            if isinstance(row.get(column), list):
                return what
    return None


def refuse_unsupported(row: Row, *, answer: str = "chosen") -> None:
    """Stop at a row of a kind that no record holds.

    Raises:
        Refused: `unsupported_kind`.
    """
    what = unsupported(row, answer=answer)
    if what is not None:
        raise Refused("unsupported_kind", what)
