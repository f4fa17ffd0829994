import json
import random

import polars as pl
import pytest

from dataprep.pii import SECRETS, check, find, redact, screen, tally
from dataprep.pii.checksums import is_bank_card, is_cn_id, is_iban, is_uscc
from dataprep.pii.pseudonyms import pseudonym
from dataprep.recipe import Pii
from schemas.errors import UserError
from schemas.frames import DROPPED, EVENTS, FRAME, empty
from tests.dataprep.rows import ask, bot, framed, kto, plain, sft, tool, user

MOBILE, MAIL = "13812345678", "nora.falk@qq.com"
KEY = "s" + "k-" + "a1B2c3D4e5F6g7H8i9J0kLmN"


def contents(frame):
    return [message["content"] for message in frame["messages"][0]]


@pytest.mark.parametrize("frame", [empty(FRAME), framed(ask("你好", "")), framed(ask(" \n", "😀")), framed(plain(""))])
def test_nothing_to_find(frame):
    result = screen(frame, Pii(), seed=1)
    assert result.kept.equals(frame)
    assert result.events.schema == EVENTS and result.events.is_empty()
    assert result.dropped.schema == DROPPED


def test_flagged_rows_stay_as_they_are():
    frame = framed(ask(f"电话{MOBILE}和13987654321", "好"), ask("hi", "ho"))
    result = screen(frame, Pii(), seed=1)
    assert result.kept.equals(frame)
    (event,) = result.events.to_dicts()
    assert (event["verdict"], event["reason"], event["row"]) == ("flagged", "pii_cn_mobile", 1)
    assert event["detail"] == "flag 2: messages[0].content"
    assert event["before"] == "电话[手机号]和[手机号]"
    assert event["after"] is None


def test_masks_speak_the_language_around():
    frame = framed(sft(user(f"我的电话{MOBILE}"), bot(f"Call {MOBILE} or write to {MAIL}.")))
    result = screen(frame, Pii(action="mask"), seed=1)
    assert contents(result.kept) == ["我的电话[手机号]", "Call [PHONE] or write to [EMAIL]."]
    assert sorted(result.events["verdict"]) == ["changed", "changed"]
    assert result.events["detail"].to_list() == [
        "mask 2: messages[0].content and 1 more",
        "mask 1: messages[1].content",
    ]


def test_drop_takes_the_row_and_hides_what_it_held():
    frame = framed(ask(f"电话{MOBILE}，{KEY}", "好"), ask("a", "b"))
    result = screen(frame, Pii(kinds={"cn_mobile": "drop"}), seed=1)
    result.conserve(2, stage="pii")
    assert result.dropped["reasons"].to_list() == [["pii_cn_mobile"]]
    assert result.kept["row"].to_list() == [2]
    everything = str(result.dropped.to_dicts()) + str(result.events.to_dicts())
    assert MOBILE not in everything and KEY not in everything


@pytest.mark.parametrize("action", ["flag", "mask", "pseudonymise", "off"])
def test_secrets_never_stay(action):
    result = screen(framed(plain(f"key {KEY}")), Pii(action=action), seed=1)
    assert result.kept["text"].to_list() == ["key [API KEY]"]
    assert KEY not in str(result.events.to_dicts())


def test_addresses_are_only_flagged_unless_named():
    frame = framed(plain("地址：杭州市西湖区文三路138号。"))
    assert screen(frame, Pii(action="drop"), seed=1).kept.equals(frame)
    masked = screen(frame, Pii(kinds={"address": "mask"}), seed=1).kept
    assert masked["text"].to_list() == ["地址：[地址]。"]


def test_pseudonyms_hold_within_a_conversation_and_no_further():
    said = (user(f"电话{MOBILE}"), bot(f"好的，{MOBILE}，备用138-1234-5678"))
    frame = framed(sft(*said), sft(*said, user("再见"), bot("再见")))
    first, second = (
        [part for message in row for part in find(message["content"], kinds=["cn_mobile"])] or row
        for row in screen(frame, Pii(action="pseudonymise"), seed=1).kept["messages"].to_list()
    )
    kept = screen(frame, Pii(action="pseudonymise"), seed=1).kept["messages"].to_list()
    new = kept[0][0]["content"].removeprefix("电话")
    assert len(first) == len(second) == 3
    assert new != MOBILE and new.startswith("138") and len(new) == 11
    assert kept[0][1]["content"] == f"好的，{new}，备用{new[:3]}-{new[3:7]}-{new[7:]}"
    assert new not in kept[1][0]["content"]
    linked = screen(frame, Pii(action="pseudonymise", consistent="dataset"), seed=1).kept["messages"].to_list()
    assert linked[0][0]["content"] == linked[1][0]["content"]
    assert linked != screen(frame, Pii(action="pseudonymise", consistent="dataset"), seed=2).kept["messages"].to_list()


@pytest.mark.parametrize(
    ("kind", "value", "right"),
    [
        ("cn_id", "11010519491231002X", is_cn_id),
        ("bank_card", "4111 1111 1111 1111", lambda v: is_bank_card(v.replace(" ", ""))),
        ("uscc", "91350100M000100Y43", is_uscc),
        ("iban", "GB82 WEST 1234 5698 7654 32", lambda v: is_iban(v.replace(" ", ""))),
        ("cn_mobile", "１３８１２３４５６７８", lambda v: v.startswith("１３８") and v.isdecimal()),
        ("cn_landline", "(0571)87654321", lambda v: v.startswith("(0571)8")),
        ("plate", "浙A·D12345", lambda v: v.startswith("浙A·D")),
        ("us_phone", "(415) 555-2671", lambda v: v.startswith("(415) ")),
        ("ip", "202.96.134.33", lambda v: v.startswith("198.1")),
        ("email", "lily.w@corp.cn", lambda v: v.endswith("@example.com") and v[4] == "."),
        ("cn_passport", "E12345678", lambda v: v.startswith("E")),
        ("us_ssn", "078-05-1120", lambda v: v[3] == v[6] == "-"),
    ],
)
def test_pseudonyms_keep_the_shape(kind, value, right):
    for scope in map(str, range(20)):
        made = pseudonym(value, kind, scope=scope)
        assert made is not None and made != value and right(made)
        assert kind in ("email", "ip") or len(made) == len(value)


def test_json_stays_json():
    arguments = json.dumps({"phone": MOBILE, "note": f"写\n{MOBILE}", "n": 1}, ensure_ascii=False)
    call = json.dumps([{"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}])
    frame = framed(
        sft(
            user("x"), bot("", tool_calls=call), tool(f'{{"mobile": {MOBILE}, "ok": true}}', "c"), bot("好"),
            meta={"qq": "123456789", "lines": [1, 2]},
        )
    )  # fmt: skip
    kept = screen(frame, Pii(action="mask"), seed=1).kept
    messages = kept["messages"].to_list()[0]
    made = json.loads(json.loads(messages[1]["tool_calls"])[0]["function"]["arguments"])
    assert made == {"phone": "[PHONE]", "note": "写\n[手机号]", "n": 1}
    assert json.loads(messages[2]["content"]) == {"mobile": "[PHONE]", "ok": True}
    assert json.loads(kept["meta"][0]) == {"qq": "[QQ]", "lines": [1, 2]}
    assert messages[1]["tool_call_id"] is None


def test_cuts_and_order_change_nothing():
    rows = [ask(f"电话{MOBILE[:-1]}{n}，卡{n}", f"{MAIL} {n}") for n in range(9)] + [
        kto(f"QQ 12345{n}", "好") for n in range(3)
    ]
    frame = framed(*rows)
    config = Pii(action="pseudonymise", kinds={"qq": "drop"})
    whole = screen(frame, config, seed=3)
    for seed in range(5):
        cut = random.Random(seed).randrange(frame.height + 1)
        parts = [screen(part, config, seed=3) for part in (frame[cut:].reverse(), frame[:cut])]
        for name in ("kept", "dropped", "events"):
            together = pl.concat([getattr(part, name) for part in parts]).sort("row", maintain_order=True)
            assert together.equals(getattr(whole, name).sort("row", maintain_order=True))


def test_tally():
    frame = framed(ask(f"{MOBILE}和{MOBILE}", MAIL), ask(f"电话{MOBILE}", "好"))
    assert tally(screen(frame, Pii(action="mask"), seed=1).events) == [
        {"kind": "cn_mobile", "action": "mask", "spans": 3, "rows": 2},
        {"kind": "email", "action": "mask", "spans": 1, "rows": 1},
    ]
    assert tally(empty(EVENTS)) == []


@pytest.mark.parametrize(
    ("config", "shown"),
    [
        (Pii(), f"电话{MOBILE} [密钥]"),
        (Pii(action="mask"), "电话[手机号] [密钥]"),
        (Pii(action="drop"), "电话[手机号] [密钥]"),
    ],
)
def test_redact(config, shown):
    texts = pl.Series("before", [f"电话{MOBILE} {KEY}", None, "", "好"])
    assert redact(texts, config).to_list() == [shown, None, "", "好"]
    assert redact(texts.clear(), config).to_list() == []


@pytest.mark.parametrize(
    ("kinds", "message"),
    [({"cn_mobil": "mask"}, "did you mean 'cn_mobile'"), *[({kind: "flag"}, "never stays") for kind in SECRETS]],
)
def test_check(kinds, message):
    with pytest.raises(UserError, match=message):
        check(Pii(kinds=kinds))
    check(Pii(kinds={"email": "off", "api_key": "drop"}))


@pytest.mark.parametrize(
    ("spare", "answer"),
    [
        ([], "写信到[邮箱]，或发[邮箱]。"),
        (["desk@firm.example.org"], "写信到desk@firm.example.org，或发[邮箱]。"),
        (["*@FIRM.example.org"], "写信到desk@firm.example.org，或发[邮箱]。"),
        (["*"], "写信到desk@firm.example.org，或发li.na@qq.com。"),
    ],
)
def test_what_is_nobodys_secret_is_spared(spare: list[str], answer: str) -> None:
    frame = framed(ask("怎么联系？", "写信到desk@firm.example.org，或发li.na@qq.com。"))
    kept = screen(frame, Pii(action="mask", spare=spare), seed=1).kept
    assert kept["messages"][0][1]["content"] == answer
    assert redact(pl.Series(["desk@firm.example.org"]), Pii(action="mask", spare=spare))[0] == (
        "[EMAIL]" if not spare else "desk@firm.example.org"
    )


@pytest.mark.parametrize(
    ("said", "found"),
    [("我的身份证号是990101199003022013", 1), ("订单990101199003022013", 0), ("证件号990101199003022014", 0)],
)
def test_an_id_of_an_invented_place_counts_behind_a_word_for_it(said: str, found: int) -> None:
    assert len(find(said, kinds={"cn_id"})) == found
