"""Golden before and after: what clean repairs, and what it must not touch."""

import pytest

from dataprep.clean import clean
from dataprep.recipe import Clean
from schemas.frames import records_of
from tests.dataprep.rows import ask, framed


def cleaned(text: str, config: Clean | None = None) -> tuple[str, list[str]]:
    result = clean(framed(ask("问", text)), config or Clean())
    (record,) = records_of(result.kept)
    return record["messages"][1]["content"], result.events["reason"].to_list()


CHANGED: dict[str, tuple[str, str, list[str]]] = {
    "utf8 as cp1252": ("It doesnâ€™t", "It doesn’t", ["mojibake"]),
    "utf8 as latin-1": ("cafÃ©", "café", ["mojibake"]),
    "chinese as cp1252": ("ä½\xa0å¥½ï¼Œä¸–ç•Œ", "你好，世界", ["mojibake"]),
    "chinese as gbk": ("你好，世界的".encode().decode("gb18030"), "你好，世界的", ["mojibake"]),
    "mojibake inside chinese": ("他说：itâ€™s ok", "他说：it’s ok", ["mojibake"]),
    "russian as cp1251": ("РџСЂРёРІРµС‚", "Привет", ["mojibake"]),
    "cp1252 controls": ("worth \x802 billion\x85", "worth €2 billion…", ["mojibake"]),
    "mojibake beside code": ("naÃ¯ve `naÃ¯ve`", "naïve `naÃ¯ve`", ["mojibake"]),
    "crlf": ("a\r\nb\rc", "a\nb\nc", ["line_ending"]),
    "crlf in a fence": ("```\r\nx\r\n```", "```\nx\n```", ["line_ending"]),
    "word's soft break": ("一\x0b二\u2028三", "一\n二\n三", ["line_ending"]),
    "null": ("a\x00b", "ab", ["control"]),
    "terminal colours": ("\x1b[31m错误\x1b[0m", "错误", ["control"]),
    "stop token": ("好的。<|im_end|>", "好的。", ["stop_token"]),
    "stop tokens and blanks": ("done \n<|eot_id|> </s>\n", "done", ["stop_token"]),
    "stop token, then what its cut lays bare": (
        "a&amp;b<br>\u200b \n<|im_end|>\n",
        "a&b",
        ["stop_token", "html_tag", "html_entity", "zero_width", "blank_lines"],
    ),
    "stop token of sub-pieces": ("a <eoa> b<|im_end|>", "a <eoa> b", ["stop_token"]),
    "stop token behind code": ("```\nx\n```<|endoftext|>", "```\nx\n```", ["stop_token"]),
    "entity": ("Q&amp;A &#39;x&#39; &lt;3", "Q&A 'x' <3", ["html_entity"]),
    "entity twice escaped": ("R&amp;amp;B", "R&B", ["html_entity"]),
    "nbsp": ("a&nbsp;b", "a b", ["html_entity"]),
    "nbsp at the start": ("&nbsp;&#12288;水", "水", ["html_entity"]),
    "entity beside code": ("&gt; `&gt;`", "> `&gt;`", ["html_entity"]),
    "entity of a zero-width space": ("泠&#8203;泉", "泠泉", ["html_entity", "zero_width"]),
    "br": ("一<br>二<BR/>三", "一\n二\n三", ["html_tag"]),
    "paragraphs": ("<p>一</p><p>二</p>", "一\n\n二", ["html_tag"]),
    "div alone": ("<div>水</div>", "水", ["html_tag"]),
    "attributes": ('<span style="color:#333">水</span>', "水", ["html_tag"]),
    "inline": ("<b>水</b>很<em>软</em><br>", "水很软", ["html_tag"]),
    "list": ("<ul><li>一</li><li>二</li></ul>", "一\n二", ["html_tag"]),
    "table cells": ("<table><tr><td>a</td><td>b</td></tr></table>", "a b", ["html_tag"]),
    "link": ('see <a href="https://example.com/?a=1">this</a>', "see this", ["html_tag"]),
    "entity beside escaped tags": ("A&amp;B: &lt;p&gt;x&lt;/p&gt;", "A&B: &lt;p&gt;x&lt;/p&gt;", ["html_entity"]),
    "tag and bracket": ("<p>a &lt; b</p>", "a < b", ["html_tag", "html_entity"]),
    "zero width": ("泠\u200b泉\ufeff水\u2060软", "泠泉水软", ["zero_width"]),
    "soft hyphen": ("Donau\u00addampf", "Donaudampf", ["zero_width"]),
    "joiner in chinese": ("泠\u200d泉\u200c", "泠泉", ["zero_width"]),
    "stray bidi": ("\u202aC:\\Users", "C:\\Users", ["bidi_control"]),
    "nfc": ("cafe\u0301", "café", ["nfc"]),
    "compatibility ideograph": ("\uf9dc", "隆", ["nfc"]),
    "trailing": ("a  \n\tb\t\n　c　", "a\n\tb\n　c", ["trailing_space"]),
    "trailing after code": ("`a`  \nb", "`a`\nb", ["trailing_space"]),
    "blank lines": ("a\n\n\n\n\nb", "a\n\n\nb", ["blank_lines"]),
    "edges": ("\n\n  a\n\n", "  a", ["blank_lines"]),
    "whitespace alone": (" \n　", "", ["trailing_space", "blank_lines"]),
    "first line of code keeps its indentation": ("\n    return x\n", "    return x", ["blank_lines"]),
}

UNTOUCHED: dict[str, str] = {
    "empty": "",
    "chinese": "你好，世界！（泠泉）——“软水”……《饮》、；：？",
    "full-width letters": "ＡＢＣ１２３　％",
    "rare chinese": "锛子和銆，鐨",
    "french": "« Voilà où ça mène », dit-il : l’œuvre naïve, déjà vu.",
    "german": "Größe, Übermut, „Straße“ – Äpfel",
    "spanish": "¿Qué? ¡Año Ñandú!",
    "vietnamese": "Tiếng Việt rất đẹp",
    "greek": "Καλημέρα κόσμε",
    "russian": "Съешь же ещё этих мягких французских булок",
    "ipa": "/ˌɪntəˈnæʃənəl/ [ˈɑːnsə] ŋ̊",
    "japanese": "ｱｲｳ　カタカナ、ひらがな。",
    "korean": "안녕하세요",
    "hindi with joiners": "क्‍ष और क्‌ष",
    "persian with zwnj": "می‌خواهم",
    "arabic": "السلام عليكم",
    "emoji sequences": "👨‍👩‍👧 🏳️‍🌈 ❤️‍🔥 👍🏽",
    "balanced bidi": "\u2067שלום\u2069 ok",
    "curly quotes": "“it’s” ‘fine’ … – —",
    "ligature": "ﬁn",
    "comparison": "if a < b and c > d: x <- y",
    "operands": "a<b>c, i<u",
    "generics": "List<String> Map<K, V> vector<i> Foo<B>",
    "think": "<think>\n想\n</think>\n答",
    "xml-like": "<tool_call>{}</tool_call> <answer>1</answer> <section>x</section> <label>",
    "template tokens": "<|im_start|>user <s>[INST] x [/INST]</s>",
    "placeholders": "{{name}} <image> <img>a.png</img> <video>",
    "formulas in tags": "H<sub>2</sub>O, x<sup>2</sup>",
    "autolink": "<https://example.com> <me@example.com>",
    "no entity": "AT&T; a&b; R&D &c; ?a=1&copy=2",
    "about html": "The HTML tag <b>bold</b> and the entity &amp; stay",
    "escaped tags": "How do I write &lt;p&gt;hello&lt;/p&gt; ?",
    "escaped break": "用 &lt;br&gt; 换行",
    "about html in chinese": "<p> 标签表示段落，&lt; 表示小于号",
    "page": "<html><body><p>x</p></body></html>",
    "fence": "```html\n<b>x</b>  \n\n\n\n\n&amp;\u200b\x00cafe\u0301  \n```",
    "fence of four": "````\n```\n<b>x</b>&amp;\n```\n````",
    "open fence": "看：```python\nx = '&amp;'  \n\n\n\n\ny",
    "tilde fence": "~~~\n<br>  \n~~~",
    "inline code": "用 `<br>` 和 ``a ` &amp;``",
    "code element": "<code>&lt;b&gt;</code> <pre>a  \n  b</pre>",
    "latex": r"$a &amp; b$ 和 \(x &lt; y\) 和 \[ a &amp; b \] 和 $$<b>x</b>$$",
    "latex environment": "\\begin{align}\na &amp;= b  \n\\end{align}",
    "json": '{"html": "<br>x<br> &quot;y&quot;"}',
    "indentation": "def f():\n    if x:\n\treturn 1\n\n\nclass A: ...",
    "paragraph indent": "　　第一段\n　　第二段",
    "markdown table": "| a | b |\n|---|---|\n| 1 | 2 |",
}


@pytest.mark.parametrize(("before", "after", "names"), CHANGED.values(), ids=CHANGED)
def test_clean_repairs(before: str, after: str, names: list[str]) -> None:
    assert cleaned(before) == (after, names)


@pytest.mark.parametrize("text", UNTOUCHED.values(), ids=UNTOUCHED)
def test_clean_does_not_touch(text: str) -> None:
    assert cleaned(text) == (text, [])


@pytest.mark.parametrize("before", [row[0] for row in CHANGED.values()], ids=CHANGED)
def test_cleaning_twice_changes_nothing_more(before: str) -> None:
    once, _ = cleaned(before)
    assert cleaned(once) == (once, [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("$5 &amp; $10", "$5 & $10"),  # money is no formula
        ("好的~~~ &amp;", "好的~~~ &"),  # nor is a long tilde a fence
        ("约 `5 &amp; 6", "约 `5 & 6"),
        ("```\na\n``` &amp;", "```\na\n``` &"),
        ("[1] &amp;", "[1] &"),  # not JSON
    ],
)
def test_only_real_code_and_formulas_are_protected(before: str, after: str) -> None:
    assert cleaned(before) == (after, ["html_entity"])


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ({"unicode": "off"}, "cafe\u0301"),
        ({"mojibake": False}, "cafÃ©"),
        ({"html": False}, "<br>&amp;"),
        ({"invisible": False}, "a\u200b\x00\u202a"),
        ({"whitespace": False}, "\r\na \n\n\n\n\n"),
        ({"stop_tokens": False}, "好<|im_end|>"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_every_kind_of_edit_can_be_switched_off(setting: dict[str, object], text: str) -> None:
    assert cleaned(text, Clean.model_validate(setting)) == (text, [])
    assert cleaned(text)[0] != text


@pytest.mark.parametrize(
    ("before", "after"),
    [("ＡＢＣ１２３", "ABC123"), ("ﬁn①", "fin1"), ("好，（吗）！……　ｱ", "好，（吗）！……　ア")],
)
def test_nfkc_folds_letters_but_not_full_width_punctuation(before: str, after: str) -> None:
    assert cleaned(before, Clean(unicode="nfkc")) == (after, ["nfkc"])
