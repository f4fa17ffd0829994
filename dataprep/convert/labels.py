"""A KTO label: a flag, 0 or 1, or a word for one."""

from dataprep.convert.format import Refused, Row

LABEL = ("label", "kto_tag", "标签", "標籤")

_WORDS: dict[str, bool] = {
    **dict.fromkeys(("true", "1", "是"), True),
    **dict.fromkeys(("false", "0", "否"), False),
}


def label_column(row: Row) -> str:
    """The column that holds the label: TRL's `label`, or LLaMA-Factory's `kto_tag`."""
    return "kto_tag" if row.get("label") is None and row.get("kto_tag") is not None else "label"


def read_label(value: object) -> bool:
    """What a label says.

    Raises:
        Refused: `bad_label`, for null and for anything that isn't clearly yes or no.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)) and value in (0, 1):
        return bool(value)
    said = _WORDS.get(value.strip().lower()) if isinstance(value, str) else None
    if said is None:
        raise Refused("bad_label", repr(value)[:80])
    return said
