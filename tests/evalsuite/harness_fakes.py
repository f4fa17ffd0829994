"""A model in milliseconds, items and a task folder, for the tests of lm-evaluation-harness."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

LM = pytest.importorskip("lm_eval.api.model").LM


class Fake(LM):
    """Likes short texts: each character costs `cost` nats. Answers every question with `answer`."""

    tokenizer_name = "fake"
    max_length = 64

    def __init__(self, cost: float = 1.0, answer: str = "北京") -> None:
        super().__init__()
        self.cost, self.answer, self.asked = cost, answer, []

    def loglikelihood(self, requests: list[Any], disable_tqdm: bool = False) -> list[tuple[float, bool]]:
        self.asked += [request.args for request in requests]
        return [(-self.cost * len(request.args[1]), False) for request in requests]

    def loglikelihood_rolling(self, requests: list[Any], disable_tqdm: bool = False) -> list[float]:
        return [-self.cost * len(request.args[0]) for request in requests]

    def generate_until(self, requests: list[Any], disable_tqdm: bool = False) -> list[str]:
        self.asked += [request.args for request in requests]
        return [self.answer for _ in requests]

    def apply_chat_template(self, chat_history: list[dict[str, str]], add_generation_prompt: bool = True) -> str:
        return "".join(f"<{turn['role']}>{turn['content']}" for turn in chat_history) + "<assistant>"


def items(*rows: tuple[Any, ...]) -> pl.DataFrame:
    message = pl.List(pl.Struct({"role": pl.String, "content": pl.String}))
    schema = {"id": pl.String, "prompt": message, "reference": pl.String, "language": pl.String, "rejected": pl.String}
    turns = [(name, [{"role": "user", "content": question}], *rest) for name, question, *rest in rows]
    return pl.DataFrame(turns, schema=schema, orient="row")


MIXED = items(
    ("z1", "中国的首都是哪里？", "北京", "zh", None),
    ("z2", "法国的首都是哪里？", "巴黎市", "zh", None),
    ("z3", "[1] {{二加二}}", "[四]", "zh", None),
    ("e1", "2+2?", "4", "en", None),
    ("e2", "Capital of France?", "Paris", "en", None),
    ("p1", "Be kind.", "Hi!", "en", "Go away"),
    ("n1", "没有答案", None, "zh", None),
    ("n2", "空白", " \n", "zh", None),
)


def value(results: dict[str, Any], task: str, metric: str) -> Any:
    return results["results"][task][f"{metric},none"]


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


YAML = """task: mine
dataset_path: json
dataset_kwargs: {data_files: {test: DATA}}
test_split: test
output_type: OUTPUT
doc_to_text: "{{question}}"
doc_to_target: "{{answer}}"
metric_list:
  - {metric: METRIC, aggregation: AGGREGATION, higher_is_better: true}
"""


def folder_task(root: Path, output: str = "loglikelihood", metric: str = "acc", aggregation: str = "mean") -> Path:
    docs = [{"question": f"问{place}", "answer": f"答{place}"} for place in range(6)]
    write(root, "data.jsonl", "\n".join(json.dumps(doc) for doc in docs))
    told = YAML.replace("DATA", str(root / "data.jsonl")).replace("OUTPUT", output).replace("METRIC", metric)
    write(root / "tasks", "mine.yaml", told.replace("AGGREGATION", aggregation))
    return root / "tasks"
