"""What a report says: a word of its table in one of the languages that reports are written in."""

from collections.abc import Mapping

from schemas.errors import UserError

LANGUAGES = ("en", "zh")


def said(words: Mapping[str, tuple[str, str]], key: str, lang: str, /, **parts: object) -> str:
    """What `key` says in `lang`, with its `{parts}` filled in.

    Args:
        words: Key -> English, Chinese.
        key: One of the table's.
        lang: One of `LANGUAGES`.
        parts: What goes into its braces.

    Raises:
        UserError: If reports aren't written in that language.
    """
    if lang not in LANGUAGES:
        raise UserError(f"no report in the language {lang!r}", hint="--lang en or --lang zh")
    told = words[key][LANGUAGES.index(lang)]
    return told.format(**parts) if parts else told
