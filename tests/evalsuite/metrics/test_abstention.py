import numpy as np
import pytest

from evalsuite.metrics.abstention import abstained, abstention
from evalsuite.metrics.metric import Sample


@pytest.mark.parametrize(
    "text",
    [
        "无法确定。",
        "抱歉,文中没有提到价格。",
        "很抱歉。我不知道。",
        "根據現有資料無法判斷。",
        "工具结果里没有明天的数据。",
        "资料不足,不能回答。",
        "I don't know.",
        "I don’t know.",
        "Sorry! The price is not mentioned in the text.",
        "The passage does not say.",
        "It cannot be determined from the context.",
        "There is not enough information to answer.",
    ],
)
def test_abstentions_are_seen(text: str) -> None:
    assert abstained(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "👍",
        "5元。",
        "保修两年。至于运费,我不清楚。",
        "It costs 5 yuan. I don't know about delivery.",
        "You know the answer.",
        "知道,是5元。",
    ],
)
def test_answers_are_not_abstentions(text: str) -> None:
    assert not abstained(text)


def test_the_reference_decides_what_is_right() -> None:
    pairs = [("无法确定", "没有提到"), ("5元", "没有提到"), ("I don't know", "5 yuan"), ("5", "5 yuan"), ("5", None)]
    scored = abstention().score([Sample("a", "q", "", reference, answer, "zh") for answer, reference in pairs])
    np.testing.assert_array_equal(scored["abstention"].values, [1, 0, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(scored["over_refusal"].values, [np.nan, np.nan, 1, 0, np.nan])
    assert scored["abstention"].reasons == {2: "answerable", 3: "answerable", 4: "no_reference"}
    assert scored["over_refusal"].reasons == {0: "unanswerable", 1: "unanswerable", 4: "no_reference"}
