"""Full-width folding and conversion of Chinese: what changes, what stays, and what the ledger says."""

import sys

import pytest

from dataprep.clean import clean
from dataprep.reasons.variants import REASONS
from dataprep.recipe import Clean
from schemas.errors import MissingExtra
from schemas.frames import records_of
from tests.dataprep.rows import ask, framed, plain


def cleaned(text: str, **settings: object) -> tuple[str, list[str]]:
    result = clean(framed(ask("Q", text)), Clean(**settings))
    (record,) = records_of(result.kept)
    return record["messages"][1]["content"], result.events["reason"].to_list()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("plain ascii 123", "plain ascii 123"),
        ("ＡＢＣａｂｃ１２３", "ABCabc123"),
        ("型号：ＬＱ－９，５％！", "型号：LQ－9，5％！"),
        ("　　段首空两格", "　　段首空两格"),
        ("`ＡＢ１` 与ＡＢ１", "`ＡＢ１` 与AB1"),
        ("ｱｲｳ ￥５", "ｱｲｳ ￥5"),
        ("①Ⅷ㎏", "①Ⅷ㎏"),
    ],
)
def test_full_width(before: str, after: str) -> None:
    assert cleaned(before, fullwidth=True) == (after, ["fullwidth"] * (before != after))
    assert cleaned(before) == (before, [])


SIMPLIFIED = {
    "請問水箱裡的水多久換一次？": "请问水箱里的水多久换一次？",
    "這裏為何沒電": "这里为何没电",
    "乾淨與乾坤": "干净与乾坤",
    "已经是简体。": "已经是简体。",
    "`變量 = 繁體` 變量": "`變量 = 繁體` 变量",
    "名為\n```\nprint('繁體')\n```\n的程式": "名为\n```\nprint('繁體')\n```\n的程式",
    "emoji 😀 不變": "emoji 😀 不变",
}
TRADITIONAL = {
    "头发和发展": "頭髮和發展",
    "皇后在后面": "皇后在後面",
    "`变量` 变量": "`变量` 變量",
    "繁體不變": "繁體不變",
    "OK": "OK",
}


@pytest.mark.parametrize(
    ("script", "before", "after"),
    [
        *(("simplified", before, after) for before, after in SIMPLIFIED.items()),
        *(("traditional", before, after) for before, after in TRADITIONAL.items()),
    ],
)
def test_chinese(script: str, before: str, after: str) -> None:
    pytest.importorskip("opencc")
    assert cleaned(before, chinese=script) == (after, [script] * (before != after))
    assert cleaned(before) == (before, [])


def test_text_rows_and_the_ledger() -> None:
    pytest.importorskip("opencc")
    result = clean(framed(plain("請看１號說明")), Clean(fullwidth=True, chinese="simplified"))
    assert result.kept["text"].to_list() == ["请看1号说明"]
    lines = result.events.select("stage", "verdict", "reason", "detail", "before", "after").rows()
    assert lines == [
        ("clean", "changed", "fullwidth", "text", "請看１號說明", "請看1號說明"),
        ("clean", "changed", "simplified", "text", "請看1號說明", "请看1号说明"),
    ]
    assert all(REASONS[line[2]][1] for line in lines)


def test_without_opencc(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataprep.clean import variants

    variants._converter.cache_clear()
    monkeypatch.setitem(sys.modules, "opencc", None)
    with pytest.raises(MissingExtra, match="opencc"):
        cleaned("你好", chinese="traditional")
    assert cleaned("hello", chinese="traditional") == ("hello", [])
