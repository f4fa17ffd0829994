"""The raw files: what fills each one, in which shape, and how it is written."""

from dataclasses import dataclass

from examples.mill import shapes, writers
from examples.mill.chatlog import CHINESE, ENGLISH, chat_log, spoken
from examples.mill.shapes import Shape
from examples.mill.writers import Writer

_SHAREGPT = {"user": "human", "assistant": "gpt", "call": "function_call", "tool": "observation"}
_SHAREGPT_ZH = {"user": "人类", "assistant": "助手", "call": "function_call", "tool": "观察"}

_QUERY = shapes.columns("query", "response")
_PROMPT = shapes.columns("prompt", "completion")
_FAQ = shapes.columns("question", "answer")
_FAQ_ZH = shapes.columns("问题", "答案")
_FAQ_TRADITIONAL = shapes.columns("問題", "答案")
_ORDER_ZH = shapes.columns("指令", "输出", context="输入")


@dataclass(frozen=True)
class Sheet:
    """One raw file.

    Attributes:
        path: Below `raw/`.
        piles: Pile of the hand -> how many of its examples; the last file of a pile takes the rest.
        shape: How an example becomes a row.
        write: How the rows become a file.
        lead: Share of rows that put an instruction before the question.
        encoding: The text encoding, or "binary".
    """

    path: str
    piles: dict[str, int]
    shape: Shape
    write: Writer
    lead: float = 0.0
    encoding: str = "utf-8"


ALL = 10_000
"""More than any pile holds: whatever is left of it."""

SHEETS: list[Sheet] = [
    Sheet("pairs/alpaca_en.json", {"en_long": 110}, shapes.alpaca, writers.json_array(), lead=0.15),
    Sheet("pairs/alpaca_zh.jsonl", {"zh_long": 110, "zh_several": 15}, shapes.alpaca, writers.jsonl(), lead=0.15),
    Sheet("pairs/answers_en.jsonl.gz", {"en_short": 60}, _QUERY, writers.jsonl()),
    Sheet("pairs/answers_zh.jsonl.zst", {"zh_short": 50}, _PROMPT, writers.jsonl()),
    Sheet("pairs/desk.parquet", {"en_long": 30, "zh_long": 30}, _FAQ, writers.parquet,
          encoding="binary"),
    Sheet("pairs/faq_en.json", {"en_long": ALL}, _FAQ, writers.json_array(key="data")),
    Sheet("pairs/firefly_zh.jsonl", {"zh_short": 50, "zh_several": 10}, shapes.firefly, writers.jsonl()),
    Sheet("pairs/xtuner_en.jsonl", {"en_short": 30, "en_several": 10}, shapes.xtuner, writers.jsonl()),
    Sheet("preference/openai.jsonl", {"en_pairs": 25, "zh_pairs": 25}, shapes.openai_pair, writers.jsonl()),
    Sheet("preference/ranking_zh.json", {"zh_pairs": ALL}, shapes.ranking, writers.json_array()),
    Sheet("preference/trl_en.jsonl", {"en_pairs": ALL}, shapes.trl_pair, writers.jsonl()),
    Sheet("preference/votes.jsonl", {"en_verdicts": 20, "zh_verdicts": 20}, shapes.kto, writers.jsonl()),
    Sheet("preference/votes_01.jsonl", {"en_verdicts": ALL, "zh_verdicts": ALL}, shapes.kto_number, writers.jsonl()),
    Sheet("tables/desk.xlsx", {"en_short": 30, "zh_short": 40}, _FAQ, writers.excel,
          encoding="binary"),
    Sheet("tables/faq_en.tsv", {"en_short": ALL}, _PROMPT, writers.table(delimiter="\t")),
    Sheet("tables/faq_gb18030.csv", {"zh_long": 60}, _FAQ_ZH, writers.table(encoding="gb18030"), encoding="gb18030"),
    Sheet("tables/faq_semicolon.csv", {"en_long": 40}, _FAQ,
          writers.table(delimiter=";")),
    Sheet("tables/faq_utf16.csv", {"zh_long": 40}, _FAQ_ZH, writers.table(encoding="utf-16"), encoding="utf-16"),
    Sheet("tables/notes_utf16.jsonl", {"zh_short": 20}, _QUERY, writers.jsonl("utf-16"), encoding="utf-16"),
    Sheet("tables/orders_gb18030.csv", {"zh_short": ALL}, _ORDER_ZH, writers.table(encoding="gb18030"), lead=0.5,
          encoding="gb18030"),
    Sheet("tables/windows.csv", {"en_long": 40}, _FAQ,
          writers.table(encoding="utf-8-sig", newline="\r\n"), encoding="utf-8-sig"),
    Sheet("taiwan/faq_big5.csv", {"traditional": ALL}, _FAQ_TRADITIONAL, writers.table(encoding="big5"),
          encoding="big5"),
    Sheet("talks/desk.arrow", {"zh_long": 20}, shapes.messages, writers.arrow, encoding="binary"),
    Sheet("talks/messages_en.jsonl", {"en_long": 30, "en_several": 10, "en_tool": 20}, shapes.messages,
          writers.jsonl()),
    Sheet("talks/messages_zh.jsonl", {"zh_long": ALL, "zh_tool": 20}, shapes.messages, writers.jsonl()),
    Sheet("talks/sharegpt_en.jsonl", {"en_several": 25}, shapes.sharegpt(_SHAREGPT), writers.jsonl()),
    Sheet("talks/sharegpt_tools.jsonl", {"en_tool": ALL, "zh_tool": ALL}, shapes.sharegpt(_SHAREGPT), writers.jsonl()),
    Sheet("talks/sharegpt_zh.jsonl", {"zh_several": 20}, shapes.sharegpt(_SHAREGPT_ZH), writers.jsonl()),
    Sheet("chatlog/chat_en.csv", {"en_several": ALL}, spoken({"user": ["Customer"], "assistant": ["Mia", "Tom"]}),
          chat_log(ENGLISH, prefix="C-")),
    Sheet("chatlog/chat_zh.csv", {"zh_several": ALL}, spoken({"user": ["客户"], "assistant": ["客服小林", "客服阿哲"]}),
          chat_log(CHINESE, prefix="会话-")),
    Sheet("texts/care_en.txt", {"en_text": 20}, lambda text: {"text": text.text}, writers.passages),
    Sheet("texts/care_zh.md", {"zh_text": 20}, lambda text: {"text": text.text}, writers.passages),
    Sheet("texts/stories.jsonl", {"en_text": ALL, "zh_text": ALL},
          lambda text: {"text": text.text, "fact": text.id}, writers.jsonl()),
]  # fmt: skip
"""In the order of the recipe and, within a source, of paths: the first of two equal rows is the one that stays."""
