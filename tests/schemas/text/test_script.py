"""Scripts and the languages they speak for."""

import polars as pl
import pytest

from schemas.text.script import SCRIPTS, language, shares


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "und"),
        ("", "und"),
        ("123 ?!，。", "und"),
        ("泠泉水很软", "zh"),
        ("用 transformers 训练 Qwen2.5 模型", "zh"),
        ("这款のぼり旗最近在茶馆门口很流行，销量不错", "zh"),
        ("泠泉の水はとても柔らかいです", "ja"),
        ("カタカナ", "ja"),
        ("한국어 문장입니다", "ko"),
        ("The water of Lengquan is soft", "en"),
        ("Größe und Maß", "en"),
        ("The word 水 means water", "en"),
        ("Съешь ещё булок", "und"),
        ("हिन्दी में", "und"),
        ("السلام عليكم", "und"),
    ],
)
def test_language(text: str | None, expected: str) -> None:
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    assert frame.select(language(pl.col("text"))).item() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("，。 !", {}),
        ("水泉ab", {"han": 0.5, "latin": 0.5}),
        ("水か1ㄱ", {"han": 0.25, "kana": 0.25, "digit": 0.25, "hangul": 0.25}),
        ("ラーメン", {"kana": 1.0}),
        ("да", {"other": 1.0}),
        ("１٣", {"digit": 1.0}),
    ],
)
def test_shares(text: str, expected: dict[str, float]) -> None:
    found = pl.DataFrame({"text": [text]}).select(**shares(pl.col("text"))).row(0, named=True)
    assert found == dict.fromkeys(SCRIPTS, 0.0) | expected


def test_shares_of_null_are_null() -> None:
    frame = pl.DataFrame({"text": [None]}, schema={"text": pl.String})
    assert frame.select(**shares(pl.col("text"))).row(0) == (None,) * len(SCRIPTS)
