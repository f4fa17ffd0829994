"""Loss curves: each finding with a curve that has it and one that just hasn't, in both languages."""

import math

import pytest

from train.diagnose import _EN, _ZH, Curve, Finding, Points, curve_of, diagnose

NAN, INF = math.nan, math.inf


def every(step: int, *values: float, start: int = 0) -> Points:
    return tuple((start + step * number, value) for number, value in enumerate(values))


# Four real runs of a cut-down 135M model: 6 rows at 3e-3, 60 rows for 16 steps, 60 rows at 1e-6, 60 rows at 3e-2.
SIX_ROWS = Curve(
    train=every(2, 35.971, 7.597, 3.823, 1.869, 1.434, 1.282, 1.031, 0.742, 0.621, 0.448, 0.415, 0.307, 0.31, 0.223,
                0.238, 0.179, start=2),
    dev=every(4, 16.868, 4.717, 2.204, 1.794, 1.496, 1.421, 1.535, 1.657, 1.719),
    grad_norm=every(2, 342.74, 60.05, 14.03, 5.78, 5.1, 6.68, 7.82, 3.65, start=2),
)  # fmt: skip
TOO_SHORT = Curve(
    train=every(2, 16.157, 13.023, 11.135, 9.032, 7.445, 6.106, 4.939, 3.935, start=2),
    dev=every(4, 16.868, 11.527, 7.911, 5.298, 3.282),
    grad_norm=every(2, 5.22, 4.36, 12.75, 3.77, 4.03, 3.77, 3.15, 3.3, start=2),
)
TINY_RATE = Curve(
    train=every(2, 16.699, 16.763, 16.906, 17.012, 16.721, 16.829, start=2),
    dev=every(4, 16.868, 16.866, 16.863, 16.861),
    grad_norm=every(2, 4.33, 4.37, 4.62, 4.36, 4.63, 4.54, start=2),
)
HUGE_RATE = Curve(
    train=every(2, 67.865, 18.574, 14.091, 15.632, 18.048, 11.636, start=2),
    dev=every(4, 16.868, 12.847, 19.172, 13.941),
    grad_norm=every(2, 503.24, 35.2, 26.6, 20.11, 16.1, 9.64, start=2),
)

GOOD = every(2, 2.0, 1.5, 1.2, 1.0, 0.9, start=2)
DEV = every(5, 2.1, 1.3, 1.29)


def sft(train: Points = GOOD, dev: Points = DEV, grad_norm: Points = ()) -> Curve:
    return Curve(train=train, dev=dev, grad_norm=grad_norm)


def preference(method: str, first: float = 0.6931, *, at: int = 0, last: float = 0.4) -> Curve:
    dev = every(5, first, last + 0.01, last, start=at)
    return Curve(train=every(2, 0.65, 0.5, 0.3, 0.1, start=2), dev=dev, method=method)


CASES: list[tuple[str, Curve, list[str]]] = [
    ("6 rows", SIX_ROWS, ["unstable", "spike", "overfit", "memorised"]),
    ("too short", TOO_SHORT, ["underfit"]),
    ("tiny rate", TINY_RATE, ["flat"]),
    ("huge rate", HUGE_RATE, ["unstable", "spike", "overfit"]),
    ("no log at all", Curve((), ()), ["no_log", "no_dev"]),
    ("one log", sft(train=((10, 1.0),)), ["no_log"]),
    ("good", sft(), ["ok"]),
    ("a low loss is fine", sft(every(2, 0.8, 0.3, 0.05, 0.006, start=2), every(5, 0.82, 0.01, 0.004)), ["underfit"]),
    ("NaN loss", sft(train=((2, 2.0), (4, NAN))), ["diverged"]),
    ("inf dev loss", sft(dev=((0, 2.0), (5, INF))), ["diverged"]),
    ("NaN hidden as 0", sft(train=every(2, 0.0, 0.0, start=2), grad_norm=every(2, NAN, NAN, start=2)), ["diverged"]),
    ("fp16 skips a step", sft(grad_norm=((2, INF), (4, 1.0))), ["ok"]),
    ("all masked", sft(train=every(2, 0.0, 1e-6, start=2)), ["all_masked"]),
    ("nearly 0", sft(train=every(2, 2e-6, 1.5e-6, start=2), dev=every(5, 2e-6, 2e-6)), ["ok"]),
    ("0 at the end", sft(train=every(1, *[2.0] * 4, 0.0, start=1)), ["memorised"]),
    ("frozen", sft(every(2, 2.0, 2.0, start=2), every(5, 2.0, 2.0), every(2, 0.0, 0.0, start=2)), ["frozen"]),
    ("one gradient of 0", sft(grad_norm=((2, 0.0), (4, 0.5))), ["ok"]),
    ("gradient norm of 100", sft(grad_norm=((2, 100.0), (4, 1.0))), ["ok"]),
    ("gradient norm of 101", sft(grad_norm=((2, 1.0), (4, 101.0))), ["unstable"]),
    ("1.5 times the start", sft(train=every(2, 2.0, 3.15, 1.0, start=2)), ["ok"]),
    ("1.6 times the start", sft(train=every(2, 2.0, 3.36, 1.0, start=2)), ["spike"]),
    ("a spike is not flat too", sft(train=every(2, 2.0, 9.0, 9.0, start=2)), ["spike"]),
    ("95% of the start", sft(train=every(2, 2.0, 2.0, 1.99, start=2), dev=every(5, 2.1, 1.9, 1.9)), ["ok"]),
    ("96% of the start", sft(train=every(2, 2.0, 2.0, 2.02, start=2), dev=every(5, 2.1, 1.9, 1.9)), ["flat"]),
    ("flat, start unknown", sft(every(2, 1.0, 1.0, 0.96, start=2), ((4, 1.0), (6, 1.0))), ["flat"]),
    ("dev 2% up", sft(dev=every(5, 2.1, 1.0, 1.02)), ["ok"]),
    ("dev 3% up", sft(dev=every(5, 2.1, 1.0, 1.03)), ["overfit"]),
    ("dev back at its best", sft(dev=every(5, 2.1, 1.0, 1.5, 1.0)), ["ok"]),
    ("dev twice the train loss", sft(dev=every(5, 2.1, 1.8, 1.8)), ["ok"]),
    ("dev over twice", sft(dev=every(5, 2.1, 1.81, 1.81)), ["memorised"]),
    ("twice, but 0.2 apart", sft(every(2, 0.5, 0.1, start=2), every(5, 0.6, 0.3, 0.3)), ["ok"]),
    ("dev 2% down at the end", sft(dev=every(5, 2.1, 1.019, 1.0)), ["ok"]),
    ("dev 3% down at the end", sft(dev=every(5, 2.1, 1.03, 1.0)), ["underfit"]),
    ("one dev loss", sft(dev=((0, 2.1),)), ["no_dev"]),
    ("DPO", preference("dpo"), ["underfit"]),
    ("DPO within bf16's error", preference("dpo", 0.70), ["underfit"]),
    ("DPO, wrong reference", preference("dpo", 0.60), ["wrong_reference", "underfit"]),
    ("DPO, first dev loss later", preference("dpo", 0.60, at=5), ["underfit"]),
    (
        "DPO, wrong by its first step",
        Curve(((1, 0.9), (2, 0.4)), ((5, 0.3), (9, 0.3)), method="dpo"),
        ["wrong_reference"],
    ),
    ("KTO starts elsewhere", preference("kto", 0.5), ["underfit"]),
    ("ORPO starts elsewhere", preference("orpo", 3.81, last=3.0), ["ok"]),
    ("flat DPO", Curve(every(2, 0.693, 0.69, start=2), every(5, 0.6931, 0.692, 0.69), method="dpo"), ["flat"]),
    ("only negative losses", Curve(every(2, -0.2, -0.9, start=2), every(5, 0.69, -1.0, -1.0), method="dpo"), ["ok"]),
    ("negative DPO loss", Curve(every(2, 0.6, -0.9, start=2), every(5, 0.69, -1.0, -0.99), method="dpo"), ["ok"]),
]


@pytest.mark.parametrize(("curve", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_findings(curve: Curve, expected: list[str]) -> None:
    assert [finding.code for finding in diagnose(curve)] == expected


def test_every_finding_has_a_case_and_both_sentences() -> None:
    assert {code for _, _, codes in CASES for code in codes} == set(_EN) == set(_ZH)


FINDINGS = {finding.code: finding for _, curve, _ in CASES for finding in diagnose(curve)}


@pytest.mark.parametrize("finding", FINDINGS.values(), ids=FINDINGS)
def test_sentences_in_both_languages(finding: Finding) -> None:
    english, chinese = finding.sentence("en"), finding.sentence("zh")
    assert english.isascii()
    assert sum("\u4e00" <= letter <= "\u9fff" for letter in chinese) > 8
    for sentence in (english, chinese):
        assert "{" not in sentence
        steps = [value for name, value in finding.numbers.items() if name.endswith("step")]
        assert all(str(step) in sentence for step in steps)
        assert any(letter.isdigit() for letter in sentence)
    assert ("Try:" in english) == ("建议：" in chinese) == (finding.severity != "ok")
    for knob, _ in finding.knob:
        assert knob in english


def test_the_numbers_of_overfitting() -> None:
    by_code = {finding.code: finding for finding in diagnose(SIX_ROWS)}
    assert by_code["overfit"].numbers == {"best_step": 20, "best": 1.421, "last": 1.719}
    assert by_code["overfit"].sentence() == (
        "Overfit after step 20, take the model of then: dev loss rose from 1.42 to 1.72. "
        "Try: lower epochs, lower rank, raise train rows."
    )
    assert by_code["overfit"].sentence("zh") == (
        "第 20 步后开始过拟合，请改用该步的模型：开发集损失从 1.42 升到 1.72。"
        "建议：调低 epochs，调低 rank，增大训练数据量。"
    )
    assert by_code["memorised"].numbers["train"] == pytest.approx((0.223 + 0.238 + 0.179) / 3)
    assert by_code["memorised"].numbers["ratio"] == pytest.approx(8.06, abs=0.01)


@pytest.mark.parametrize(
    ("code", "severity"),
    [("diverged", "failure"), ("all_masked", "failure"), ("frozen", "failure"), ("no_dev", "note"), ("ok", "ok")],
)
def test_severities(code: str, severity: str) -> None:
    assert FINDINGS[code].severity == severity


def test_the_log_of_a_trainer_is_read() -> None:
    log = [
        {"eval_loss": 2.5, "eval_runtime": 1.0, "step": 0},
        {"loss": 2.0, "grad_norm": 1.5, "learning_rate": 1e-4, "step": 10},
        {"loss": 1.0, "grad_norm": None, "step": 20},
        {"eval_loss": 1.25, "step": 20},
        {"train_loss": 1.5, "train_runtime": 9.0, "step": 20},
    ]
    expected = Curve(((10, 2.0), (20, 1.0)), ((0, 2.5), (20, 1.25)), ((10, 1.5),), "orpo")
    assert curve_of(log, method="orpo") == expected
    assert curve_of([], method="sft") == Curve((), ())
