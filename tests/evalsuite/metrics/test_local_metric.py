import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evalsuite.metrics.local_metric import local_metric
from evalsuite.metrics.metric import Sample
from schemas.errors import MissingExtra, UserError

TEXT = 'datasets.Value("string")'
LENGTHS = '{"ratio": len(predictions[0]) / len(references[0]), "longer": len(predictions[0]) > 2, "text": "x"}'


def script(*, references: str = TEXT, result: str = LENGTHS, above: str = "", more: str = "") -> str:
    return f"""
import datasets
import evaluate
from evaluate import Metric
{above}

class Own(evaluate.Metric):
    def _info(self):
        features = {{"predictions": datasets.Value("string"), "references": {references}}}
        return evaluate.MetricInfo(
            description="", citation="", inputs_description="", features=datasets.Features(features)
        )

    def _compute(self, predictions, references{more}):
        return {result}
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def sample(reference: str | None, answer: str) -> Sample:
    return Sample("1", "", "", reference, answer, "zh")


def test_a_file(tmp_path: Path) -> None:
    family = local_metric(write(tmp_path / "lengths.py", script()), better="neither", unit="ratio", margin=0.1)
    samples = [sample(None, "x"), sample("", "x"), sample("南京大桥", "南京"), sample("ab", "abc"), sample("ab", "")]
    told = family.score(samples)
    np.testing.assert_equal(told["lengths.ratio"].values, [np.nan, np.nan, 0.5, 1.5, 0.0])
    np.testing.assert_equal(told["lengths.longer"].values, [np.nan, np.nan, 0.0, 1.0, 0.0])
    assert told["lengths.ratio"].reasons == {0: "no_reference", 1: "metric_failed"}
    assert list(told) == [metric.name for metric in family.metrics] == ["lengths.ratio", "lengths.longer"]
    assert {(metric.better, metric.unit, metric.margin) for metric in family.metrics} == {("neither", "ratio", 0.1)}


@pytest.mark.parametrize("path", ["lengths", "lengths/lengths.py"])
def test_a_folder_with_a_neighbour(path: str, tmp_path: Path) -> None:
    above, result = "from .other import double", '{"twice": double(len(predictions[0]))}'
    write(tmp_path / "lengths" / "lengths.py", script(above=above, result=result))
    write(tmp_path / "lengths" / "other.py", "def double(number):\n    return 2 * number\n")
    told = local_metric(tmp_path / path).score([sample("水", "南京")])
    assert told["lengths.twice"].values.tolist() == [4.0]


def test_lists_of_references(tmp_path: Path) -> None:
    result = '{"among": float(predictions[0] in references[0])}'
    path = write(tmp_path / "among.py", script(references=f"datasets.Sequence({TEXT})", result=result))
    assert local_metric(path).score([sample("水", "水"), sample("水", "火")])["among.among"].values.tolist() == [
        1.0,
        0.0,
    ]


def test_several_schemas_as_the_official_rouge_has_them(tmp_path: Path) -> None:
    several = script(result='{"kind": float(isinstance(references[0], list))}').replace(
        "features=datasets.Features(features)",
        'features=[datasets.Features({**features, "references": kind}) for kind in '
        "(datasets.Sequence(features['references']), features['references'])]",
    )
    told = local_metric(write(tmp_path / "own.py", several)).score([sample("水", "水")])
    assert told["own.kind"].values.tolist() == [1.0]


def test_keys_and_options(tmp_path: Path) -> None:
    path = write(tmp_path / "own.py", script(more=", add", result='{"a": add, "b": 0.0, "c": float("inf")}'))
    family = local_metric(path, keys=["c", "a"], options={"add": 7})
    told = family.score([sample("水", "水")])
    assert list(told) == ["own.c", "own.a"]
    assert told["own.a"].values.tolist() == [7.0]
    assert told["own.c"].reasons == {0: "not_finite"}


def test_signature_tells_code_and_options_apart(tmp_path: Path) -> None:
    first, second = script(more=", add=0"), script(more=", add=1")
    path = write(tmp_path / "own.py", first)
    plain, given = local_metric(path), local_metric(path, options={"add": 2})
    write(path, second)
    signatures = {family.metrics[0].signature for family in (plain, given, local_metric(path))}
    assert len(signatures) == 3
    assert not any(str(tmp_path) in signature for signature in signatures)
    assert all(signature.startswith("evaluate:0.4") for signature in signatures)


def test_a_seeded_metric_repeats_itself(tmp_path: Path) -> None:
    path = write(tmp_path / "draw.py", script(above="import numpy", result='{"drawn": numpy.random.random()}'))
    draws = [local_metric(path, seed=seed).score([sample("a", "a")])["draw.drawn"].values[0] for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2]


@pytest.mark.parametrize("name", ["rouge", "own"])
def test_a_bare_name_is_refused_though_it_lies_in_the_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / name / f"{name}.py", "raise SystemExit('must not run')")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="no path") as found:
        local_metric(name)
    assert f"./{name}/{name}.py" in found.value.hint
    assert ("built in" in found.value.hint) == (name == "rouge")


@pytest.mark.parametrize("path", ["./absent.py", "absent.py", "owner/metric", "./folder", "./notes.txt"])
def test_no_such_file(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    write(tmp_path / "notes.txt", "")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="there is no metric at"):
        local_metric(path)


@pytest.mark.parametrize(
    ("text", "given", "message"),
    [
        ("", {}, "defines no evaluate.Metric"),
        ("from evaluate import Metric", {}, "defines no evaluate.Metric"),
        ("import a_package_that_is_absent", {}, "ModuleNotFoundError"),
        ("def (:", {}, "SyntaxError"),
        (script(references='datasets.Value("int32")'), {}, "doesn't compare a text with a text"),
        (script(result='{"text": "x"}'), {}, "gives no numbers"),
        (script(result="None"), {}, "can't score a pair of texts"),
        (script(), {"keys": ["ratio", "f1"]}, "gives no f1"),
        (script(more=", model"), {}, "can't score a pair of texts: TypeError"),
    ],
)
def test_what_is_no_metric(text: str, given: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = write(tmp_path / "own.py", text)
    with pytest.raises(UserError, match=message) as found:
        local_metric(path, **given)
    assert found.value.hint


def test_without_evaluate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "evaluate", None)
    with pytest.raises(MissingExtra, match="evaluate"):
        local_metric(write(tmp_path / "own.py", script()))
