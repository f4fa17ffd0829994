"""The commands of `gristmill label`: rows go out to people, and what they said comes back."""

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


Run = Annotated[str | None, typer.Argument(help="Name of the run; default: the newest.")]
Project = Annotated[str, typer.Option("--project", help="Title or number of the project.")]
Asked = Annotated[Form, typer.Option("--form", help="What people are asked.")]
Config = Annotated[Path | None, typer.Option("--labelling", help="A labelling config (XML) of your own.", exists=True)]
Where = Annotated[str | None, typer.Option("--where", help="SQL over id, source, kind, split and the signals.")]
Uncertain = Annotated[list[Doubt] | None, typer.Option("--uncertain", help="Only rows with such a doubt; repeatable.")]
Count = Annotated[int | None, typer.Option("--count", min=1, help="So many rows at most.")]
Disputed = Annotated[bool, typer.Option("--disputed", help="Only rows on which people disagree: the next round.")]
Suggest = Annotated[bool, typer.Option("--suggest", help="Fill in the judge's scores; it sways people.")]
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
    suggest: bool,
    seed: int,
    lang: Lang,
) -> "tuple[Layout, Outgoing]":
    from dataprep.annotate.outgoing import Wish, prepare
    from schemas.artifacts import find_run

    layout = find_run(Path.cwd() / "runs", run)
    doubts = tuple(doubt.value for doubt in uncertain or ())
    wish = Wish(form.value, lang.value, config, where, doubts, count, disputed, suggest)
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
    suggest: Suggest = False,
    seed: Seed = 17,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Send rows to a Label Studio project; those that are there already are not sent again."""
    from dataprep.annotate.push import push as send
    from dataprep.annotate.studio import open_studio
    from gristmill import labelling as told

    _, outgoing = _prepared(run, form, labelling, where, uncertain, count, disputed, suggest, seed, lang)
    with open_studio() as studio:
        pushed = send(studio, project, outgoing.xml, outgoing.batch.tasks)
        told.pushed(pushed, outgoing, studio.url, lang, json=as_json)


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
    suggest: Suggest = False,
    seed: Seed = 17,
    lang: Language = Lang.en,
) -> None:
    """Write tasks to a file, for a server that can't be reached from here or for a spreadsheet."""
    from dataprep.annotate.outgoing import write_tasks
    from gristmill import labelling as told

    _, outgoing = _prepared(run, form, labelling, where, uncertain, count, disputed, suggest, seed, lang)
    told.written(write_tasks(outgoing, output), outgoing, lang)


@app.command()
def pull(
    project: Project,
    run: Run = None,
    key: Key = "record_id",
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Fetch what people said since the last pull; the answers go to `runs/NAME/labels/`."""
    from dataprep.annotate.labelling import parse_config
    from dataprep.annotate.pull import pull as fetch
    from dataprep.annotate.reading import read_answers
    from dataprep.annotate.store import file_of, keep
    from dataprep.annotate.studio import open_studio
    from gristmill import labelling as told
    from schemas.artifacts import find_run

    layout = find_run(Path.cwd() / "runs", run)
    with open_studio() as studio:
        pulled = fetch(studio, project, file_of(layout, project).with_suffix(".json"))
    reading = read_answers(pulled.tasks, parse_config(pulled.project.config), key=key)
    told.came_back(keep(layout, project, reading), reading, lang, json=as_json)


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
    from dataprep.annotate.incoming import read_file
    from dataprep.annotate.store import keep
    from gristmill import labelling as told
    from schemas.artifacts import find_run

    layout = find_run(Path.cwd() / "runs", run)
    reading = read_file(file, form=form.value, labelling=labelling, key=key, annotator=annotator, lang=lang.value)
    told.came_back(keep(layout, file.stem, reading), reading, lang, json=as_json)


@app.command()
def agreement(
    run: Run = None,
    projects: Annotated[list[str] | None, typer.Option("--project", help="Only these; repeatable.")] = None,
    seed: Seed = 17,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Say how far people agree: alpha, kappa, per question and annotator; writes `runs/NAME/labels/agreement.html`."""
    from dataprep.annotate.incoming import agreement_of
    from gristmill import labelling as told
    from schemas.artifacts import find_run

    found, page = agreement_of(find_run(Path.cwd() / "runs", run), projects or (), seed=seed, lang=lang.value)
    told.agreement(found, page, lang, json=as_json)
