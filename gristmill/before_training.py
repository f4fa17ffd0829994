"""What is printed before training: learned text, lengths, losses, settings, and whether it fits."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.text import Text

from dataprep.ledger import visible
from dataprep.reasons import reason_sentence
from gristmill.terminal import columns, first_process, out, print_json
from gristmill.words import CHANGES, PARTS, duration, size, word

if TYPE_CHECKING:
    from train.prepare import Prepared, Ready
    from train.preview import Piece, Sizes

BLOCKS = " ▁▂▃▄▅▆▇█"


def preview(ready: "Prepared", lang: str, *, json: bool, rows: int) -> None:
    """Show what would be learned, how long rows are, what is lost, which settings were chosen, and the plan."""
    from train.preview import examples, measure

    if not first_process():
        return
    looks = [
        {name: measure(split, ready.base) for name, split in (("train", stage.train), ("dev", stage.dev)) if split}
        for stage in ready.stages
    ]
    if json:
        told = [_as_json(stage, look) for stage, look in zip(ready.stages, looks, strict=True)]
        print_json({"base": ready.recipe.base, "template": ready.base.template or "the base's own", "stages": told})
        return
    _base(ready, lang)
    for number, (stage, look) in enumerate(zip(ready.stages, looks, strict=True), start=1):
        names = {"method": stage.stage.method, "tuning": stage.stage.tuning}
        out.print(f"\n[bold]{word('stage', lang, number=number, count=len(ready.stages), **names)}[/bold]")
        _examples(examples(stage.train.tokens, ready.base.tokenizer, rows), lang)
        _sizes(look, lang)
        _losses(stage, look, lang)
        _settings(stage, lang)
        _memory(ready, stage, lang)


def _as_json(stage: "Ready", look: Mapping[str, "Sizes"]) -> dict[str, Any]:
    assert stage.estimate is not None
    return {
        "settings": stage.stage.model_dump(mode="json"),
        "reasons": {knob: reason[0] for knob, reason in stage.reasons.items()},
        "splits": {name: dataclasses.asdict(sizes) for name, sizes in look.items()},
        "steps": stage.steps,
        "memory": {**stage.estimate.parts, "low": stage.estimate.low, "high": stage.estimate.high},
        "seconds": stage.seconds,
    }


def _base(ready: "Prepared", lang: str) -> None:
    base, device = ready.base, ready.device
    stop = repr(base.talk.stop) if base.talk.template and base.talk.stop else ""
    ends = word("ends", lang, stop=stop) if stop else word("no_stop", lang)
    lines = [
        ("base", f"{ready.recipe.base}, {base.shape.parameters / 1e6:,.0f} M"),
        ("device", "; ".join((device.name, *device.notes))),
        ("template", f"{base.template or word('own', lang)}; {ends}"),
        *(("note", note) for note in base.notes),
    ]
    for name, told in lines:
        out.print(f"[bold]{word(name, lang)}[/bold]  {escape(told)}", highlight=False, soft_wrap=True)


def _examples(found: Sequence[Sequence["Piece"]], lang: str) -> None:
    """Rows with their learned text in colour, or between brackets where there is no colour."""
    colour = out.color_system is not None and out.is_terminal
    out.print(word("learned_colour" if colour else "learned", lang), style="dim")
    for pieces in found:
        text = Text()
        for piece in pieces:
            told = "\n".join(visible(line) for line in piece.text.split("\n"))
            if piece.weight and not colour:
                told = f"⟦{told}⟧"
            text.append(told, style=("bold green" if piece.weight == 1 else "yellow") if piece.weight else "dim")
        out.print(Text("│ ") + Text("\n│ ").join(text.split("\n")), soft_wrap=True)
        out.print()


def _sizes(look: Mapping[str, "Sizes"], lang: str) -> None:
    heads = [
        ("split", False),
        ("rows", True),
        ("tokens", True),
        ("trained", True),
        ("lengths", False),
        ("histogram", False),
    ]
    table = columns(*[(word(name, lang), number) for name, number in heads])
    for name, sizes in look.items():
        most = max(sizes.bins) or 1
        bars = "".join(BLOCKS[-(-8 * count // most)] for count in sizes.bins)
        spots = " / ".join(f"{length:,}" for length in sizes.quantiles)
        table.add_row(name, f"{sizes.rows:,}", f"{sizes.tokens:,}", f"{sizes.trained:,}", spots, bars)
    out.print(table)
    out.print()


def _losses(stage: "Ready", look: Mapping[str, "Sizes"], lang: str) -> None:
    """What is cut, dropped, hidden or never stopped: each a line, and none when there is nothing to tell."""
    for name, sizes in look.items():
        if sizes.over:
            values = {"rows": sizes.over, "limit": stage.stage.max_length, "policy": stage.stage.over_length}
            told = word("over", lang, split=name, share=sizes.lost, **values)
            out.print(told, style="yellow" if sizes.lost else "", highlight=False, soft_wrap=True)
        for reason, rows in sizes.reasons.items():
            sentence = reason_sentence(reason, lang)
            told = word("reason", lang, split=name, rows=rows, reason=reason, sentence=sentence)
            out.print(escape(told), highlight=False, soft_wrap=True)
        if sizes.hidden:
            out.print(word("hidden", lang, turns=sizes.hidden), style="yellow", highlight=False)
    share = look["train"].stopped
    key, style = ("stopped", "") if share > 0.99 else ("unstopped", "yellow")
    out.print(word(key, lang, share=share), style=style, highlight=False)
    if stage.replayed:
        out.print(word("replayed", lang, rows=stage.replayed), highlight=False)
    out.print()


def _settings(stage: "Ready", lang: str) -> None:
    table = columns(*[(word(name, lang), False) for name in ("setting", "value", "why")])
    given = stage.stage.model_fields_set - set(stage.reasons)
    for knob, value in stage.stage.model_dump(mode="json", exclude={"then"}).items():
        if knob in stage.reasons:
            table.add_row(knob, escape(str(value)), stage.reasons[knob][lang == "zh"])
        elif knob in given:
            table.add_row(knob, escape(str(value)), f"[dim]{word('given', lang)}[/dim]")
    out.print(table)
    out.print()


def _memory(ready: "Prepared", stage: "Ready", lang: str) -> bool:
    """The plan in one line.

    Returns:
        Whether it can fit.
    """
    estimate, device = stage.estimate, ready.device
    assert estimate is not None
    fast, slow = (duration(seconds, lang) for seconds in stage.seconds)
    sizes = {"low": size(estimate.low), "high": size(estimate.high), "there": size(device.memory)}
    told = word("memory", lang, device=device.name, fast=fast, slow=slow, steps=stage.steps, **sizes)
    fits = estimate.low <= device.memory
    key = "fits" if estimate.high <= device.memory else "tight" if fits else "misfits"
    style = {"fits": "green", "tight": "yellow", "misfits": "red"}[key]
    out.print(f"{escape(told)}  [{style}]{word(key, lang)}[/{style}]", highlight=False, soft_wrap=True)
    return fits


def plan(ready: "Prepared", lang: str, *, json: bool) -> bool:
    """Print the plan of every stage, part by part, and what to change first.

    Returns:
        Whether everything can fit.
    """
    from train.plan import relief

    fits = all(stage.estimate and stage.estimate.low <= ready.device.memory for stage in ready.stages)
    if json:
        told = [_as_json(stage, {}) for stage in ready.stages]
        print_json({"device": dataclasses.asdict(ready.device), "fits": fits, "stages": told})
        return fits
    _base(ready, lang)
    for number, stage in enumerate(ready.stages, start=1):
        assert stage.estimate is not None
        assert stage.load is not None
        names = {"method": stage.stage.method, "tuning": stage.stage.tuning}
        title = word("stage", lang, number=number, count=len(ready.stages), **names)
        out.print(f"\n[bold]{title}[/bold]")
        table = columns((word("part", lang), False), ("", True))
        for part, count in stage.estimate.parts.items():
            table.add_row(PARTS[part][lang == "zh"], size(count))
        out.print(table)
        _memory(ready, stage, lang)
        if stage.estimate.high > ready.device.memory:
            advice = columns((word("change", lang), False), (word("then", lang), True))
            for code, load, estimate in relief(ready.base.shape, stage.load, ready.device.memory):
                advice.add_row(
                    CHANGES[code][lang == "zh"].format(load=load), f"{size(estimate.low)}–{size(estimate.high)}"
                )
            out.print(advice)
    return fits
