"""The rules for chat rows, with thresholds from real sets: docs/rules.md has the numbers behind them."""

import polars as pl

from dataprep.rules.rule import Rule, at_least, at_most, never
from schemas.records import Kind

_CHAT: tuple[Kind, ...] = ("sft", "preference", "kto")

SIZES = (
    Rule(
        "too_short_answer",
        at_least("answer_chars", "too_short_answer"),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"too_short_answer": 1, "too_short_answer.zh": 3},
        unit="characters",
    ),
    Rule(
        "too_long_answer",
        at_most("answer_tokens", "too_long_answer"),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"too_long_answer": 4096},
        unit="tokens",
    ),
    Rule(
        "too_short_prompt",
        at_least("prompt_chars", "too_short_prompt"),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"too_short_prompt": 2, "too_short_prompt.zh": 1},
        unit="characters",
    ),
    Rule(
        "too_long",
        at_most("tokens", "too_long"),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"too_long": 8192},
        unit="tokens",
    ),
)

ANSWERS = (
    Rule("echo", at_most("echo", "echo"), kinds=_CHAT, thresholds={"echo": 0.9}, unit="share"),
    Rule("repeats_prompt", never("repeats_prompt"), verdict="flag", kinds=_CHAT),
    Rule(
        "refusal",
        lambda threshold: pl.col("refusal") > threshold("refusal"),
        kinds=("sft",),
        thresholds={"refusal": 250, "refusal.zh": 120},
        unit="characters",
    ),
    Rule(
        "ai_boilerplate",
        at_most("boilerplate", "ai_boilerplate"),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"ai_boilerplate": 0},
        unit="count",
    ),
    Rule("answer_language", never("other_language"), kinds=_CHAT),
    Rule(
        "unfinished",
        lambda threshold: (pl.col("unfinished") == 0) | (pl.col("unfinished") < threshold("unfinished")),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"unfinished": 80, "unfinished.zh": 30},
        unit="characters",
    ),
    Rule("filler", never("filler"), verdict="flag", kinds=_CHAT),
    Rule(
        "no_question",
        at_least("prompt_letters", "no_question"),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"no_question": 1},
        unit="count",
    ),
)

TEXTS = (
    Rule("garbled", at_most("garbled", "garbled"), verdict="flag", thresholds={"garbled": 0.0}, unit="share"),
    Rule(
        "symbol_soup", at_most("symbols", "symbol_soup"), verdict="flag", thresholds={"symbol_soup": 0.6}, unit="share"
    ),
    Rule("url_soup", at_most("urls", "url_soup"), verdict="flag", thresholds={"url_soup": 0.5}, unit="share"),
    Rule(
        "number_soup", at_most("digits", "number_soup"), verdict="flag", thresholds={"number_soup": 0.8}, unit="share"
    ),
    Rule(
        "untranslated",
        at_most("untranslated", "untranslated"),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"untranslated": 0.1},
        unit="share",
    ),
    Rule(
        "script_mix", at_most("script_mix", "script_mix"), verdict="flag", thresholds={"script_mix": 0.15}, unit="share"
    ),
    Rule(
        "placeholder",
        at_most("placeholders", "placeholder"),
        verdict="flag",
        thresholds={"placeholder": 0},
        unit="count",
    ),
    Rule(
        "low_information",
        at_least("distinct", "low_information"),
        verdict="flag",
        thresholds={"low_information": 0.2},
        unit="share",
    ),
)

REPETITION = (
    Rule(
        "char_repetition",
        at_most("char_repetition", "char_repetition"),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"char_repetition": 0.6},
        unit="share",
    ),
    Rule(
        "word_repetition",
        at_most("word_repetition", "word_repetition"),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"word_repetition": 0.5},
        unit="share",
    ),
    Rule(
        "line_repetition",
        at_most("dup_line_chars", "line_repetition"),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"line_repetition": 0.3},
        unit="share",
    ),
    Rule(
        "tail_loop",
        at_most("tail_loop", "tail_loop"),
        verdict="flag",
        kinds=_CHAT,
        thresholds={"tail_loop": 0.3},
        unit="share",
    ),
)

TOOLS = (
    Rule(
        "unknown_tool",
        at_most("unknown_tools", "unknown_tool"),
        kinds=_CHAT,
        thresholds={"unknown_tool": 0},
        unit="count",
    ),
    Rule(
        "bad_arguments",
        at_most("bad_arguments", "bad_arguments"),
        kinds=_CHAT,
        thresholds={"bad_arguments": 0},
        unit="count",
    ),
)

SFT: tuple[Rule, ...] = (*SIZES, *ANSWERS, *TEXTS, *REPETITION, *TOOLS)
