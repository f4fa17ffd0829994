from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evalsuite.harness.own import own_tasks
from evalsuite.harness.results import rows, samples
from evalsuite.harness.run import run, wrap
from evalsuite.harness.settings import Harness
from evalsuite.harness.tasks import load_tasks
from evalsuite.metrics.metric import Metric
from schemas.errors import UserError

pytest.importorskip("lm_eval")
peft = pytest.importorskip("peft")

from tests.train.gguf_models import make_model, torch  # noqa: E402
from tests.train.small_runs import chat_tokenizer  # noqa: E402

LENGTH = Metric("length", "neither", "characters", 0.0, "len")
KINDS: Any = ("choice", "generate", "likelihood")

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")  # peft asks


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    make_model(folder, tokenizer=chat_tokenizer())
    return folder


def load(base: Path, *, adapted: bool) -> Any:
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base)
    if not adapted:
        return model
    torch.manual_seed(1)
    tuned = peft.get_peft_model(model, peft.LoraConfig(r=4, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    for name, weight in tuned.named_parameters():
        if "lora_B" in name:
            weight.data += 0.5 * torch.randn_like(weight)
    return tuned


def tasks() -> dict[str, Any]:
    found = [("z1", "首都？", "北京", "zh"), ("z2", "颜色？", "红色的", "zh"), ("z3", "数？", "四", "zh")]
    found += [("e1", "capital?", "abc", "en"), ("e2", "colour?", "red 😀", "en")]
    items = pl.DataFrame(found, schema=["id", "prompt", "reference", "language"], orient="row")
    parts: dict[str, Any] = {"score": lambda _, answer: {"length": len(answer)}, "metrics": [LENGTH], "max_tokens": 6}
    return load_tasks(Harness(), own=own_tasks(items, KINDS, seed=17, **parts))


def scored(model: Any, *, batch_size: int = 2, max_length: int = 256) -> dict[str, Any]:
    lm = wrap(model, chat_tokenizer(), batch_size=batch_size, max_length=max_length)
    return run(lm, tasks(), settings=Harness(), seed=17)


def test_one_load_gives_the_base_exactly_and_the_tuned_model(base: Path, capfd: Any) -> None:
    model, plain = load(base, adapted=True), load(base, adapted=False)
    capfd.readouterr()
    tuned = scored(model)
    with model.disable_adapter():
        under = scored(model)
    raw, again = scored(plain), scored(model)
    assert capfd.readouterr() == ("", "")
    assert samples(under) == samples(raw)
    assert samples(again) == samples(tuned)
    told = {(row["task"], row["metric"]): row for row in rows(under, tuned)}
    assert {task for task, _ in told} == {f"own_{kind}_{language}" for kind in KINDS for language in ("zh", "en")}
    assert all(row["base"] != row["tuned"] for (_, metric), row in told.items() if metric == "logprob")
    answers = [[sample["resps"] for sample in side["samples"]["own_generate_zh"]] for side in (under, raw, tuned)]
    assert answers[0] == answers[1] != answers[2]
    assert raw["truncated"] == 0


def test_log_probabilities_are_those_of_the_rendered_chat(base: Path) -> None:
    model, tokenizer = load(base, adapted=False), chat_tokenizer()
    found = dict(samples(scored(model))[("own_likelihood_zh", "logprob")])
    prompt = "<|im_start|>user\n首都？<|im_end|>\n<|im_start|>assistant"
    start = len(tokenizer.encode(prompt))
    ids = torch.tensor([tokenizer.encode(prompt + "\n北京")])
    with torch.no_grad():
        given = model(ids).logits[0].log_softmax(-1)
    # With the line break that the template leaves after "assistant": the harness counts it to the answer.
    expected = sum(given[place - 1, ids[0, place]].item() for place in range(start, ids.shape[1]))
    assert found["z1"] == pytest.approx(expected, abs=1e-4)


def test_long_texts_are_counted_or_refused(base: Path) -> None:
    model = load(base, adapted=False)
    assert scored(model, max_length=24)["truncated"] > 0
    with pytest.raises(UserError, match=r"more tokens than the model takes \(5\)"):
        scored(model, max_length=5)
