import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.pii_table import labelled
from dataprep.pii import KINDS, find
from dataprep.pii.find import DETECTORS
from dataprep.pii.mask import label, substitute
from dataprep.pii.search import suspected
from dataprep.pii.suspects import SUSPECTS
from dataprep.pii.view import fold

KEY = "s" + "k-" + "a1B2c3D4e5F6g7H8i9J0kLmN"
PEM = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEpAIBAAKCAQEAx7\n-----END RSA PRIVATE " + "KEY-----"


def told(text):
    return [(span.kind, text[span.start : span.end]) for span in find(text, kinds=KINDS)]


@pytest.mark.parametrize("text", ["", " \n", "你好", "😀" * 3, "1", "3.14159265358979", "{{name}}"])
def test_nothing(text):
    assert told(text) == []


# 11010519491231002X stands in GB 11643-1999, GB82 WEST ... in ISO 13616; the numbers beside them have wrong checksums.
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我的电话13812345678请联系", ("cn_mobile", "13812345678")),
        ("拨打138-1234-5678", ("cn_mobile", "138-1234-5678")),
        ("手机１３８１２３４５６７８。", ("cn_mobile", "１３８１２３４５６７８")),
        ("手机①③⑧①②③④⑤⑥⑦⑧。", ("cn_mobile", "①③⑧①②③④⑤⑥⑦⑧")),
        ("手机1\u200b3812345678。", ("cn_mobile", "1\u200b3812345678")),
        ("+86 138 1234 5678到", ("cn_mobile", "+86 138 1234 5678")),
        ("电话（0571）87654321转801", ("cn_landline", "（0571）87654321转801")),
        ("身份证11010519491231002X已登记", ("cn_id", "11010519491231002X")),
        ("卡号6222021234567890127丢了", None),
        ("卡号4111 1111 1111 1111丢了", ("bank_card", "4111 1111 1111 1111")),
        ("代码91350100M000100Y43在", ("uscc", "91350100M000100Y43")),
        ("车牌浙A·D12345在", ("plate", "浙A·D12345")),
        ("护照E12345678在", ("cn_passport", "E12345678")),
        ("货号E12345678在", None),
        ("加我vx：lily_2048哦", ("wechat", "lily_2048")),
        ("QQ群123456789满了", ("qq", "123456789")),
        ("邮箱是zhangsan@qq.com请联系", ("email", "zhangsan@qq.com")),
        ("pay to GB82 WEST 1234 5698 7654 32 AND", ("iban", "GB82 WEST 1234 5698 7654 32")),
        ("pay to GB83 WEST 1234 5698 7654 32", None),
        ("SSN 078-05-1120", ("us_ssn", "078-05-1120")),
        ("call (415) 555-2671", ("us_phone", "(415) 555-2671")),
        ("服务器202.96.134.33在", ("ip", "202.96.134.33")),
        ("从IP202.96.134.33发起", ("ip", "202.96.134.33")),
        ("全国统一热线400-820-5566", None),
        ("出口202.96.134.33/32，加白", ("ip", "202.96.134.33")),
        ("网段202.96.134.0/24", ("ip", "202.96.134.0")),
        ("网段202.96.134.0有误", None),
        ("202.96.134.33/5000", None),
        ("client=202.96.134.33,ok", ("ip", "202.96.134.33")),
        ("pip install pkg==20.96.134.33", None),
        ("version=120.0.6099.109", None),
        ("新增三条：202.96.134.33", ("ip", "202.96.134.33")),
        ("10.0.0.7 -> 202.96.134.33", ("ip", "202.96.134.33")),
        ("第202.96.134.33条", None),
        ("X-Real-IP: ::ffff:202.96.134.33 ok", ("ip", "::ffff:202.96.134.33")),
        ("地址2409:8a28:1c2::1ping不通", ("ip", "2409:8a28:1c2::1")),
        ("It is 2409:8a28:1c2::1.", ("ip", "2409:8a28:1c2::1")),
        ("2001:db8::1和fe80::1", None),
        ("我在西雅图，号码206 329 8471，晚上打", ("us_phone", "206 329 8471")),
        ("会员号码2063298471", None),
        ("编码0016174829306", None),
        ("手机13812345678分机2", ("cn_mobile", "13812345678")),
        ("从国内拨001-617-482-9306", ("us_phone", "001-617-482-9306")),
        ("home: 925 472 3316", ("us_phone", "925 472 3316")),
        ("I tried 216/481-3307 twice", ("us_phone", "216/481-3307")),
        ("计算312-764-8893的结果", None),
        ("Compute 503-284-7719", None),
        ("型号规格：620-300-2400", None),
        ("积分1 204 839 5561分", None),
        ("IPv6 2409:8a28:1c2::1 ok", ("ip", "2409:8a28:1c2::1")),
        (f"密钥{KEY}。", ("api_key", KEY)),
        (f"私钥{PEM}。", ("private_key", PEM)),
        ("我家住在海淀区春晖路753号，来", ("address", "海淀区春晖路753号")),
        ("身份证110101199003074515已登记", None),
        ("订单号13812345678", None),
        ("13812345678901234", None),
        ("x - 13812345678", ("cn_mobile", "13812345678")),
        ("23444 - 13812345678", None),
        ("版本1.2.3.4", None),
        ("10.0.0.1和127.0.0.1", None),
        ("user@example.com", None),
        ("nora.falk@example.com", ("email", "nora.falk@example.com")),
        ("https://a.cn/p/13812345678.html", None),
        ("s" + "k-xxxxxxxxxxxxxxxxxxxxxxxx", None),
        ("api_key=YOUR_API_KEY_GOES_HERE", None),
        ("13812345678@qq.com", ("email", "13812345678@qq.com")),
        ("ISBN 9780747542155", None),
    ],
)
def test_shapes(text, found):
    assert told(text) == ([] if found is None else [found])


def test_labels_never_lose_to_their_own_tests():
    rows = labelled("open")
    passed = dict(suspected(pl.Series([text for _, text, _ in rows]), KINDS))
    for at, (_, text, _) in enumerate(rows):
        assert find(text, kinds=KINDS, groups=passed.get(at, ())) == find(text, kinds=KINDS)


@given(
    st.sampled_from(["微信", "VX", "wechat", "加v", "加我个v", "QQ", "qq号", "扣扣", "我的q", "群", "群号"]),
    st.sampled_from(["", " id", "号", "账号是", "：", " ： ", "number ", "\ufe0f=", "（同手机）", "_"]),
    st.sampled_from(
        ["lily_2048", "a12345", "liLy-x9", "ｌｉｌｙ２０４８", "li\u200bly2048", "12345", "987654321", "lily"]
    ),
    st.sampled_from(["", "是我的微信", " wechat", "，QQ"]),
)
@settings(max_examples=300, deadline=None)
def test_handles_never_lose_to_their_own_test(word, between, name, behind):
    text = f"好的{word}{between}{name}{behind}。"
    passed = dict(suspected(pl.Series([text]), KINDS))
    assert find(text, kinds=KINDS, groups=passed.get(0, ())) == find(text, kinds=KINDS)


# The bounds for kinds with a checksum or a fixed shape.
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"address", "wechat", "qq", "cn_passport"}))
def test_open_half(kind):
    hits = wanted = alarms = 0
    for _, text, spans in labelled("open"):
        mine = {span for span in find(text, kinds=KINDS) if span.kind == kind}
        theirs = {span for span in spans if span.kind == kind}
        hits, wanted, alarms = hits + len(mine & theirs), wanted + len(theirs), alarms + len(mine - theirs)
    assert wanted >= 6
    assert hits >= 0.9 * wanted
    assert alarms <= 0.05 * (hits + alarms)


@given(st.text(alphabet="1２③8 -@.:a好，…½\u200b", max_size=60))
@settings(max_examples=150, deadline=None)
def test_places_lead_back(text):
    view = fold(text)
    for at in range(len(view.text)):
        start, end = view.original(at, at + 1)
        assert end == start + 1
        assert view.text[at] in fold(text[start:end]).text


@given(
    st.text(max_size=40),
    st.sampled_from(["手机13812345678", "邮箱 a1@b.cn", "卡4111111111111111", PEM]),
    st.text(max_size=40),
)
@settings(max_examples=100, deadline=None)
def test_masked_text_holds_nothing_more(lead, middle, tail):
    text = f"{lead} {middle} {tail}"
    spans = find(text, kinds=KINDS)
    masked = substitute(text, [(span, label(text, span)) for span in spans])
    assert middle not in masked
    assert find(masked, kinds={span.kind for span in spans}) == []


def test_every_test_is_needed():
    assert {detector.group for detector in DETECTORS} == set(SUSPECTS)


def test_long_hostile_texts_take_no_time():
    draw = random.Random(1)
    for part in ("1", "路", "a@", "1.1", "A1:", "eyJ.", "张家路1", "-----BEGIN PRIVATE " + "KEY-----"):
        text = part * (20000 // len(part)) + draw.choice("xy")
        assert isinstance(find(text, kinds=KINDS), list)
