"""What the commands of `gristmill label` print."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from dataprep.phrases import phrase
from dataprep.reasons import reason_sentence
from gristmill.terminal import columns, out, print_json, shown

if TYPE_CHECKING:
    from dataprep.annotate.agreement import Agreement
    from dataprep.annotate.outgoing import Outgoing
    from dataprep.annotate.push import Pushed
    from dataprep.annotate.reading import Reading


def pushed(done: "Pushed", outgoing: "Outgoing", url: str, lang: str, *, json: bool) -> None:
    """Print what a push did."""
    project = done.project
    if json:
        numbers = {"created": done.created, "present": done.present, "predictions": done.predictions}
        left_out = dict(outgoing.batch.left_out)
        print_json({"project": project.id, "title": project.title, "new": done.made, **numbers, "left_out": left_out})
        return
    told = phrase("label_pushed", lang).format(
        title=project.title, created=done.created, present=done.present, predictions=done.predictions
    )
    out.print(escape(told), highlight=False, soft_wrap=True)
    _left_out(outgoing, lang)
    out.print(f"{url}/projects/{project.id}", highlight=False)
    out.print(phrase("next_label", lang).format(title=project.title), highlight=False, soft_wrap=True)


def written(paths: Sequence[Path], outgoing: "Outgoing", lang: str) -> None:
    """Print what was written to files."""
    names = ", ".join(shown(path) for path in paths)
    told = phrase("label_written", lang).format(tasks=len(outgoing.batch.tasks), paths=names)
    out.print(told, highlight=False, soft_wrap=True)
    _left_out(outgoing, lang)


def _left_out(outgoing: "Outgoing", lang: str) -> None:
    reasons = list(outgoing.batch.left_out.values())
    for reason in dict.fromkeys(reasons):
        out.print(f"{reasons.count(reason):,} {reason}: {reason_sentence(reason, lang)}", highlight=False)


def came_back(path: Path, reading: "Reading", lang: str, *, json: bool) -> None:
    """Print what came back."""
    answers, rejects = reading.answers, reading.rejects
    counted = rejects.group_by("reason", maintain_order=True).len().sort("len", "reason", descending=[True, False])
    numbers = {
        "answers": answers.height,
        "records": answers["record"].n_unique(),
        "annotators": answers["annotator"].n_unique(),
    }
    if json:
        print_json({"path": str(path), **numbers, "rejects": dict(counted.iter_rows())})
        return
    told = phrase("label_back", lang).format(**numbers, path=shown(path))
    out.print(told, highlight=False, soft_wrap=True)
    for reason, count in counted.iter_rows():
        out.print(f"{count:,} {reason}: {reason_sentence(reason, lang)}", highlight=False, soft_wrap=True)
    out.print(escape(phrase("next_agreement", lang)), highlight=False, soft_wrap=True)


def agreement(found: "Agreement", page: Path, lang: str, *, json: bool) -> None:
    """Print how far people agree."""
    told = found.to_dict()
    if json:
        print_json(told)
        return
    heads = [("question", False), ("alpha", True), ("interval", True), ("kappa", True), ("percent", True)]
    heads += [("records", True), ("annotators", True)]
    table = columns(*[(phrase(f"label_{name}", lang), right) for name, right in heads])
    for question in told["questions"]:
        alpha = question["alpha"]
        table.add_row(
            escape(question["name"]),
            _number(alpha["value"], lang),
            f"[{alpha['low']:.2f}, {alpha['high']:.2f}]" if alpha["low"] is not None else "",
            _number((question["fleiss"] or question["cohen"])["value"], lang),
            _number(question["percent"]["value"], lang),
            f"{alpha['pairable']:,}",
            f"{alpha['raters']:,}",
        )
    out.print(table)
    out.print(phrase("label_page", lang).format(page=shown(page)), highlight=False, soft_wrap=True)


def _number(value: float | None, lang: str) -> str:
    return phrase("label_undefined", lang) if value is None else f"{value:.3f}"
