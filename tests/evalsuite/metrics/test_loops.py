import pytest

from evalsuite.metrics.loops import LOOPS, looped, squeezed, tail_loop
from evalsuite.metrics.metric import Sample

LOOPING = {
    "zh": "好的。" + "我不知道你在说什么。" * 4,
    "zh torn": "答：" + "这个问题需要具体分析，" * 3 + "这个问题",
    "en": "Sure. " + "I am not able to help you with that. " * 3,
    "numbered": "1. 打开设置并选择网络。2. 打开设置并选择网络。3. 打开设置并选择网络。",
    "numbered zh": "第九，保持良好的生活习惯。第十，保持良好的生活习惯。第十一，保持良好的生活习惯。",
    "word": "the " * 40,
    "short phrase": "谢谢你，" * 5,
    "laughter": "哈" * 40,
    "pictures": "好👍" + "😂" * 20,
    "mixed": "请用GPT写作。" * 5,
    "twice, long": "他说这件事情跟我们没有关系，所以不要再问了。" * 2,
}
SOUND = {
    "empty": "",
    "whitespace": " \n ",
    "one": "好",
    "zh twice": "谢谢你，谢谢你！",
    "zh four times": "谢谢你，" * 4,
    "laughter": "哈哈哈哈哈哈",
    "rule": "| 名称 | 价格 |\n|---|---|---|---|---|---|---|---|\n",
    "underline": "Title\n" + "=" * 80,
    "dashes": "——" * 40,
    "counting": ", ".join(str(number) for number in range(1, 60)),
    "counting zh": "一、二、三、四、五、六、七、八、九、十、十一、十二、十三、十四、十五。",
    "times table": "，".join(f"3乘{n}等于{3 * n}" for n in range(1, 10)),
    "dates": "、".join(f"2024年1月{day}日" for day in range(1, 8)),
    "table": "| 张三 | 25 | 北京 |\n| 李四 | 30 | 上海 |\n| 王五 | 28 | 广州 |",
    "sentence": "南京长江大桥是长江上第一座由中国自行设计和建造的双层式铁路、公路两用桥梁。",
}


@pytest.mark.parametrize("name", LOOPING)
def test_loops(name: str) -> None:
    assert looped(LOOPING[name])


@pytest.mark.parametrize("name", SOUND)
def test_no_loops(name: str) -> None:
    assert not looped(SOUND[name])


def test_the_phrase_and_its_copies_are_found() -> None:
    text = LOOPING["zh"]
    loop = tail_loop(text)
    assert loop is not None
    assert (text[loop.start : loop.again], loop.copies) == ("我不知道你在说什么", 4)


def test_a_loop_before_the_end_is_seen_by_compression_alone() -> None:
    text = "这个问题需要具体分析，" * 30 + "以上就是我全部的回答。"
    assert tail_loop(text) is None
    assert squeezed(text)


def test_whitespace_does_not_hide_or_make_a_loop() -> None:
    assert not looped("好的" + " \n" * 200)


def test_column_shows_the_phrase() -> None:
    answers = [SOUND["sentence"], LOOPING["en"], ""]
    told = LOOPS.score([Sample(str(n), "q", "", None, answer, "en") for n, answer in enumerate(answers)])["looped"]
    assert told.values.tolist() == [0, 1, 0]
    assert told.found == {1: ["I am not able to help you with that"]}
