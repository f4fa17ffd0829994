"""Every reason for which a door refuses a row or a file, and the excerpt that goes with it."""

FAULTS: dict[str, str] = {
    "invalid_json": "The line (or array element) is not valid JSON.",
    "truncated_line": "The file ends in the middle of this row.",
    "stream_truncated": "The compressed stream ends too early; the rows before it were read.",
    "stream_damaged": "The file is damaged from here on; the rows before it were read.",
    "not_utf8": "The row holds bytes that are not UTF-8. If all rows do, set `encoding` of this source.",
    "not_ENCODING": "The row holds bytes that the file's encoding (named in the code) does not know.",
    "nul_byte": "The row holds a NUL byte.",
    "control_byte": "The row holds a control character that its format does not allow unescaped.",
    "lone_surrogate": "The row holds half of a surrogate pair, which is no character.",
    "not_finite": "The row holds NaN, Infinity or a number too large for a double.",
    "duplicate_key": "An object of the row names a key twice.",
    "line_too_long": "The row is longer than `max_line_bytes` of this source.",
    "too_deep": "The row nests deeper than 250 levels.",
    "not_object": "The row is valid JSON, but no object.",
    "ragged_row": "The row has more or fewer cells than the header has columns.",
    "unbalanced_quote": "A quoted cell starts in this row and is never closed, or goes on after its end.",
    "no_header": "The header can't be read, so the columns have no names; the rows below it were not read.",
    "bytes_cell": "A cell holds bytes that are not text.",
    "cell_error": "A cell of the sheet holds an error such as #DIV/0!.",
    "unreadable_cell": "A cell holds a value that can't be written as JSON.",
    "unreadable_file": "The operating system or the file's own format refuses to let it be read.",
    "unsupported_file": "The file is of a type that is not read; the reason follows.",
    "no_conversation": "The message names no conversation.",
    "no_time": "The time of a message of the conversation is missing or not understood.",
    "no_content": "A message of the conversation is empty.",
    "unknown_speaker": "A speaker of the conversation is not among `chat.roles` of this source.",
}
"""Code -> sentence for people. A fault reads `code` or `code: detail`."""

EXCERPT_CHARS = 500


def sentence(fault: str) -> str:
    """What a fault means, for people."""
    code = fault.partition(":")[0]
    return FAULTS.get(code) or FAULTS["not_ENCODING" if code.startswith("not_") else "unreadable_file"]


def undecodable(encoding: str) -> str:
    """The code of a row that `encoding` can't decode, such as `not_utf8` or `not_gb18030`."""
    return "not_" + ("utf8" if encoding == "utf-8" else encoding.replace("-", "_"))


def excerpt(raw: bytes | str) -> str:
    """The start of a faulty row, at most 500 characters, everything unprintable escaped."""
    text = raw[: 4 * EXCERPT_CHARS].decode(errors="backslashreplace") if isinstance(raw, bytes) else raw[:EXCERPT_CHARS]
    shown = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    return shown[:EXCERPT_CHARS]
