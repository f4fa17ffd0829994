"""The HTML shell of every report: one file, no scripts, nothing from the network, light and dark, screen and paper."""

from functools import cache
from importlib.resources import files

from schemas.page.svg import clean, legal

POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(title: str, body: str, *, lang: str) -> str:
    """A whole HTML document.

    Args:
        title: Escaped here.
        body: HTML that is escaped already. Characters that HTML forbids become U+FFFD, so that it can be encoded.
        lang: `en`, `zh` ...: of the report's own words.
    """
    return (
        f'<!doctype html>\n<html lang="{clean(_tag(lang))}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{clean(title)}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body>\n<main>\n{legal(body)}\n</main>\n</body>\n</html>\n"
    )


def _tag(lang: str) -> str:
    """Browsers choose the glyphs of Han characters by the full tag."""
    return {"zh": "zh-CN"}.get(lang, lang)


@cache
def _style() -> str:
    return files("schemas.page").joinpath("page.css").read_text(encoding="utf-8")
