import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evalsuite.harness.own import own_tasks
from evalsuite.harness.results import rows, samples
from evalsuite.harness.run import run
from evalsuite.harness.settings import Harness
from evalsuite.harness.tasks import load_tasks
from evalsuite.metrics.metric import Metric
from schemas.errors import RuntimeFault, UserError
from tests.evalsuite.harness_fakes import MIXED, Fake, items, value

LENGTH = Metric("length", "neither", "characters", 0.0, "len")
MATCH = Metric("match", "higher", "share", 0.02, "==", binary=True)
WHO: dict[str, Any] = {"model": "m", "adapter": None, "dtype": "float32", "bits": 16, "settings": {}}


def score(reference: str, answer: str) -> dict[str, float]:
    return {"match": float(reference == answer), "length": len(answer) if reference == "北京" else math.nan}


def own(frame: pl.DataFrame, *kinds: Any, **parts: Any) -> dict[str, Any]:
    return load_tasks(Harness(), own=own_tasks(frame, kinds, seed=17, **parts))


def test_choices_are_asked_in_each_language_and_pairs_apart() -> None:
    loaded, lm = own(MIXED, "choice"), Fake()
    results = run(lm, loaded, settings=Harness(), seed=17)
    assert list(loaded["tasks"]) == ["own_choice_en", "own_preference_en", "own_choice_zh"]
    # The shortest is what it likes: right for 北京 (of 2, 3, 3 characters) and 4; the chosen answer of the pair.
    assert dict(samples(results)[("own_choice_zh", "acc")]) == {"z1": 1.0, "z2": 0.0, "z3": 0.0}
    assert dict(samples(results)[("own_choice_en", "acc")]) == {"e1": 1.0, "e2": 0.0}
    assert dict(samples(results)[("own_preference_en", "acc")]) == {"p1": 1.0}
    assert ("<user>中国的首都是哪里？<assistant>", "北京") in lm.asked  # no space before a Chinese answer
    assert ("<user>[1] {{二加二}}<assistant>", "[四]") in lm.asked  # data is never a template
    assert results["truncated"] == 0
    run(lm, loaded, settings=Harness(), seed=17, chat_template=False)
    assert ("中国的首都是哪里？\n", "北京") in lm.asked


def test_the_whole_conversation_is_the_prompt() -> None:
    turns = [{"role": role, "content": text} for role, text in (("system", "简短"), ("user", "你好"))]
    turns += [{"role": "assistant", "content": "你好！"}, {"role": "user", "content": "再见"}]
    frame = pl.DataFrame({"id": ["a"], "prompt": [turns], "reference": ["再见！"], "language": ["zh"]})
    lm = Fake()
    run(lm, own(frame, "likelihood"), settings=Harness(), seed=17)
    assert lm.asked == [("<system>简短<user>你好<assistant>你好！<user>再见<assistant>", "再见！")]
    run(lm, own(frame, "likelihood"), settings=Harness(), seed=17, chat_template=False)
    assert lm.asked[1] == ("简短\n你好\n你好！\n再见\n", "再见！")


def test_answers_are_scored_by_our_metrics() -> None:
    lm = Fake(answer="北京\ufffd")
    loaded = own(MIXED, "generate", score=score, metrics=[MATCH, LENGTH], max_tokens=9)
    results = run(lm, loaded, settings=Harness(), seed=17)
    assert value(results, "own_generate_zh", "match") == pytest.approx(1 / 3)
    assert dict(samples(results)[("own_generate_zh", "match")]) == {"z1": 1.0, "z2": 0.0, "z3": 0.0}
    assert samples(results)[("own_generate_zh", "length")] == [("z1", 2.0)]  # the others can't be scored
    assert lm.asked[0][1] == {"until": [], "max_gen_toks": 9, "do_sample": False}
    told = {(row["task"], row["metric"]): row for row in rows(results, results)}
    assert (told["own_generate_zh", "length"]["n"], told["own_generate_zh", "match"]["n"]) == (1, 3)
    assert told["own_generate_zh", "length"]["higher_is_better"] is None
    # mean_stderr of 1, 0, 0: s = sqrt(1/3), over sqrt(3)
    assert told["own_generate_zh", "match"]["base_stderr"] == pytest.approx(1 / 3)


def test_likelihood_in_bits_per_byte_with_its_stderr() -> None:
    loaded = own(MIXED, "likelihood")
    base, tuned = (run(Fake(cost), loaded, settings=Harness(), seed=17) for cost in (math.log(2), 2 * math.log(2)))
    told = {(row["task"], row["metric"]): row for row in rows(base, tuned)}
    row = told["own_likelihood_zh", "bits_per_byte"]
    # 北京 6 bytes 2 bits, 巴黎市 9 and 3, [四] 5 and 3: 8 bits in 20 bytes
    assert (row["base"], row["tuned"], row["n"]) == (pytest.approx(0.4), pytest.approx(0.8), 3)
    # residuals 2 - 2.4, 3 - 3.6, 3 - 2: sqrt(1.52 / 2 * 3) / 20
    assert row["base_stderr"] == pytest.approx(math.sqrt(2.28) / 20)
    assert row["higher_is_better"] is False
    assert dict(samples(base)[("own_likelihood_zh", "bits_per_byte")])["z3"] == pytest.approx(3 / 5)
    assert told["own_likelihood_zh", "logprob"]["base"] == pytest.approx(-8 / 3 * math.log(2))


@pytest.mark.parametrize(
    ("frame", "kind", "message"),
    [
        (items(), "choice", "two different references"),
        (items(("a", "?", "好", "zh", None)), "choice", "two different references"),
        (items(("a", "?", "好", "zh", "好")), "choice", "two different references"),
        (items(("a", "?", " ", "zh", None)), "likelihood", "an item with a reference"),
        (MIXED, "generate", "needs metrics"),
    ],
)
def test_own_tasks_refuse(frame: pl.DataFrame, kind: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        own(frame, kind)


def test_nothing_reaches_the_terminal(capfd: Any) -> None:
    run(Fake(), own(MIXED, "choice", "likelihood"), settings=Harness(), seed=17)
    assert capfd.readouterr() == ("", "")


def test_a_text_too_long_is_told() -> None:
    lm = Fake()
    lm.loglikelihood = lambda requests: (_ for _ in ()).throw(AssertionError())  # as HFLM does
    with pytest.raises(UserError, match="more tokens than the model takes \\(64\\)"):
        run(lm, own(MIXED, "choice"), settings=Harness(), seed=17)


def test_a_cache_is_never_shared_and_is_let_go(tmp_path: Path) -> None:
    loaded, base, tuned = own(MIXED, "likelihood"), Fake(1.0), Fake(2.0)
    parts: dict[str, Any] = {"settings": Harness(), "seed": 17, "cache": tmp_path}
    first = run(base, loaded, identity=WHO, **parts)
    again = run(base, loaded, identity=WHO, **parts)
    assert len(base.asked) == 6  # the second time, nothing
    other = run(tuned, loaded, identity=WHO | {"adapter": "a"}, **parts)
    values = [value(results, "own_likelihood_en", "logprob") for results in (first, again, other)]
    assert values == [values[0], values[0], 2 * values[0]]
    # What the identity guards against: under the base's name the tuned model gets the base's numbers.
    assert value(run(tuned, loaded, identity=WHO, **parts), "own_likelihood_en", "logprob") == values[0]
    assert base.cache_hook.dbdict is None
    with pytest.raises(RuntimeFault, match="identity"):
        run(base, loaded, settings=Harness(), seed=17, cache=tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r["samples"]["own_likelihood_zh"][0].update(doc_hash="x"), "zh: data differ on 1 of 3"),
        (lambda r: r["samples"]["own_likelihood_zh"][0].update(prompt_hash="x"), "prompts differ on 1 of 3"),
        (lambda r: r["samples"]["own_likelihood_zh"][0].update(target_hash="x"), "answers expected differ on 1 of 3"),
        (lambda r: r["samples"]["own_likelihood_zh"].pop(), "the items differ"),
        (lambda r: r["samples"].pop("own_likelihood_zh"), "the tasks differ"),
        (lambda r: r["configs"]["own_likelihood_zh"].update(generation_kwargs={}), "generation settings differ"),
    ],
)
def test_models_that_were_asked_something_else_are_not_compared(change: Any, message: str) -> None:
    base, tuned = (run(Fake(), own(MIXED, "likelihood"), settings=Harness(), seed=17) for _ in range(2))
    assert len(rows(base, tuned)) == 4
    change(tuned)
    with pytest.raises(UserError, match=message):
        rows(base, tuned)
