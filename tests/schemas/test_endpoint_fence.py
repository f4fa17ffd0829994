"""Marks that no text can forge."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.endpoint.fence import fence_code, fenced


@given(st.lists(st.text(), min_size=1), st.integers())
def test_a_fence_stands_in_no_text(texts: list[str], seed: int) -> None:
    code = fence_code(texts, seed=seed)
    assert re.fullmatch("[0-9a-f]{12}", code)
    assert not any(code in text for text in texts)
    assert code == fence_code(texts, seed=seed) != fence_code(texts, seed=seed + 1)


def test_a_text_that_holds_its_code_gets_another(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["aaa", "bbb"])
    monkeypatch.setattr("hashlib.blake2b", lambda *_, **__: type("H", (), {"hexdigest": lambda _: next(codes)})())
    assert fence_code(["an aaa"], seed=1) == "bbb"


def test_a_text_stands_between_its_marks() -> None:
    assert fenced("消息", "好\n的", "0a1b") == "<消息 0a1b>\n好\n的\n</消息 0a1b>"
