"""Every metric that a recipe may name: a number or a reason for each sample, and a name for people."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from evalsuite.config import DEFAULT_METRICS, Metrics
from evalsuite.metrics.catalogue import METRICS, Options, families
from evalsuite.metrics.judge import judge
from evalsuite.metrics.likelihood import METRICS as LIKELIHOODS
from evalsuite.metrics.likelihood import columns
from evalsuite.metrics.metric import Column, Family, Metric, Sample
from evalsuite.metrics.nli import nli
from evalsuite.panels.sides import RANKED
from evalsuite.policy import HEADLINES
from evalsuite.recall_of_training import VERBATIM
from evalsuite.report.figures import DIGITS
from evalsuite.report.names import GROUNDING, LIKELIHOOD, NAMES, STOPPING
from evalsuite.score import DOUBT, SELFCHECK
from evalsuite.sweep import SHOWN
from schemas.endpoint import Endpoint
from schemas.errors import UserError

SAMPLES = {
    "empty": Sample("1", "q?", "", "right", "", "en"),
    "whitespace": Sample("2", "q?", "", "right", " \n\t", "en", "length", 3),
    "no reference": Sample("3", "q?", "", None, "hello there", "en"),
    "empty reference": Sample("4", "q?", "", "  ", "hello", "und"),
    "punctuation": Sample("5", "", "", "。。", "……", "zh"),
    "chinese": Sample("6", "水箱多大？", "水箱 1.8 升。", "1.8 升", "水箱有两升。", "zh", "eos", 6),
    "failed": Sample("7", "q?", "", "right", "", "en", "error"),
    "half a character": Sample("8", "q?", "", "a\ud800", "a\ud800", "en"),
    "control": Sample("9", "q?", "ctx", "a\x00b", "\x1b[0m a", "en"),
    "equal": Sample("10", "What is 1+1?", "", "It is two.", "It is two.", "en", "eos", 4),
}
EVERY: dict[str, Family] = {name: make(Options()) for name, make in METRICS.items()}


def existing() -> Iterator[Metric]:
    """Every metric that a report may meet, but those of a user's own."""
    for family in EVERY.values():
        yield from family.metrics
    yield from (*LIKELIHOODS, VERBATIM, SELFCHECK, DOUBT)
    yield from nli(Path("model")).metrics
    yield from judge(Endpoint(base_url="http://127.0.0.1:1/v1", model="m")).metrics


KNOWN = {metric.name: metric for metric in existing()}


def whole(found: Column, count: int) -> bool:
    """Whether there is a number or a reason, never both, for each of so many samples."""
    missing = set(np.flatnonzero(np.isnan(found.values)).tolist())
    return found.values.shape == (count,) and missing == set(found.reasons) and all(found.reasons.values())


def test_a_recipe_may_name_what_there_is() -> None:
    assert set(get_args(Metrics)) == {*METRICS, "likelihood"}
    assert set(DEFAULT_METRICS) == set(get_args(Metrics))
    assert len(set(DEFAULT_METRICS)) == len(DEFAULT_METRICS)


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("chosen", [[], *([key] for key in SAMPLES), list(SAMPLES)], ids=str)
def test_a_number_or_a_reason_for_each_sample(name: str, chosen: list[str]) -> None:
    family = EVERY[name]
    found = family.score([SAMPLES[key] for key in chosen])
    assert list(found) == [metric.name for metric in family.metrics]
    for told in found.values():
        assert whole(told, len(chosen))
        assert set(told.found) <= set(range(len(chosen)))
    for metric in family.metrics:
        known = found[metric.name].values[~np.isnan(found[metric.name].values)]
        if metric.binary:
            assert set(known.tolist()) <= {0.0, 1.0}
        if metric.unit in ("share", "points"):
            assert ((known >= 0) & (known <= (1 if metric.unit == "share" else 100 + 1e-9))).all()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_likelihoods_too(count: int) -> None:
    found = columns(["too_long"] * count, ["zh"] * count)
    assert list(found) == [metric.name for metric in LIKELIHOODS]
    assert all(whole(told, count) for told in found.values())


def test_scores_of_a_sample_dont_depend_on_the_others() -> None:
    for family in EVERY.values():
        together = family.score(list(SAMPLES.values()))
        for place, sample in enumerate(SAMPLES.values()):
            for name, told in family.score([sample]).items():
                np.testing.assert_equal(told.values[0], together[name].values[place])


def test_no_two_metrics_share_a_name() -> None:
    names = [metric.name for metric in existing()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[A-Za-z]\w*", name) for name in names), "eval.policy.primary takes no @, / or space"


def test_a_recipe_gets_what_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evalsuite.metrics.catalogue.local_metric", lambda path: (path.stem, EVERY["bleu"]))
    files = (Path("x/exact.py"), Path("y/exact.py"))
    found = families(("likelihood", "exact", "loops"), Options(evaluate=files, nli=Path("model")))
    assert found["exact"].metrics == EVERY["exact"].metrics, "a file of the user's takes no family's place"
    assert list(found) == ["exact", "loops", "evaluate x/exact.py", "evaluate y/exact.py", "nli"]
    assert families((), Options()) == {}


def test_a_file_that_isnt_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no metric at"):
        families(("exact",), Options(evaluate=(tmp_path / "exact.py",)))


@pytest.mark.parametrize("name", KNOWN)
def test_every_metric_has_a_name_in_both_languages(name: str) -> None:
    english, chinese = NAMES[name]
    assert english != name
    assert not re.search(r"[\u4e00-\u9fff]", english)
    terms = {"rouge1", "rouge2", "rougeL", "rougeLsum", "bleu", "chrf", "distinct_1", "distinct_2"}
    assert bool(re.search(r"[\u4e00-\u9fff]", chinese)) == (name not in terms)


def test_no_two_metrics_look_alike() -> None:
    for place in (0, 1):
        told = [NAMES[name][place] for name in KNOWN]
        assert len(told) == len(set(told))


@pytest.mark.parametrize("unit", {metric.unit: None for metric in KNOWN.values()})
def test_every_unit_has_a_name_and_digits(unit: str) -> None:
    assert unit in NAMES
    assert unit in DIGITS


@pytest.mark.parametrize("names", [LIKELIHOOD, STOPPING, GROUNDING, HEADLINES, RANKED, SHOWN], ids=str)
def test_what_is_named_elsewhere_exists(names: tuple[str, ...]) -> None:
    assert set(names) <= set(KNOWN)


def test_every_metric_of_a_panel_is_shown_there() -> None:
    shown: dict[str, tuple[str, ...]] = {"stopping": STOPPING, "loops": STOPPING, "repetition": STOPPING}
    shown |= {"grounding": GROUNDING, "novelty": GROUNDING, "abstention": GROUNDING}
    for family, names in shown.items():
        assert {metric.name for metric in EVERY[family].metrics} <= set(names)
    assert {SELFCHECK.name, "entailed"} <= set(GROUNDING)
