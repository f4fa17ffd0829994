"""What a loss curve says: what went wrong, with its numbers and the knob to turn, in English and Chinese.

A loss's height depends on the data and the model (a run that ended at 0.004 answered 20 of 20 exactly), so
each rule compares a curve with itself, except where a value is known beforehand (0, NaN, DPO's ln 2).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["ok", "note", "warning", "failure"]
Points = tuple[tuple[int, float], ...]
Knobs = tuple[tuple[str, str], ...]

# Their loss compares answers: a train loss far below the dev loss is their aim, not memory.
PREFERENCE = ("dpo", "kto", "orpo")
LN_2 = math.log(2)  # -log sigmoid(0): DPO's loss while the policy still equals its reference

_CALMER: Knobs = (("learning_rate", "lower"), ("warmup", "raise"))
_LESS: Knobs = (("epochs", "lower"), ("rank", "lower"), ("train rows", "raise"))

_EN = {
    "diverged": "Training diverged: the loss or its gradient is not a finite number at step {step}.",
    "all_masked": "The train loss is 0 from the first log on (at most {highest:.1g}): no token is being learnt.",
    "frozen": "All {logs} logged gradient norms are 0: no weight moves.",
    "wrong_reference": "DPO starts at a loss of {first:.4f}, not at ln 2 = 0.6931: the reference is another model.",
    "unstable": "The gradient norm reached {highest:,.0f} at step {step}; above 100 training is unstable.",
    "spike": "The train loss jumped to {highest:.3g} at step {step}; it started at {start:.3g}.",
    "flat": "The train loss hardly moved: {start:.3g} at the start, {end:.3g} at the end.",
    "overfit": "Overfit after step {best_step}, take the model of then: dev loss rose from {best:.3g} to {last:.3g}.",
    "memorised": "Train rows are learnt by heart: train loss {train:.3g}, dev loss {last:.3g}, {ratio:.1f} times it.",
    "underfit": "The dev loss was still falling at the end ({before:.3g}, then {last:.3g}): there is more to learn.",
    "no_dev": "Dev losses measured: {times}. It takes 2 to see whether the model overfits.",
    "no_log": "Train losses logged: {logs}. It takes 2 to judge a curve.",
    "ok": "Nothing stands out: the train loss went from {start:.3g} to {end:.3g}, the dev loss ends at {last:.3g}.",
}
_ZH = {
    "diverged": "训练发散：第 {step} 步的损失或梯度已不是有限数值。",
    "all_masked": "训练损失从一开始就是 0（最高 {highest:.1g}）：没有任何 token 参与学习。",
    "frozen": "记录到的 {logs} 个梯度范数全为 0：参数没有更新。",
    "wrong_reference": "DPO 的初始损失为 {first:.4f}，而不是 ln 2 = 0.6931：参考模型与起点模型不一致。",
    "unstable": "梯度范数在第 {step} 步达到 {highest:,.0f}；超过 100 即为训练不稳定。",
    "spike": "训练损失在第 {step} 步冲高到 {highest:.3g}，起始值只有 {start:.3g}。",
    "flat": "训练损失几乎没有下降：起始 {start:.3g}，结束 {end:.3g}。",
    "overfit": "第 {best_step} 步后开始过拟合，请改用该步的模型：开发集损失从 {best:.3g} 升到 {last:.3g}。",
    "memorised": "模型在死记训练数据：训练损失 {train:.3g}，开发集损失 {last:.3g}，是前者的 {ratio:.1f} 倍。",
    "underfit": "训练结束时开发集损失仍在下降（{before:.3g} → {last:.3g}）：模型还没学够。",
    "no_dev": "开发集损失只测了 {times} 次；至少测 2 次才能看出是否过拟合。",
    "no_log": "只记录到 {logs} 个训练损失；至少要有 2 个才能判断走势。",
    "ok": "未见异常：训练损失从 {start:.3g} 变为 {end:.3g}，开发集损失最终为 {last:.3g}。",
}
_WORDS = ("lower", "raise", "check", "labels", "chat template", "train rows", "dev rows", "weights", "reference")
_WORDS_ZH = ("调低", "增大", "检查", "标签掩码", "对话模板", "训练数据量", "开发集行数", "可训练参数", "参考模型")
_KNOBS_ZH = dict(zip(_WORDS, _WORDS_ZH, strict=True))  # a setting keeps its own name


@dataclass(frozen=True)
class Curve:
    """A run's log: (step, value) in order. A dev loss at step 0 is the untrained model's."""

    train: Points
    dev: Points
    grad_norm: Points = ()
    method: str = "sft"


@dataclass(frozen=True)
class Finding:
    """One thing that a curve says; `knob` is (knob, "lower" | "raise" | "check"), the best first."""

    code: str
    severity: Severity
    numbers: dict[str, float | int]
    knob: Knobs = ()

    def sentence(self, lang: str = "en") -> str:
        """The finding and what to do, in a language (`en` or `zh`)."""
        said = (_ZH if lang == "zh" else _EN)[self.code].format(**self.numbers)
        if lang != "zh":
            return said + (f" Try: {', '.join(f'{to} {name}' for name, to in self.knob)}." if self.knob else "")
        spaced = (_KNOBS_ZH[to] + _KNOBS_ZH.get(name, f" {name}") for name, to in self.knob)
        return said + (f"建议：{'，'.join(spaced)}。" if self.knob else "")


def curve_of(log_history: Sequence[Mapping[str, Any]], *, method: str) -> Curve:
    """Read `log_history` of transformers' `trainer_state.json`; `method` is sft, cpt, dpo, kto or orpo."""
    loss, dev, norm = (
        tuple((int(line["step"]), float(line[key])) for line in log_history if line.get(key) is not None)
        for key in ("loss", "eval_loss", "grad_norm")
    )
    return Curve(train=loss, dev=dev, grad_norm=norm, method=method)


def diagnose(curve: Curve) -> tuple[Finding, ...]:
    """What a curve says, the gravest first; one finding `ok` when nothing stands out.

    A run that is broken (`diverged`, `all_masked`) says nothing else.
    """
    broken = tuple(_broken(curve))
    if broken:
        return broken
    found = (*_against_itself(curve), *_against_dev(curve))
    if found:
        return found
    start, end = _ends(curve)
    return (Finding("ok", "ok", {"start": start, "end": end, "last": curve.dev[-1][1]}),)


def _ends(curve: Curve) -> tuple[float, float]:
    """The loss before training, or else the mean of the first fifth of the logs; the mean of the last fifth."""
    losses = [loss for _, loss in curve.train]
    fifth = max(1, len(losses) // 5)
    start = curve.dev[0][1] if curve.dev and curve.dev[0][0] == 0 else sum(losses[:fifth]) / fifth
    return start, sum(losses[-fifth:]) / fifth


def _broken(curve: Curve) -> Iterator[Finding]:
    # The trainer's logging_nan_inf_filter logs a NaN loss as 0 or as an average: then only the gradient tells.
    # An inf or NaN gradient that is followed by finite ones is fp16's loss scaling, which skips such steps.
    bad = [step for step, value in (*curve.train, *curve.dev, *curve.grad_norm[-1:]) if not math.isfinite(value)]
    highest = max((abs(loss) for _, loss in curve.train), default=1.0)
    if bad:
        yield Finding("diverged", "failure", {"step": min(bad)}, (*_CALMER, ("dtype", "check")))
    elif highest <= 1e-6:  # fully masked rows train at exactly 0.0, without a warning
        yield Finding("all_masked", "failure", {"highest": highest}, (("labels", "check"), ("max_length", "raise")))


def _against_itself(curve: Curve) -> Iterator[Finding]:
    norms = [(value, step) for step, value in curve.grad_norm if math.isfinite(value)]
    first = next((loss for step, loss in (*curve.dev[:1], *curve.train[:1]) if step <= 1), LN_2)
    if norms and max(norms)[0] == 0:
        yield Finding("frozen", "failure", {"logs": len(norms)}, (("weights", "check"), ("labels", "check")))
    # Before the first update DPO's loss is ln 2 exactly; 0.02 leaves room for bf16 and batch order.
    if curve.method == "dpo" and abs(first - LN_2) > 0.02:
        yield Finding("wrong_reference", "warning", {"first": first}, (("reference", "check"),))
    if norms and max(norms)[0] > 100:  # Axolotl, docs/training_stability.qmd: spikes above 100 indicate instability
        highest, step = max(norms)
        yield Finding("unstable", "warning", {"highest": highest, "step": step}, (*_CALMER, ("max_grad_norm", "lower")))
    if len(curve.train) < 2:
        yield Finding("no_log", "note", {"logs": len(curve.train)}, (("logging_steps", "lower"),))
        return
    start, end = _ends(curve)
    highest, step = max((loss, step) for step, loss in curve.train)
    # 1.5 and 0.95 told deliberately spiking and idle runs from healthy ones.
    if highest > 1.5 * start:
        yield Finding("spike", "warning", {"highest": highest, "step": step, "start": start}, _CALMER)
    elif end > 0.95 * start and not (norms and max(norms)[0] == 0):
        knobs = (("learning_rate", "raise"), ("labels", "check"), ("chat template", "check"))
        yield Finding("flat", "warning", {"start": start, "end": end}, knobs)


def _against_dev(curve: Curve) -> Iterator[Finding]:
    if len(curve.dev) < 2:
        yield Finding("no_dev", "note", {"times": len(curve.dev)}, (("dev rows", "raise"), ("eval_steps", "lower")))
        return
    (_, before), (last_step, last) = curve.dev[-2:]
    best_step, best = min(curve.dev, key=lambda point: point[1])
    if last > best + 0.02 * abs(best) and best_step < last_step:  # some DPO losses are negative
        yield Finding("overfit", "warning", {"best_step": best_step, "best": best, "last": last}, _LESS)
    train = _ends(curve)[1] if curve.train else math.inf
    # Twice the train loss and 0.3 above it: a run on 6 rows had 0.283 and 2.490.
    if curve.method not in PREFERENCE and last > 2 * train and last - train > 0.3:
        ratio = last / train if train > 0 else math.inf
        yield Finding("memorised", "warning", {"train": train, "last": last, "ratio": ratio}, _LESS)
    if best_step == last_step and len(curve.dev) > 2 and before - last > 0.02 * abs(last):
        yield Finding("underfit", "note", {"before": before, "last": last}, (("epochs", "raise"),))
