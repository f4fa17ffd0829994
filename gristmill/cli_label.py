"""The commands of `gristmill label`: rows go out to people, and what they said comes back."""

import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gristmill.options import Json, Lang, Language

if TYPE_CHECKING:
    from dataprep.annotate.outgoing import Outgoing
    from schemas.artifacts import Layout

app = typer.Typer(
    name="label",
    help="Rows go out to people (Label Studio or a spreadsheet) and come back as answers.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Form(StrEnum):
    """What people are asked."""

    review = "review"
    pair = "pair"
    conversation = "conversation"
    tags = "tags"


class Doubt(StrEnum):
    """Why a row is worth a look."""

    low_score = "low_score"
    conflicting = "conflicting"
    near_threshold = "near_threshold"
    worsened = "worsened"


class Suggester(StrEnum):
    """Whose opinion people find filled in."""

    judge = "judge"
    model = "model"


Run = Annotated[str | None, typer.Argument(help="Name of the run; default: the newest.")]
Project = Annotated[str, typer.Option("--project", help="Title or number of the project.")]
Asked = Annotated[Form, typer.Option("--form", help="What people are asked.")]
Config = Annotated[Path | None, typer.Option("--labelling", help="A labelling config (XML) of your own.")]
Where = Annotated[str | None, typer.Option("--where", help="SQL over id, source, kind, split and the signals.")]
Uncertain = Annotated[list[Doubt] | None, typer.Option("--uncertain", help="Only rows with such a doubt; repeatable.")]
Count = Annotated[int | None, typer.Option("--count", min=1, help="So many rows at most.")]
Disputed = Annotated[bool, typer.Option("--disputed", help="Only rows on which people disagree: the next round.")]
Suggest = Annotated[
    Suggester | None,
    typer.Option("--suggest", help="Fill in the judge's grades, or the tuned model's answers; it sways people."),
]
Seed = Annotated[int, typer.Option("--seed", help="Of the draw and of the sides of pairs.")]
Key = Annotated[str, typer.Option("--key", help="Field of the tasks that names the record, in projects of others.")]


def _prepared(
    run: str | None,
    form: Form,
    config: Path | None,
    where: str | None,
    uncertain: list[Doubt] | None,
    count: int | None,
    disputed: bool,
    suggest: Suggester | None,
    seed: int,
    lang: Lang,
) -> "tuple[Layout, Outgoing]":
    from dataprep.annotate.outgoing import Wish, prepare
    from schemas.artifacts import find_run

    layout = find_run(Path.cwd() / "runs", run)
    doubts = tuple(doubt.value for doubt in uncertain or ())
    wish = Wish(form.value, lang.value, config, where, doubts, count, disputed, suggest.value if suggest else "")
    return layout, prepare(layout, wish, seed=seed)


@app.command()
def push(
    project: Project,
    run: Run = None,
    form: Asked = Form.review,
    labelling: Config = None,
    where: Where = None,
    uncertain: Uncertain = None,
    count: Count = None,
    disputed: Disputed = False,
    suggest: Suggest = None,
    people: Annotated[int | None, typer.Option("--people", min=1, help="So many people answer each row.")] = None,
    seed: Seed = 17,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Send rows to a Label Studio project; those that are there already are not sent again."""
    from dataprep.annotate.push import push as send
    from dataprep.annotate.studio import open_studio
    from gristmill import labelling as told

    layout, outgoing = _prepared(run, form, labelling, where, uncertain, count, disputed, suggest, seed, lang)
    with open_studio() as studio:
        pushed = send(studio, project, outgoing.xml, outgoing.batch.tasks, people=people)
        told.pushed(pushed, outgoing, studio.url, layout.root.name, lang, json=as_json)


@app.command("export-tasks")
def export_tasks(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file: .json for Label Studio, .csv to fill in.")],
    run: Run = None,
    form: Asked = Form.review,
    labelling: Config = None,
    where: Where = None,
    uncertain: Uncertain = None,
    count: Count = None,
    disputed: Disputed = False,
    suggest: Suggest = None,
    seed: Seed = 17,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Write tasks to a file, for a server that can't be reached from here or for a spreadsheet."""
    from dataprep.annotate.outgoing import write_tasks
    from gristmill import labelling as told

    layout, outgoing = _prepared(run, form, labelling, where, uncertain, count, disputed, suggest, seed, lang)
    paths, outgoing = write_tasks(outgoing, output)
    asked = f"--labelling {shlex.quote(str(labelling))}" if labelling else f"--form {form.value}"
    who = " --annotator NAME" if output.suffix == ".csv" else ""
    command = f"gristmill label import FILE {layout.root.name} {asked}{who}"
    told.written(paths, outgoing, command, lang, json=as_json)


@app.command()
def pull(
    project: Project,
    run: Run = None,
    key: Key = "record_id",
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Fetch what people said since the last pull; the answers go to `runs/NAME/labels/`."""
    from dataprep.annotate.incoming import pull_answers
    from dataprep.annotate.studio import open_studio
    from gristmill import labelling as told
    from schemas.artifacts import find_run

    layout = find_run(Path.cwd() / "runs", run)
    with open_studio() as studio:
        back = pull_answers(studio, layout, project, key=key)
    told.came_back(back, layout.root.name, lang, json=as_json)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="An export of Label Studio (JSON or JSON-MIN), or a filled-in .csv.")],
    run: Run = None,
    form: Asked = Form.review,
    labelling: Config = None,
    key: Key = "record_id",
    annotator: Annotated[str | None, typer.Option("--annotator", help="Who filled in the .csv.")] = None,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Read answers from a file; they go to `runs/NAME/labels/`."""
    from dataprep.annotate.incoming import import_answers
    from dataprep.annotate.returning import Asked
    from gristmill import labelling as told
    from schemas.artifacts import find_run

    layout = find_run(Path.cwd() / "runs", run)
    back = import_answers(layout, file, Asked(form.value, lang.value, labelling, key), annotator=annotator)
    told.came_back(back, layout.root.name, lang, json=as_json)


@app.command()
def agreement(
    run: Run = None,
    projects: Annotated[
        list[str] | None, typer.Option("--project", help="Only this one's answers: title, number or file; repeatable.")
    ] = None,
    seed: Seed = 17,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Say how far people agree: alpha, kappa, per question and annotator; writes `runs/NAME/labels/agreement.html`."""
    from dataprep.annotate.incoming import agreement_of
    from gristmill import labelling as told
    from schemas.artifacts import find_run

    layout = find_run(Path.cwd() / "runs", run)
    found, page = agreement_of(layout, projects or (), seed=seed, lang=lang.value)
    told.agreement(found, page, layout.root.name, lang, json=as_json)
