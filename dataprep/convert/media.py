"""Where a record speaks of pictures, films and sounds: columns kept in `meta`, parts, placeholders in texts."""

from collections.abc import Iterator

from dataprep.convert.columns import MEDIA
from schemas.records import LISTS, Record

# LLaMA-Factory's and ms-swift's placeholders, then Data-Juicer's.
_PLACEHOLDERS = ("<image>", "<video>", "<audio>", "<__dj__image>", "<__dj__video>", "<__dj__audio>")
_ESCAPE = "\\u00"  # how some JSON writers spell < and whatever else they think is dangerous


def media_kept(record: Record) -> list[str]:
    """The entries of `meta` that hold media: columns, and the parts of contents under `media_parts`."""
    meta = record.get("meta") or {}
    return [
        name
        for name, value in meta.items()
        if (name in MEDIA or name.rstrip("_") == "media_parts") and value not in (None, "", [])
    ]


def placeholders(record: Record, raw: str) -> list[str]:
    """The placeholders of media that stand in the record's texts.

    Args:
        record: Any record.
        raw: The row's JSON, looked at first because nearly no row has any.
    """
    if _ESCAPE not in raw and "image>" not in raw and "video>" not in raw and "audio>" not in raw:
        return []
    texts = list(_texts(record))
    return [mark for mark in _PLACEHOLDERS if any(mark in text for text in texts)]


def _texts(record: Record) -> Iterator[str]:
    yield record.get("text") or ""
    for key in LISTS:
        for message in record.get(key) or ():  # type: ignore[attr-defined]
            yield message["content"]
            yield message.get("context") or ""
