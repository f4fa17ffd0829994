"""A list that a column stores as text: JSON, or the Python literal that `str(list)` leaves in CSV files."""

import ast
import json
import warnings
from typing import Any

from dataprep.convert.format import Refused


def unpacked(value: object, *, code: str = "bad_messages") -> Any:
    """The list that a text stands for; anything that isn't text comes back as it is.

    Raises:
        Refused: `code`, for text that is neither JSON nor a Python literal.
    """
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a literal is the data's business
            return ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise Refused(code, f"neither JSON nor a Python literal: {value[:60]!r}") from None
