"""Advice before training: prompt, retrieval or tuning, from which model and how, out of facts about the data.

Each line of `RULES` is a topic, a choice, the name of its reason, what must hold of the facts and of the earlier
choices, and publications; the first of a topic that holds is the advice. A threshold of our own is called "ours".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from schemas.artifacts import read_manifest
from schemas.frames import content, has_kind

Task = Literal["knowledge", "style", "format", "skill", "chat"] | None
Gap = Literal["none", "small", "large"] | None

OVADIA = "Ovadia et al. 2023, Fine-Tuning or Retrieval? Comparing Knowledge Injection in LLMs"
GEKHMAN = "Gekhman et al. 2024, Does Fine-Tuning LLMs on New Knowledge Encourage Hallucinations?"
LIMA = "Zhou et al. 2023, LIMA: Less Is More for Alignment"
OPENAI = "OpenAI, Supervised fine-tuning guide"
BIDERMAN = "Biderman et al. 2024, LoRA Learns Less and Forgets Less"
REGRET = "Schulman et al. 2025, LoRA Without Regret"
QLORA = "Dettmers et al. 2023, QLoRA: Efficient Finetuning of Quantized LLMs"
UNSLOTH = "Unsloth, Fine-tuning LLMs Guide"
YANG = "Yang et al. 2024, Synthetic continued pretraining"
IBRAHIM = "Ibrahim et al. 2024, Simple and Scalable Strategies to Continually Pre-train Large Language Models"
SCIALOM = "Scialom et al. 2022, Fine-tuned Language Models are Continual Learners"
AXOLOTL = "Axolotl, Training Stability & Debugging"


@dataclass(frozen=True)
class Facts:
    """What is known before training; lengths are medians in characters, `gap` how far the base is from good."""

    rows: dict[str, int]
    answer_chars: int = 0
    prompt_chars: int = 0
    distinct_answers: float = 1.0
    text_chars: int = 0
    languages: tuple[str, ...] = ()
    task: Task = None
    gap: Gap = None
    changing: bool = False
    parameters: int | None = None

    @property
    def examples(self) -> int:
        """Rows with an answer."""
        return sum(count for kind, count in self.rows.items() if kind != "text")

    @property
    def tokens(self) -> int:
        """Raw text in tokens, about: 0.6 a Chinese and 0.3 an English character (DeepSeek, Token usage)."""
        return round(self.text_chars * (0.6 if self.languages[:1] == ("zh",) else 0.3))

    @property
    def aim(self) -> str:
        """The task, or a guess: labels repeat themselves (less than half are distinct: ours), text is knowledge."""
        if self.task or not self.examples:
            return self.task or ("knowledge" if self.text_chars else "chat")
        return "format" if self.distinct_answers < 0.5 else "chat"


@dataclass(frozen=True)
class Advice:
    """A choice on a topic; a reason is (English, Chinese)."""

    topic: str
    choice: str
    reasons: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]

    def sentence(self, lang: str = "en") -> str:
        """Topic, choice, reasons and sources in a language (`en` or `zh`)."""
        sources, zh = "; ".join(self.sources), lang == "zh"
        because = ("" if zh else " ").join(reason[zh] for reason in self.reasons)
        if zh:
            topic, choice = (_WORDS_ZH.get(word, word) for word in (self.topic, self.choice))
            return f"{topic}：{choice}。{because}" + (f"依据：{sources}。" if sources else "")
        return f"{self.topic.capitalize()}: {self.choice}. {because}" + (f" Sources: {sources}." if sources else "")


def _trains(facts: Facts, chosen: Mapping[str, str]) -> bool:
    return facts.examples >= 50 and chosen["approach"] not in {"prompt", "few-shot"}


# 50 and 10 rows: OpenAI's recommended start and minimum. 100,000: the pairs on which Biderman et al. saw LoRA behind
# full tuning. 300 and 1,000: Unsloth's bounds for chat and base. 5 M tokens: ours, well above the 1.3 M that Yang et
# al. had to expand. 7e9: ours, 14 GB of 16-bit weights alone. Settings: Unsloth and Axolotl; their row bands: ours.
RULES: tuple[tuple[str, str, str, Callable[[Facts, Mapping[str, str]], bool], tuple[str, ...]], ...] = (
    ("approach", "prompt", "good", lambda f, c: f.gap == "none", (OPENAI,)),
    ("approach", "RAG", "changing", lambda f, c: f.changing, (OVADIA,)),
    ("approach", "RAG", "knowledge", lambda f, c: f.aim == "knowledge", (OVADIA, GEKHMAN)),
    ("approach", "few-shot", "few", lambda f, c: f.examples < 50, (OPENAI,)),
    ("approach", "full", "many", lambda f, c: f.examples >= 100_000 and f.gap == "large", (BIDERMAN, REGRET)),
    ("approach", "QLoRA", "big", lambda f, c: (f.parameters or 0) >= 7e9, (QLORA,)),
    ("approach", "LoRA", "adapter", lambda f, c: True, (LIMA, REGRET)),
    ("pretraining", "no", "no_text", lambda f, c: not f.text_chars, ()),
    ("pretraining", "no", "good", lambda f, c: f.gap == "none", (OPENAI,)),
    ("pretraining", "no", "changing", lambda f, c: f.changing, (OVADIA,)),
    ("pretraining", "first", "corpus", lambda f, c: f.tokens >= 5e6, (YANG, BIDERMAN)),
    ("pretraining", "no", "little_text", lambda f, c: True, (YANG,)),
    ("model", "base", "corpus", lambda f, c: c["pretraining"] == "first", (BIDERMAN,)),
    ("model", "chat", "obeys", lambda f, c: not _trains(f, c) or f.examples < 300, (UNSLOTH,)),
    ("model", "base", "near", lambda f, c: f.examples >= 1000 and f.gap == "large", (UNSLOTH,)),
    ("model", "chat", "near", lambda f, c: True, (UNSLOTH,)),
    ("replay", "5%", "shift", lambda f, c: c["pretraining"] == "first", (IBRAHIM,)),
    ("replay", "none", "idle", lambda f, c: not _trains(f, c), ()),
    ("replay", "1%", "forgets", lambda f, c: c["approach"] == "full", (SCIALOM,)),
    ("replay", "none", "forgets", lambda f, c: True, (BIDERMAN, SCIALOM)),
    ("settings", "r 16 + embeddings, lr 1e-4", "corpus", lambda f, c: not f.examples and f.tokens >= 5e6, (UNSLOTH,)),
    ("settings", "none", "idle", lambda f, c: not _trains(f, c), ()),
    ("settings", "LoRA, lr 5e-6, 1 epoch, beta 0.1", "start", lambda f, c: not f.rows.get("sft"), (UNSLOTH,)),
    ("settings", "lr 1e-5, 1 epoch", "start", lambda f, c: c["approach"] == "full", (AXOLOTL,)),
    ("settings", "r 8, lr 2e-4, 4 epochs", "start", lambda f, c: f.examples < 200, (UNSLOTH, AXOLOTL)),
    ("settings", "r 16, lr 2e-4, 3 epochs", "start", lambda f, c: f.examples < 2000, (UNSLOTH, AXOLOTL)),
    ("settings", "r 32, lr 1e-4, 1 epoch", "start", lambda f, c: f.examples >= 20_000, (UNSLOTH, AXOLOTL)),
    ("settings", "r 16, lr 1e-4, 2 epochs", "start", lambda f, c: (f.parameters or 0) > 13e9, (AXOLOTL,)),
    ("settings", "r 16, lr 2e-4, 2 epochs", "start", lambda f, c: True, (UNSLOTH, AXOLOTL)),
)
_EN = {
    "guess": "The task was not given; the data look like {aim}.",
    "good": "The base model is already good; an evaluation comes before any tuning.",
    "changing": "Facts that change are looked up, not trained in; LoRA serves only tone and format.",
    "few": "{rows:,} rows with an answer are too few; 10 are the minimum, 50 good ones a start.",
    "knowledge": "Retrieval beats tuning for knowledge; learning new facts breeds hallucination; LoRA only for tone.",
    "many": "{rows:,} rows and a large gap exceed a low rank; rank 256 closes most of it if memory is short.",
    "big": "{billions:.3g} billion weights take {gigabytes:.3g} GB in 16 bits; 4 bits keep the quality of tuning.",
    "adapter": "{rows:,} rows: LoRA on all layers equals full tuning on small and medium sets; 1,000 taught style.",
    "corpus": "About {tokens:,} tokens of raw text: train a base model on them first; low-rank LoRA lags at that.",
    "little_text": "About {tokens:,} tokens of raw text are few; a study had to expand 1.3 million to 455 million.",
    "no_text": "There is no raw text.",
    "obeys": "Below 300 rows, or without tuning, a model that already follows instructions is the better start.",
    "near": "{rows:,} rows: from 300 both work, over 1,000 base is usual; at a small gap chat keeps more skills.",
    "shift": "5% of general text held off forgetting; a language that is new to the model took 25%.",
    "idle": "Nothing is tuned.",
    "forgets": "1% of earlier tasks kept nearly all skills; LoRA forgets less: add it there when a loss shows.",
    "start": "Starting values for {rows:,} rows; the dev loss decides.",
}
_ZH = {
    "guess": "未指定任务，从数据看属于{aim}。",
    "good": "原模型已经够好；先做评测，再谈微调。",
    "changing": "会变的事实应当检索，而不是写进权重；LoRA 只用来调语气和格式。",
    "few": "带回答的数据只有 {rows:,} 条，太少；微调至少要 10 条，建议从 50 条优质数据起步。",
    "knowledge": "补充知识用检索优于训练，硬学新知识还会加重幻觉；LoRA 只用来调语气。",
    "many": "{rows:,} 条数据加上较大的差距超出低秩的容量；显存不够时，秩 256 的 LoRA 可补回大半。",
    "big": "{billions:.3g}B 参数的 16 位权重就要 {gigabytes:.3g} GB；量化到 4 位仍能保持微调效果。",
    "adapter": "{rows:,} 条数据：中小规模下，覆盖所有层的 LoRA 与全参数微调相当；1,000 条精选就能学会风格。",
    "corpus": "约有 {tokens:,} 个 token 的纯文本：先用它继续预训练基座模型；低秩 LoRA 在这一步较弱。",
    "little_text": "纯文本只有约 {tokens:,} 个 token；有研究须把 130 万 token 的语料扩写到 4.55 亿才见效。",
    "no_text": "没有纯文本。",
    "obeys": "不微调，或数据不足 300 条时，已会听从指令的模型是更好的起点。",
    "near": "{rows:,} 条数据：300 条起两者皆可，过 1,000 条一般用基座；差距不大时，对话模型更能保住通用能力。",
    "shift": "混入 5% 的通用文本即可抑制遗忘；若是模型没学过的语言，要 25%。",
    "idle": "不做微调。",
    "forgets": "混入 1% 的旧任务数据，原有能力几乎不丢；LoRA 本就遗忘较少，评测退步时再加。",
    "start": "{rows:,} 条数据的起步值；以开发集损失为准。",
}
_WORDS = ("approach", "model", "pretraining", "replay", "settings", "prompt", "few-shot", "full", "base", "chat")
_HANZI = ("方法", "模型", "继续预训练", "通用数据", "参数", "提示词", "少样本提示", "全参数微调", "基座", "对话")
_MORE = {"no": "不做", "first": "先做", "none": "无", "knowledge": "知识", "format": "格式", "RAG": "检索增强"}
_WORDS_ZH = {**dict(zip(_WORDS, _HANZI, strict=True)), **_MORE}


def facts_of(
    data: Path, *, task: Task = None, gap: Gap = None, changing: bool = False, parameters: int | None = None
) -> Facts:
    """Read an artifact's train split and manifest; what data can't tell is given. ArtifactError if there is none."""
    languages = tuple(read_manifest(data / "manifest.json")["languages"])
    train = pl.read_parquet(data / "train.parquet", columns=["kind", "messages", "chosen", "text"])
    rows = dict(train.group_by(pl.col("kind").cast(pl.String), maintain_order=True).len().iter_rows())
    said = pl.when(has_kind("sft")).then(content("assistant")).otherwise(content("assistant", column="chosen"))
    chars = {"size": said.str.len_chars(), "prompt": content("user").str.len_chars()}
    told = train.filter(~has_kind("text")).select(answer=said, **chars)
    answer_chars, prompt_chars = (round(chars or 0) for chars in told.select(pl.median("size", "prompt")).row(0))
    distinct = told["answer"].n_unique() / told.height if told.height else 1.0
    text_chars = int(train["text"].str.len_chars().sum())
    return Facts(rows, answer_chars, prompt_chars, distinct, text_chars, languages, task, gap, changing, parameters)


def advise(facts: Facts) -> tuple[Advice, ...]:
    """Advice on approach, pretraining, model, replay and settings, in that order."""
    chosen: dict[str, str] = {}
    given = []
    for topic, choice, reason, when, sources in RULES:
        if topic not in chosen and when(facts, chosen):
            chosen[topic] = choice
            keys = (reason, "guess") if topic == "approach" and facts.task is None else (reason,)
            given.append(Advice(topic, choice, tuple(_reason(key, facts) for key in keys), sources))
    return tuple(given)


def _reason(key: str, facts: Facts) -> tuple[str, str]:
    weights = (facts.parameters or 0) / 1e9
    numbers = {"rows": facts.examples, "tokens": facts.tokens, "billions": weights, "gigabytes": 2 * weights}
    aim = _WORDS_ZH.get(facts.aim, facts.aim)
    return _EN[key].format(aim=facts.aim, **numbers), _ZH[key].format(aim=aim, **numbers)
