"""What of a row is compared: by key and kind."""

import pytest

from dataprep.dedup.spoken import spoken
from dataprep.recipe.duplicates import Key
from schemas.frames import FRAME, empty
from schemas.records import Record
from tests.dataprep.rows import ask, bot, framed, kto, plain, preference, sft, system, tool, user

TALK = sft(system("你是茶师"), user("水？", context="软水"), bot("软", reasoning="想"), user("茶？"), bot("绿"))


@pytest.mark.parametrize(
    ("record", "dialogue", "prompt", "answer"),
    [
        (ask("水？", "软"), "水？\n软", "水？", "软"),
        (TALK, "水？\n软水\n软\n想\n茶？\n绿", "水？\n软水\n软\n想\n茶？", "软\n想\n绿"),
        (preference("水？", "软", "硬"), "水？\n软\n硬", "水？", "软\n硬"),
        (kto("水？", "软"), "水？\n软", "水？", "软"),
        (plain("泠泉\n"), "泠泉", "泠泉", "泠泉"),
        (sft(user("水？")), "水？", "水？", ""),
        (sft(system("你是茶师")), "", "", ""),
        (sft(), "", "", ""),
        (sft(user("查"), bot("", tool_calls='[{"a": 1}]'), tool("12"), bot("12度")), None, None, None),
        (ask(" ", " "), "", "", ""),
    ],
    ids=["sft", "talk", "preference", "kto", "text", "unanswered", "system only", "empty", "calls", "blank"],
)
def test_texts_of_the_keys(record: Record, dialogue: str | None, prompt: str | None, answer: str | None) -> None:
    if dialogue is None:
        dialogue, prompt, answer = '查\n\n[{"a": 1}]\n12\n12度', '查\n\n[{"a": 1}]\n12', '[{"a": 1}]\n12度'
    expected: dict[Key, str | None] = {"dialogue": dialogue, "prompt": prompt, "answer": answer}
    for key, text in expected.items():
        found = framed(record).select(spoken(key)).to_series()[0]
        assert found.split() == (text or "").split(), key


def test_no_rows() -> None:
    assert empty(FRAME).select(spoken("dialogue")).height == 0
