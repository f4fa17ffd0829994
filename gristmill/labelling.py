"""What the commands of `gristmill label` print."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.markup import escape

from dataprep.phrases import phrase
from dataprep.reasons import reason_sentence
from gristmill.terminal import columns, out, print_json, shown

if TYPE_CHECKING:
    from dataprep.annotate.findings import Agreement
    from dataprep.annotate.incoming import Incoming
    from dataprep.annotate.outgoing import Outgoing
    from dataprep.annotate.push import Pushed

DISPUTED = 100
"""Disputed records that `--json` lists; the page has more of them, with their texts."""


def pushed(done: "Pushed", outgoing: "Outgoing", url: str, run: str, lang: str, *, json: bool) -> None:
    """Print what a push did."""
    project, numbers = done.project, {"created": done.created, "present": done.present, "predictions": done.predictions}
    if json:
        print_json({"project": project.id, "title": project.title, "new": done.made, **numbers, **_chosen(outgoing)})
        return
    _say("label_pushed", lang, title=project.title, **numbers)
    _told(outgoing, lang)
    out.print(escape(f"{url}/projects/{project.id}"), highlight=False)
    _say("next_label", lang, command=f"gristmill label pull {run} --project {shlex.quote(project.title)}")


def written(paths: Sequence[Path], outgoing: "Outgoing", command: str, lang: str, *, json: bool) -> None:
    """Print what was written to files."""
    tasks = outgoing.batch.tasks
    # A sheet has no place for them.
    filled = sum(len(task.get("predictions") or ()) for task in tasks) if paths[0].suffix == ".json" else 0
    numbers = {"tasks": len(tasks), "predictions": filled}
    if json:
        print_json({"paths": [str(path) for path in paths], **numbers, **_chosen(outgoing)})
        return
    _say("label_written", lang, **numbers, paths=", ".join(shown(path) for path in paths))
    _told(outgoing, lang)
    _say("next_written", lang, command=command)


def came_back(back: "Incoming", run: str, lang: str, *, json: bool) -> None:
    """Print what came back."""
    answers, rejects = back.reading.answers, back.reading.rejects
    counted = rejects.group_by("reason", maintain_order=True).len().sort("len", "reason", descending=[True, False])
    numbers = {name: answers[column].n_unique() for name, column in _COUNTED.items()}
    numbers = {"answers": answers.height, **numbers}
    reasons = dict(counted.iter_rows())
    if json:
        told = {"path": str(back.path), **numbers, "strangers": back.strangers, "rejects": reasons}
        print_json({**told, "rejects_path": str(back.rejects) if back.rejects else None})
        return
    _say("label_back", lang, **numbers, path=shown(back.path))
    _reasons(reasons, lang)
    if back.rejects:
        _say("label_rejects", lang, path=shown(back.rejects))
    if answers.is_empty():
        _say("label_none", lang)
        return
    if back.strangers:
        _say("label_strangers", lang, count=back.strangers, run=run)
    files = f"{shown(back.path.parent)}/*.parquet"
    _say("next_agreement", lang, command=f"gristmill label agreement {run}", files=files)


_COUNTED = {"records": "record", "annotators": "annotator"}


def agreement(found: "Agreement", page: Path, run: str, lang: str, *, json: bool) -> None:
    """Print how far people agree."""
    from dataprep.annotate.agreement_words import word

    whole = found.to_dict()
    if json:
        listed = {"disputed": whole["disputed"][:DISPUTED], "disputed_records": len(whole["disputed"])}
        print_json({**whole, **listed, "page": str(page)})
        return
    heads = [("question", False), *((name, True) for name in ("alpha", "interval", "kappa", "percent"))]
    heads += [(name, True) for name in ("records", "compared", "annotators")]
    table = columns(*[(phrase(f"label_{name}", lang), right) for name, right in heads])
    for question in whole["questions"]:
        table.add_row(*map(escape, _line(question)))
    out.print(table)
    for each in found.questions:
        if each.alpha.reason:
            told = word("undefined_for", lang, question=each.name, reason=word(each.alpha.reason, lang))
            out.print(escape(f"alpha: {told}"), highlight=False, soft_wrap=True)
    if found.gold:
        _say("label_gold", lang, gold=found.gold)
    if found.disputed:
        command = f"gristmill label push {run} --project TITLE --disputed"
        _say("label_disputed", lang, count=len(found.disputed), command=command)
    _say("label_page", lang, page=shown(page))


def _line(question: Mapping[str, Any]) -> list[str]:
    """One question, in the figures of the page; kappa is Cohen's where two people answered, else Fleiss'."""
    from dataprep.annotate.agreement_tables import figure
    from dataprep.report.figures import percent

    alpha, cohen = question["alpha"], question["cohen"]
    kappa = cohen if cohen["value"] is not None else question["fleiss"]
    interval = "" if alpha["low"] is None else f"{figure(alpha['low'])} – {figure(alpha['high'])}"
    equal = question["percent"]["value"]
    share = "–" if equal is None else percent(equal, 1)
    counts = [f"{alpha[name]:,}" for name in ("units", "pairable", "raters")]
    return [question["name"], figure(alpha["value"]), interval, figure(kappa["value"]), share, *counts]


def _chosen(outgoing: "Outgoing") -> dict[str, Any]:
    """What JSON says of the choice of rows."""
    left_out = pl.Series(list(outgoing.batch.left_out.values()), dtype=pl.String).value_counts(sort=True)
    return {"round": outgoing.round, "why": outgoing.why, "left_out": dict(left_out.iter_rows())}


def _told(outgoing: "Outgoing", lang: str) -> None:
    """What people read of the choice of rows."""
    told = _chosen(outgoing)
    if told["round"] > 1:
        _say("label_round", lang, number=told["round"])
    if told["why"]:
        _say("label_why", lang, why=", ".join(f"{name} {count:,}" for name, count in told["why"].items()))
    _reasons(told["left_out"], lang)


def _reasons(counts: Mapping[str, int], lang: str) -> None:
    for reason, count in counts.items():
        told = f"{count:,} {reason}: {reason_sentence(reason, lang)}"
        out.print(escape(told), highlight=False, soft_wrap=True)


def _say(key: str, lang: str, **values: object) -> None:
    out.print(escape(phrase(key, lang).format(**values)), highlight=False, soft_wrap=True)
