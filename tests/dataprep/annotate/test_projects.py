from typing import Any

import pytest

from dataprep.annotate.projects import same_config, task_key
from dataprep.annotate.studio import open_studio
from schemas.errors import UserError

CONFIG = '<View><Text name="a" value="$文本"/><Choices name="b" toName="a"><Choice value="好"/></Choices></View>'


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (CONFIG, True),
        ("\n<!-- 注 -->" + CONFIG.replace("><", ">\n  <"), True),
        (CONFIG.replace('name="a" value="$文本"', 'value="$文本" name="a"'), True),
        (CONFIG.replace("好", "坏"), False),
        (CONFIG.replace("<Choice ", '<Choice hotkey="a" '), False),
        ("", False),
        ("not XML", False),
    ],
)
def test_configs_are_compared_without_their_layout(other: str, same: bool) -> None:
    assert same_config(CONFIG, other) is same


@pytest.mark.parametrize("text", ["", "not XML"])
def test_what_is_no_xml_is_compared_as_it_is(text: str) -> None:
    assert same_config(text, f" {text}\n")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"record_id": "r", "content": "c", "round": 2, "output": "x"}, ("r", "c", 2)),
        ({"record_id": 5}, ("5", "", 1)),
        ({"record_id": "r", "content": None, "round": None}, ("r", "", 1)),
    ],
)
def test_the_key_of_a_task(data: dict[str, Any], key: tuple[str, str, int]) -> None:
    assert task_key({"data": data}) == key


@pytest.mark.parametrize(
    ("url", "token", "told"),
    [
        ("", "t", "no address"),
        ("localhost:8080", "t", "is no address of a server"),
        ("http://", "t", "is no address of a server"),
        ("http://127.0.0.1:1", "", "no token"),
        ("http://127.0.0.1:1", "two words", "characters that no token has"),
        ("http://127.0.0.1:1", "令牌", "characters that no token has"),
    ],
)
def test_addresses_and_tokens_are_checked_before_anything_is_sent(
    url: str, token: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", "")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "")
    with pytest.raises(UserError, match=told), open_studio(url, token):
        pass
