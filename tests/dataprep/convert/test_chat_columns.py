"""A chat log is recognised by its columns, and never read without being told who is who."""

import pytest

from dataprep.convert import plan
from dataprep.convert.chat_columns import chat_columns
from schemas.errors import InputError


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ([], None),
        (["question", "answer"], None),
        (["conversation_id", "sender", "message"], None),
        (
            ["conversation_id", "sent_at", "sender", "message", "fact"],
            {"conversation": "conversation_id", "time": "sent_at", "speaker": "sender", "content": "message"},
        ),
        (
            ["会话编号", "发送时间", "发言人", "消息内容"],
            {"conversation": "会话编号", "time": "发送时间", "speaker": "发言人", "content": "消息内容"},
        ),
        (
            ["對話編號", "發送時間", "發言人", "訊息內容"],
            {"conversation": "對話編號", "time": "發送時間", "speaker": "發言人", "content": "訊息內容"},
        ),
    ],
)
def test_columns(columns: list[str], found: dict[str, str] | None) -> None:
    assert chat_columns(columns) == found


def test_a_log_without_a_recipe_is_told_what_to_write() -> None:
    with pytest.raises(InputError, match="look like a chat log") as raised:
        plan([{"会话编号": "1", "发送时间": "9:00", "发言人": "客户", "消息内容": "在吗"}])
    assert "      chat:\n        conversation: 会话编号\n" in raised.value.hint
    assert "roles:" in raised.value.hint
