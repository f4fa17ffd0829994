"""The one script that a page may have: allowed by its hash, and no other."""

import base64
import hashlib
import re

import pytest

from schemas.page import page

SCRIPT = 'document.title = "中文 && <b>";\n'


def policy(text: str) -> str:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert found is not None
    return found[1]


def test_the_policy_names_the_hash_of_what_stands_between_the_tags() -> None:
    text = page("t", "<p>b</p>", lang="zh", script=SCRIPT)
    [inside] = re.findall(r"<script>(.*?)</script>", text, flags=re.S)
    digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
    assert inside == SCRIPT
    assert policy(text) == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def test_without_a_script_none_may_run() -> None:
    text = page("t", "", lang="en")
    assert "script" not in policy(text)
    assert "<script" not in text


@pytest.mark.parametrize("bad", ["'</script>'", "'</SCRIPT >'", "x <!-- y"])
def test_a_script_that_would_end_its_element_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="ends or hides"):
        page("t", "", lang="en", script=bad)
