import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalsuite.metrics.grounding import FIGURES, grounding, unsupported
from evalsuite.metrics.metric import Sample


@pytest.mark.parametrize(
    ("answer", "support"),
    [
        ("", ""),
        (" \n", "3 kg"),
        ("👍", ""),
        ("你好", ""),
        ("重一万二千吨", "12,000 tonnes"),
        ("1.2万吨", "twelve thousand tonnes"),
        ("占50%", "百分之五十"),
        ("占五成", "50 percent"),
        ("78%", '{"humidity": 0.78}'),
        ("2024年3月5日", "on March 5, 2024"),
        ("2024年3月5日", "2024年发布,3月5日截止"),
        ("3公斤", "3千克"),
        ("¥680", "680元"),
        ("60元", "NT$60"),
        ("3到5天", "3-5个工作日"),
        ("30万到50万元", "30-50万元"),
        ("下午两点半", "14:30"),
        ("第三季度", "the third quarter"),
        ("打8.5折", "八五折"),
        ("1. 先开机\n2. 再加水", ""),
        ("一、开机,第二天再试。", ""),
        ("千万不要一个人去,十分危险", ""),
        ("First, one of us goes.", ""),
        ("１２００瓦", "1200 W"),
        ("LQ300", "LQ-300"),
        ("v2.3.1", "版本2.3.1"),
        ("见 https://a.example/b。", "https://a.example/b/"),
        ("{}", "{}"),
        ("Peter Wang's team", "共有Peter Wang等三人"),
    ],
)
def test_what_the_support_says_in_another_form_is_supported(answer: str, support: str) -> None:
    assert unsupported(answer, support) == []


@pytest.mark.parametrize(
    ("answer", "support", "kind", "text"),
    [
        ("1500瓦", "1200瓦", "quantity", "1500瓦"),
        ("3克", "3公斤", "quantity", "3克"),
        ("共45人", "共54人", "quantity", "45人"),
        ("$50", "50元", "quantity", "$50"),
        ("0.5%", "0.05%", "number", "0.5%"),
        ("2024年3月15日", "2024年3月5日", "date", "2024年3月15日"),
        ("2023年3月5日", "2024年3月5日", "date", "2023年3月5日"),
        ("9 March", "5 March", "date", "9 March"),
        ("下午3点", "14:00", "date", "下午3点"),
        ("400-820-8866", "400-820-6688", "number", "400-820-8866"),
        ("v2.3.2", "v2.3.1", "number", "v2.3.2"),
        ("LQ-310", "LQ-300", "name", "LQ-310"),
        ("请见 https://b.example。", "https://a.example", "url", "https://b.example"),
        ("We met Laura Chen.", "Laura Zhou", "name", "Laura Chen"),
        ("他去了北京", "他去了上海", "name", "北京"),
        ("seventy people", "17 people", "number", "seventy"),
    ],
)
def test_what_the_support_does_not_say_is_found(answer: str, support: str, kind: str, text: str) -> None:
    found = unsupported(answer, support)
    assert [(finding.kind, finding.text) for finding in found] == [(kind, text)]
    assert answer[found[0].start :].startswith(text)


@pytest.mark.parametrize(
    ("answer", "support", "right"),
    [
        ("每晚1280元,住2晚共2560元", "每晚1280元,2晚", True),
        ("每晚1280元,住2晚共2650元", "每晚1280元,2晚", False),
        ("$6.00 plus $1.50 makes $7.50", "$6, $1.50 each", True),
        ("$7.50", "$6, $1.50 each", False),
        ("从2.9亿元增长到3.5亿元,增长20.7%", "2.9亿元,3.5亿元", True),
        ("从2.9亿元增长到3.5亿元,增长21.7%", "2.9亿元,3.5亿元", False),
        ("8月5日到8月9日,共5天", "8月5日至8月9日", True),
        ("8月5日到8月9日,共7天", "8月5日至8月9日", False),
        ("from 2024-06-01 to 2027-05-31, three years", "2024-06-01 2027-05-31", True),
        ("from 2024-06-01 to 2027-05-31, five years", "2024-06-01 2027-05-31", False),
    ],
)
def test_one_step_of_arithmetic_is_followed(answer: str, support: str, right: bool) -> None:
    assert (unsupported(answer, support) == []) is right


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from("0123456789.,:-/%年月日点半零一二十百万亿分之第个公斤元$kmAaB 民国Mayone"), max_size=40
    )
)
def test_every_text_supports_itself(text: str) -> None:
    assert [x for x in unsupported(text, text) if x.kind in FIGURES] == []


@pytest.mark.parametrize("text", ["九" + "亿" * 60, "9" * 400, "零分之三", "百分之十点五", "٣ kg", "0000年1月1日"])
def test_strange_numerals_do_no_harm(text: str) -> None:
    assert unsupported(text, text) == []


def sample(answer: str, *, context: str = "", reference: str | None = None) -> Sample:
    return Sample("a", "多重?", context, reference, answer, "zh")


def test_samples_without_grounding_are_not_scored() -> None:
    samples = [
        sample("重5公斤"),
        sample("重5公斤", context="重3公斤"),
        sample("重3公斤", reference="3 kg"),
        sample("重5公斤或6公斤,见 www.a.example", context=" ", reference="3 kg"),
    ]
    scored = grounding().score(samples)
    numbers = scored["unsupported_numbers"]
    np.testing.assert_array_equal(numbers.values, [np.nan, 1, 0, 2])
    assert numbers.reasons == {0: "no_grounding"}
    assert numbers.found == {1: ["5公斤"], 3: ["5公斤", "6公斤"]}
    np.testing.assert_array_equal(scored["invented"].values, [np.nan, 1, 0, 1])
    np.testing.assert_array_equal(scored["unsupported_urls"].values, [np.nan, 0, 0, 1])
    assert {metric.name for metric in grounding().metrics} == scored.keys()


def test_without_jieba_chinese_names_are_not_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("grounding", "names"):
        monkeypatch.setattr(sys.modules[f"evalsuite.metrics.{place}"], "has_jieba", lambda: False)
    names = grounding().score([sample("他去了北京", context="他去了上海"), sample("He left.", context="x")])
    np.testing.assert_array_equal(names["unsupported_names"].values, [np.nan, 0])
    assert names["unsupported_names"].reasons == {0: "no_jieba"}
    assert "latin only" in grounding().metrics[0].signature
