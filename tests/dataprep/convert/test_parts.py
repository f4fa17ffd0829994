"""Content in parts becomes text, reasoning and calls; media leave a placeholder and are kept."""

from typing import Any

import pytest

from dataprep.convert.format import Refused
from dataprep.convert.parts import Content, read_parts

_BARE = '{"type":"function","function":{"name":"w","arguments":"{}"}}'
_CALL = {"type": "tool_call", "value": '{"name": "w", "arguments": {}}'}
_IMAGE = {"type": "image_url", "image_url": {"url": "a.png"}}


@pytest.mark.parametrize(
    ("parts", "content"),
    [
        pytest.param([], Content(), id="no parts"),
        pytest.param([{"type": "text", "text": ""}], Content(text=""), id="empty text"),
        pytest.param(
            [{"type": "text", "text": "你"}, {"type": "text", "text": "好"}], Content(text="你好"), id="OpenAI"
        ),
        pytest.param([{"type": "text", "value": "hi"}], Content(text="hi"), id="LLaMA-Factory v1"),
        pytest.param([{"type": "text", "text": "hi", "image_url": None}], Content(text="hi"), id="phantom nulls"),
        pytest.param(["a", {"type": "output_text", "text": "b"}], Content(text="ab"), id="a bare string"),
        pytest.param(
            [{"type": "reasoning", "value": "想"}, {"type": "text", "value": "答"}],
            Content(text="答", reasoning="想"),
            id="reasoning",
        ),
        pytest.param(
            [{"type": "thinking", "thinking": "想"}, {"type": "text", "text": "答"}],
            Content(text="答", reasoning="想"),
            id="Anthropic's thinking",
        ),
        pytest.param(
            [{"type": "reasoning", "value": "想"}, _CALL, _CALL],
            Content(reasoning="想", tool_calls=f"[{_BARE},{_BARE}]"),
            id="two calls",
        ),
        pytest.param([{"type": "tools", "value": "[]"}], Content(tools=["[]"]), id="tools"),
        pytest.param(
            [{"type": "text", "text": "看"}, _IMAGE, {"type": "text", "text": "?"}],
            Content(text="看<image>?", media=[_IMAGE]),
            id="a picture inside",
        ),
        pytest.param(
            [{"type": "input_audio", "input_audio": {}}, {"type": "video_url", "video_url": {}}],
            Content(
                text="<audio><video>",
                media=[{"type": "input_audio", "input_audio": {}}, {"type": "video_url", "video_url": {}}],
            ),
            id="sound and film",
        ),
    ],
)
def test_parts_become_fields(parts: list[Any], content: Content) -> None:
    assert read_parts(parts) == content


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        pytest.param(
            [{"type": "text", "text": "a"}, {"type": "reasoning", "value": "b"}], "part_order", id="late thought"
        ),
        pytest.param([_CALL, {"type": "text", "value": "b"}], "part_order", id="text after a call"),
        pytest.param([_CALL, _IMAGE], "part_order", id="picture after a call"),
        pytest.param([{"type": "text"}], "not_text", id="no text"),
        pytest.param([{"type": "text", "text": 3}], "not_text", id="a number"),
        pytest.param([3], "not_text", id="a number as part"),
        pytest.param([{"type": "tool_call", "value": "w()"}], "bad_tool_call", id="bad call"),
        pytest.param([{"type": "tool_result", "content": "x"}], "unsupported_part", id="unknown part"),
        pytest.param([{"text": "x"}], "unsupported_part", id="no type"),
        pytest.param([{"type": "text", "text": "a", "weight": 0}], "unsupported_kind", id="a mask inside of a turn"),
    ],
)
def test_other_parts_are_refused(parts: list[Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_parts(parts)
    assert refused.value.code == code
