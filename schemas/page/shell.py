"""The HTML shell of every report: one file, nothing from the network, light and dark, screen and paper."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from schemas.page.svg import clean, legal

POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(title: str, body: str, *, lang: str, script: str = "") -> str:
    """A whole HTML document.

    Args:
        title: Escaped here.
        body: HTML that is escaped already. Characters that HTML forbids become U+FFFD, so that it can be encoded.
        lang: `en`, `zh` ...: of the report's own words.
        script: The page's own script, trusted; the policy names its hash, so that no other one runs.

    Raises:
        ValueError: If the script would end its element early.
    """
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("the script holds a sign that ends or hides its element")
    policy = POLICY + (f"; script-src '{_hash(script)}'" if script else "")
    return (
        f'<!doctype html>\n<html lang="{clean(_tag(lang))}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{clean(title)}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body>\n<main>\n{legal(body)}\n</main>\n{f'<script>{script}</script>' if script else ''}</body>\n</html>\n"
    )


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _tag(lang: str) -> str:
    """Browsers choose the glyphs of Han characters by the full tag."""
    return {"zh": "zh-CN"}.get(lang, lang)


@cache
def _style() -> str:
    return files("schemas.page").joinpath("page.css").read_text(encoding="utf-8")
